/**
 * Characters of a text that rows are looked up or ordered by. They have four bytes each at most, and the row of an index
 * 2704: two such texts fit into one.
 */
export const LONGEST_KEY = 300;

/** A text of an input that is too long to be looked up by. */
export interface LengthFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** The fault of a field whose text is too long; null: it is not, or absent. */
export function lengthFault(path: string, text: string | null | undefined, code: string): LengthFault | null {
  // No text has more characters than units of UTF-16, and counting those takes no time.
  if (text == null || text.length <= LONGEST_KEY) return null;
  const length = [...text].length;
  if (length <= LONGEST_KEY) return null;
  return { code, path, message: `${path} has at most ${LONGEST_KEY} characters; this one has ${length}.` };
}
