import {
  type ChainLink,
  type Issue,
  MANIFEST,
  type Manifest,
  manifestOf,
  type PackFiles,
  SIGNATURE,
  sha256,
} from './manifest.js';
import { packJson } from './pack-json.js';
import { type SigningKey, signManifest } from './signature.js';

/** A pack that is closed: nothing in it can change any more without being noticed. */
export interface SealedPack {
  readonly files: PackFiles;
  readonly manifest: Manifest;
  /** SHA-256 of manifest.json: the pack's own digest. */
  readonly digest: string;
}

/** Adds the manifest and its signature to a pack's files. */
export function seal(issue: Issue, files: PackFiles, chain: ChainLink, key: SigningKey): SealedPack {
  const manifest = manifestOf(issue, files, chain);
  const bytes = Buffer.from(packJson(manifest), 'utf8');
  const signature = Buffer.from(packJson(signManifest(bytes, key)), 'utf8');
  return {
    files: new Map([...files, [MANIFEST, bytes], [SIGNATURE, signature]]),
    manifest,
    digest: sha256(bytes),
  };
}

/** `evidence-<violation>-<digest>.zip`, both shortened; `verify` compares the digest where the name has one. */
export const packFileName = (violationId: string, digest: string): string =>
  `evidence-${violationId.slice(0, 8)}-${digest.slice(0, 16)}.zip`;

/** The digest's beginning in a file's name; null where it has none. */
export const digestInName = (name: string): string | null =>
  /evidence-[0-9a-f]{8}-([0-9a-f]{16})/.exec(name)?.[1] ?? null;
