/** Text of a file that came as bytes. Nothing here fails: what is no text in an encoding has replacement characters. */

export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');

/**
 * The text of a file: UTF-16 where a byte order mark says so, else UTF-8, else GB 18030 (which covers GBK) where the
 * bytes are not UTF-8. Without byte order mark. UTF-8 with a few bad bytes stays UTF-8, with U+FFFD where they are: as
 * GBK every name in it would be another.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const utf8 = withoutMark(new TextDecoder('utf-8').decode(bytes));
    return isUtf8ButForSome(utf8) ? utf8 : decodeGbk(bytes);
  }
}

/**
 * Whether a text was written in UTF-8 and spoilt later, and not in GBK: characters of three bytes, as Chinese ones are,
 * seldom come of GBK, which mostly becomes what is no UTF-8.
 */
function isUtf8ButForSome(decoded: string): boolean {
  let [bad, ofThreeBytes] = [0, 0];
  for (let at = 0; at < decoded.length; at++) {
    const code = decoded.charCodeAt(at);
    if (code === REPLACEMENT) bad += 1;
    else if (code >= FIRST_OF_THREE_BYTES) ofThreeBytes += 1;
  }
  return ofThreeBytes > bad;
}

const REPLACEMENT = 0xfffd;
const FIRST_OF_THREE_BYTES = 0x800;

export const decodeGbk = (bytes: Uint8Array): string => withoutMark(new TextDecoder('gb18030').decode(bytes));

export interface TextLine {
  /** From 1, blank lines counted. */
  readonly number: number;
  readonly text: string;
}

/** The lines of a text with any line end, trimmed, without blank ones and those of nothing but commas; one at a time. */
export function* linesOf(text: string): Iterable<TextLine> {
  const end = /\r\n|\n|\r/g;
  for (let number = 1, start = text.startsWith('\uFEFF') ? 1 : 0; start <= text.length; number++) {
    end.lastIndex = start;
    const found = end.exec(text);
    const line = text.slice(start, found?.index ?? text.length).trim();
    if (!/^[,，\s]*$/.test(line)) yield { number, text: line };
    start = found ? end.lastIndex : text.length + 1;
  }
}

/** Positions below which no file is too dense: what they take is little. */
const FEW = 100_000;
/** Characters that a position needs: `[122.5,40.5],` has 13. A file with fewer for each is no boundary. */
const SHORTEST_POSITION = 10;
/** The same for a cell of a table, some of which are short numbers or blank. */
export const SHORTEST_CELL = 4;

/**
 * Whether `separators` stand so close that what is between them can be no coordinates. Such a file would take many times
 * its size in memory, only to be refused.
 */
export function isTooDense(text: string, separators: RegExp, shortest: number = SHORTEST_POSITION): boolean {
  let count = 0;
  for (const _ of text.matchAll(separators)) count += 1;
  return count > FEW && count * shortest > text.length;
}
