import { crc32 } from 'node:zlib';
import { zipSync } from 'fflate';
import { fromBufferPromise, type ZipFile } from 'yauzl';
import { AppError } from '../platform/errors.js';
import type { PackFiles } from './manifest.js';

/**
 * A pack's files are stored as they are, in the order of their paths and with one date for all, so that the archive's
 * bytes follow from its files' alone, whatever compresses elsewhere; and what is not compressed is no bomb.
 */
const DATE = new Date(1980, 0, 1);

export const LARGEST_PACK = 500_000_000;
const MOST_FILES = 1000;
const PATH = /^[a-z0-9][a-z0-9./-]*$/;

export function writeArchive(files: PackFiles): Uint8Array {
  const ordered = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(
    Object.fromEntries(ordered.map(([path, bytes]) => [path, [bytes, { level: 0, mtime: DATE }]])),
  );
}

/**
 * The files of a pack, each read no further than the archive is long. Errors: `EVIDENCE_REFUSED` for anything that is
 * not byte for byte as `writeArchive` writes it.
 */
export async function readArchive(archive: Uint8Array): Promise<PackFiles> {
  if (archive.length > LARGEST_PACK) throw refused(`it has more than ${LARGEST_PACK} bytes`);
  const files = new Map<string, Uint8Array>();
  const damaged: string[] = [];
  let left = archive.length;
  try {
    const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
    const zip = await fromBufferPromise(bytes, { lazyEntries: true });
    for await (const entry of zip.eachEntry()) {
      if (files.size === MOST_FILES) throw refused(`it has more than ${MOST_FILES} files`);
      if (!PATH.test(entry.fileName) || entry.fileName.includes('..') || files.has(entry.fileName)) {
        throw refused(`it has a file named ${JSON.stringify(entry.fileName.slice(0, 80))}`);
      }
      // Several entries that share the same bytes would also be more than there is.
      left -= entry.uncompressedSize;
      if (entry.compressionMethod !== 0 || left < 0) {
        throw refused(`${entry.fileName} is compressed, and nothing in a pack is`);
      }
      const read = await content(zip, entry);
      if (crc32(read) !== entry.crc32) damaged.push(entry.fileName);
      files.set(entry.fileName, read);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused(`it cannot be read as a zip (${error instanceof Error ? error.message : String(error)})`);
  }
  if (damaged.length > 0) {
    throw refused(
      damaged.map((path) => `${path} fails its checksum in the archive: its bytes are others`).join('; '),
    );
  }
  if (Buffer.compare(writeArchive(files), archive) !== 0) {
    throw refused('its files are as they were put in, the archive around them is not as the hub writes it');
  }
  return files;
}

async function content(
  zip: ZipFile,
  entry: Parameters<ZipFile['openReadStreamPromise']>[0],
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Uint8Array);
  } catch (error) {
    throw refused(
      `${entry.fileName} cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  return Buffer.concat(chunks);
}

const refused = (why: string): AppError =>
  new AppError('EVIDENCE_REFUSED', `This is not an evidence pack as it was issued: ${why}.`);
