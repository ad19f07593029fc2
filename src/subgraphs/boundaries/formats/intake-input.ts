import { badInput } from '../../../platform/errors.js';
import type { IntakeEncoding } from '../../../vocabulary/intake.js';
import type { IntakeInput } from './intake-file.js';
import { decodeGbk, decodeText, withoutMark } from './text.js';

/** A file of bytes; its text is recognised as UTF-8 or GB 18030. */
export const inputOfBytes = (bytes: Uint8Array, decode: (bytes: Uint8Array) => string = decodeText) =>
  input(
    () => bytes,
    () => decode(bytes),
  );

/** A file that came as text. */
export const inputOfText = (text: string): IntakeInput =>
  input(
    () => Buffer.from(text),
    () => withoutMark(text),
  );

/** The file in an import's `content`. Errors: `BAD_USER_INPUT` when it is not base64 though it says so. */
export function inputOfContent(content: string, encoding: IntakeEncoding): IntakeInput {
  if (encoding === 'UTF8') return inputOfText(content);
  const base64 = content.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    throw badInput(`The content is not base64, though encoding says ${encoding}.`, { field: 'content' });
  }
  return inputOfBytes(Buffer.from(base64, 'base64'), encoding === 'GBK' ? decodeGbk : decodeText);
}

/** Either side is made from the other when it is first asked for. */
function input(encoded: () => Uint8Array, decoded: () => string): IntakeInput {
  let bytes: Uint8Array | undefined;
  let text: string | undefined;
  return {
    get bytes() {
      bytes ??= encoded();
      return bytes;
    },
    text() {
      text ??= decoded();
      return text;
    },
  };
}
