import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** Who vouches for a manifest, and that it is this one. */
export interface PackSignature {
  readonly algorithm: 'Ed25519';
  /** SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
  /** PEM. */
  readonly publicKey: string;
  /** Over the bytes of manifest.json; base64. */
  readonly signature: string;
}

/** A signing key in PEM, as it is kept. */
export interface SigningKey {
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

export function newSigningKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    id: keyId(publicKey),
    publicKey: pem(publicKey),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

const keyId = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** The id of a public key in PEM. Errors: those of node:crypto for what is no key. */
export const keyIdOf = (publicKey: string): string => keyId(createPublicKey(publicKey));

/** Ed25519 (RFC 8032): the same bytes and key always give the same signature. */
export const signManifest = (manifest: Uint8Array, key: SigningKey): PackSignature => ({
  algorithm: 'Ed25519',
  keyId: key.id,
  publicKey: key.publicKey,
  signature: sign(null, manifest, createPrivateKey(key.privateKey)).toString('base64'),
});

/** What is wrong with a signature; null: nothing. Every part has to be written as `signManifest` writes it. */
export function signatureFault(manifest: Uint8Array, signature: PackSignature): string | null {
  let key: KeyObject;
  try {
    key = createPublicKey(signature.publicKey);
  } catch {
    return 'its public key cannot be read';
  }
  if (key.asymmetricKeyType !== 'ed25519' || signature.algorithm !== 'Ed25519') return 'it is not Ed25519';
  if (pem(key) !== signature.publicKey || keyId(key) !== signature.keyId) {
    return 'its public key and key id do not belong together';
  }
  const bytes = Buffer.from(signature.signature, 'base64');
  if (bytes.toString('base64') !== signature.signature) return 'it is not written as it was issued';
  return verify(null, manifest, key, bytes) ? null : 'it does not fit the manifest';
}
