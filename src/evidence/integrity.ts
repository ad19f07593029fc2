import { z } from 'zod';
import { AppError } from '../platform/errors.js';
import { readArchive } from './archive.js';
import {
  FORMAT,
  factsDigest,
  MANIFEST,
  type Manifest,
  type PackFiles,
  PDF,
  SIGNATURE,
  sha256,
} from './manifest.js';
import { packJson } from './pack-json.js';
import { digestInName } from './seal.js';
import { type PackSignature, signatureFault } from './signature.js';

const HEX_64 = z.string().regex(/^[0-9a-f]{64}$/);

const MANIFEST_SCHEMA = z.strictObject({
  format: z.literal(FORMAT),
  violationId: z.string(),
  issuedAt: z.string(),
  issuedBy: z.string(),
  hub: z.string(),
  withoutPdf: z.string().nullable(),
  factsDigest: HEX_64,
  chain: z.strictObject({ sequence: z.number().int().positive(), previous: HEX_64.nullable() }),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.number().int(), sha256: HEX_64 })),
});

const SIGNATURE_SCHEMA = z.strictObject({
  algorithm: z.literal('Ed25519'),
  keyId: HEX_64,
  publicKey: z.string(),
  signature: z.string(),
});

/** A pack whose bytes hang together: what is left to ask is who signed it, and whether its verdict is right. */
export interface IntactPack {
  readonly files: PackFiles;
  readonly manifest: Manifest;
  readonly signature: PackSignature;
  /** SHA-256 of manifest.json. */
  readonly digest: string;
}

/**
 * Opens a pack and checks every byte of it: the archive's form, the manifest against the files, the files against the
 * manifest, the signature, and the digest in the file's name where it has one.
 * Errors: `EVIDENCE_REFUSED`, with everything that is wrong in `details.faults`.
 */
export async function openPack(archive: Uint8Array, fileName: string): Promise<IntactPack> {
  const files = await readArchive(archive);
  const manifest = parsed(files, MANIFEST, MANIFEST_SCHEMA);
  const signature = parsed(files, SIGNATURE, SIGNATURE_SCHEMA);
  const bytes = files.get(MANIFEST) ?? new Uint8Array();
  const digest = sha256(bytes);
  const faults = [...fileFaults(files, manifest), ...nameFaults(fileName, digest)];
  const fault = signatureFault(bytes, signature);
  if (fault !== null) faults.push(`The signature is not valid: ${fault}.`);
  if (faults.length > 0) throw refused(faults);
  return { files, manifest, signature, digest };
}

/** A JSON file of the pack's own, in the one form that it is issued in. */
function parsed<T>(files: PackFiles, path: string, schema: z.ZodType<T>): T {
  const bytes = files.get(path);
  if (!bytes) throw refused([`${path} is missing.`]);
  const text = Buffer.from(bytes).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused([`${path} is not JSON.`]);
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw refused([`${path} is not what it should be: ${result.error.issues[0]?.message}.`]);
  if (packJson(value) !== text) throw refused([`${path} is not written as it was issued.`]);
  return result.data;
}

function fileFaults(files: PackFiles, manifest: Manifest): string[] {
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  const faults: string[] = [];
  for (const [path, { bytes, sha256: hash }] of listed) {
    const content = files.get(path);
    if (!content) faults.push(`${path} is missing.`);
    else if (content.length !== bytes || sha256(content) !== hash) faults.push(`${path} has been changed.`);
  }
  for (const path of files.keys()) {
    if (path !== MANIFEST && path !== SIGNATURE && !listed.has(path)) faults.push(`${path} was added.`);
  }
  if (faults.length > 0) return faults;
  const own = new Map([...files].filter(([path]) => path !== MANIFEST && path !== SIGNATURE));
  if (factsDigest(own) !== manifest.factsDigest)
    faults.push('The digest of the facts is not that of the facts.');
  if ((manifest.withoutPdf === null) !== files.has(PDF)) faults.push(`${PDF} is not as the manifest says.`);
  return faults;
}

function nameFaults(fileName: string, digest: string): string[] {
  const named = digestInName(fileName);
  return named === null || digest.startsWith(named)
    ? []
    : [`The file is named after another pack: ${named}…, and is ${digest.slice(0, named.length)}….`];
}

const refused = (faults: readonly string[]): AppError =>
  new AppError(
    'EVIDENCE_REFUSED',
    `This is not an evidence pack as it was issued:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    { faults },
  );
