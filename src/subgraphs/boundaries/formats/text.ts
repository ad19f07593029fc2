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

export interface TextLine {
  /** From 1, blank lines counted. */
  readonly number: number;
  readonly text: string;
}

/** The lines of a text with any line end, trimmed, without blank ones and those of nothing but commas. */
export function linesOf(text: string): TextLine[] {
  return withoutMark(text)
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ number: i + 1, text: line.trim() }))
    .filter((line) => !/^[,，\s]*$/.test(line.text));
}
