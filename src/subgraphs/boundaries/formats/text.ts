import { badInput } from '../../../platform/errors.js';
import type { IntakeEncoding } from '../../../vocabulary/intake.js';

/** The text of a file: UTF-8, or GB 18030 (which covers GBK) where the bytes are not UTF-8. BOM removed. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** The text of an import's `content`. Errors: `BAD_USER_INPUT` when it is not base64 though it says so. */
export function decodeContent(content: string, encoding: IntakeEncoding): string {
  if (encoding === 'UTF8') return content.replace(/^\uFEFF/, '');
  const base64 = content.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    throw badInput('The content is not base64, though encoding says BASE64.', { field: 'content' });
  }
  return decodeText(Buffer.from(base64, 'base64'));
}
