/** A node of a CRS written as WKT: `PROJCS["name", …]`. */
export interface CrsNode {
  readonly keyword: string;
  readonly values: readonly (string | number)[];
  readonly children: readonly CrsNode[];
}

const LONGEST = 50_000;
const DEEPEST = 30;
const TOKEN =
  /\s*(?:"((?:[^"]|"")*)"|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|([A-Za-z_]\w*)|([[\](),]))/y;

/** Reads WKT of either generation and of ESRI; null for anything that is not WKT. */
export function parseCrsWkt(text: string): CrsNode | null {
  if (text.length > LONGEST) return null;
  const stack: { keyword: string; values: (string | number)[]; children: CrsNode[] }[] = [];
  let keyword: string | null = null;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    const [, quoted, number, word, sign] = token;
    const top = stack.at(-1);
    if (word !== undefined) keyword = word;
    else if (sign === '[' || sign === '(') {
      if (keyword === null || stack.length >= DEEPEST) return null;
      stack.push({ keyword: keyword.toUpperCase(), values: [], children: [] });
      keyword = null;
    } else if (!top) return null;
    else {
      if (keyword !== null) top.values.push(keyword);
      keyword = null;
      if (quoted !== undefined) top.values.push(quoted.replaceAll('""', '"'));
      else if (number !== undefined) top.values.push(Number(number));
      else if (sign !== ',') {
        const closed = stack.pop();
        const parent = stack.at(-1);
        if (!closed) return null;
        if (!parent) return closed;
        parent.children.push(closed);
      }
    }
  }
  return null;
}

/** The first child with one of the keywords. */
export const childOf = (node: CrsNode | undefined, ...keywords: readonly string[]): CrsNode | undefined =>
  node?.children.find((child) => keywords.includes(child.keyword));

/** The name that a node begins with. */
export const nameOf = (node: CrsNode | undefined): string => String(node?.values[0] ?? '');

/** A name of datum, projection or parameter without what programs write differently: case, blanks, underscores. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
