import { expect } from 'vitest';
import { writeArchive } from '../../src/evidence/archive.js';
import { MANIFEST, type Manifest, type PackFiles, SIGNATURE } from '../../src/evidence/manifest.js';
import { seal } from '../../src/evidence/seal.js';
import { newSigningKey } from '../../src/evidence/signature.js';

/** What somebody could do who knows how packs are made, and signs with a key of their own. */
export function forged(files: PackFiles, manifest: Manifest): Uint8Array {
  const { chain, format: _format, factsDigest: _digest, files: _files, ...issue } = manifest;
  const own = new Map([...files].filter(([path]) => path !== MANIFEST && path !== SIGNATURE));
  return writeArchive(seal(issue, own, chain, newSigningKey()).files);
}

/** A pack's files with the text of one changed. */
export const changed = (files: PackFiles, path: string, change: (text: string) => string): PackFiles => {
  const before = Buffer.from(files.get(path) ?? new Uint8Array()).toString('utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  return new Map([...files, [path, Buffer.from(after, 'utf8')]]);
};
