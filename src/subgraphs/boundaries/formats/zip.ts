import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { FileFault } from './issue-list.js';
import { decodeText } from './text.js';

/** A file out of a zip. */
export interface ZipMember {
  /** Path within the zip, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Bytes that come out of one zip at most. */
const LARGEST_UNPACKED = 50_000_000;
/** Coordinates and attributes do not pack better than this; a bomb packs a thousandfold. Small files may. */
const GREATEST_RATIO = 20;
const ANY_RATIO_BELOW = 4_000_000;
const MOST_ENTRIES = 1000;

/**
 * The files of a zip whose path matches `wanted`, unpacked and checked against their sizes and checksums.
 * Errors: `FileFault` UNREADABLE for a damaged zip, FILE_TOO_LARGE for one that unpacks to more than is taken.
 */
export async function unzip(bytes: Uint8Array, wanted: RegExp): Promise<ZipMember[]> {
  const zip = await damaged(
    'The zip',
    fromBufferPromise(bufferOf(bytes), { lazyEntries: true, decodeStrings: false }),
  );
  if (zip.entryCount > MOST_ENTRIES) {
    throw new FileFault(
      'FILE_TOO_LARGE',
      `The zip holds ${zip.entryCount} files; at most ${MOST_ENTRIES} are taken.`,
    );
  }
  const entries = (await damaged('The zip', listed(zip))).filter(
    ({ path }) => wanted.test(path) && isOwn(path),
  );
  checkSizes(bytes, entries);
  const members: ZipMember[] = [];
  for (const { path, entry } of entries) members.push({ path, bytes: await unpacked(zip, path, entry) });
  return members;
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

interface Listed {
  readonly path: string;
  readonly entry: Entry;
}

async function listed(zip: ZipFile): Promise<Listed[]> {
  const entries: Listed[] = [];
  for await (const entry of zip.eachEntry()) {
    // Chinese archivers write names in GBK without saying so; UTF-8 tells itself.
    entries.push({ path: decodeText(entry.fileNameRaw).replaceAll('\\', '/'), entry });
  }
  return entries;
}

/** macOS adds a shadow of every file, which is none of the sender's. */
const isOwn = (path: string): boolean => !/(^|\/)(__MACOSX\/|\._)/.test(path);

function checkSizes(bytes: Uint8Array, entries: readonly Listed[]): void {
  const total = entries.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  if (total > LARGEST_UNPACKED || (total > ANY_RATIO_BELOW && total > GREATEST_RATIO * bytes.length)) {
    throw new FileFault(
      'FILE_TOO_LARGE',
      `The zip of ${bytes.length} bytes would unpack to ${total}; at most ${LARGEST_UNPACKED} and ${GREATEST_RATIO} times its size are taken.`,
    );
  }
}

async function unpacked(zip: ZipFile, path: string, entry: Entry): Promise<Uint8Array> {
  if (!entry.canDecodeFileData()) {
    throw new FileFault('UNREADABLE', `${path} is encrypted or packed by a method other than deflate.`);
  }
  // yauzl ends the stream with an error where it is longer or shorter than the zip says.
  const bytes = await damaged(path, zip.openReadStreamPromise(entry).then(collected));
  if (crc32(bytes) !== entry.crc32) {
    throw new FileFault('UNREADABLE', `${path} is damaged: its checksum is not the one in the zip.`);
  }
  return bytes;
}

async function collected(stream: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

async function damaged<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new FileFault('UNREADABLE', `${what} is damaged: ${(error as Error).message}.`);
  }
}
