import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals signing secrets for storage: nonce, ciphertext and tag of AES-256-GCM. The key is derived from the hub's own,
 * which lies in the same database: it keeps secrets out of the eyes of whoever reads the table, its
 * replicas' logs or a partial dump; it does not protect from somebody who has the whole database.
 */
export class SecretBox {
  private readonly key: Buffer;

  constructor(hubKey: Buffer) {
    this.key = Buffer.from(hkdfSync('sha256', hubKey, '', 'minebound webhook secrets', 32));
  }

  /** `context` names what the secret belongs to; it opens under the same name only. */
  seal(secret: string, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce).setAAD(Buffer.from(context));
    return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws when the key, the context or a byte differs. */
  open(sealed: Buffer, context: string): string {
    const tag = sealed.subarray(sealed.length - TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, this.key, sealed.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(context))
      .setAuthTag(tag);
    const text = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  }
}
