import { createHash } from 'node:crypto';
import { packJson } from './pack-json.js';

export const FORMAT = 'minebound-evidence/1';

/** One file of a pack. */
export interface ManifestFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where a pack stands among all that the hub issued. */
export interface ChainLink {
  /** Counts the packs of the hub, from 1. */
  readonly sequence: number;
  /** Digest of the pack before; null in the first. */
  readonly previous: string | null;
}

export interface Issue {
  readonly violationId: string;
  readonly issuedAt: string;
  readonly issuedBy: string;
  /** Package version of the hub. */
  readonly hub: string;
  /** Why there is no report.pdf; null: there is one. */
  readonly withoutPdf: string | null;
}

/** The pack's list of contents. The digest of its bytes is the digest of the pack. */
export interface Manifest extends Issue {
  readonly format: typeof FORMAT;
  /** Digest of all files but the report: the report names it. */
  readonly factsDigest: string;
  readonly chain: ChainLink;
  /** By path, all files but the manifest itself and its signature. */
  readonly files: readonly ManifestFile[];
}

export type PackFiles = ReadonlyMap<string, Uint8Array>;

export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'signature.json';
export const REPORT = 'report.html';
export const PDF = 'report.pdf';

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

const listed = (files: PackFiles): ManifestFile[] =>
  [...files]
    .map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));

/** Digest of the facts and what follows from them: the list of the files but the report in its two forms. */
export const factsDigest = (files: PackFiles): string =>
  sha256(packJson(listed(files).filter(({ path }) => path !== REPORT && path !== PDF)));

export const manifestOf = (issue: Issue, files: PackFiles, chain: ChainLink): Manifest => ({
  format: FORMAT,
  ...issue,
  factsDigest: factsDigest(files),
  chain,
  files: listed(files),
});
