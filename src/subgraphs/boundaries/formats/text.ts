/** Text of a file that came as bytes. Nothing here fails: what is no text in an encoding has replacement characters. */

export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');

/**
 * The text of a file: UTF-16 where a byte order mark says so, else UTF-8, else GB 18030 (which covers GBK) where the
 * bytes are not UTF-8. Without byte order mark.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decodeGbk(bytes);
  }
}

export const decodeGbk = (bytes: Uint8Array): string => withoutMark(new TextDecoder('gb18030').decode(bytes));
