/** A value that is there as canonical JSON already: it stands for the value wherever that is digested. */
export class WrittenJson {
  constructor(readonly text: string) {}
}

/**
 * JSON with sorted keys: what `JSON.stringify` gives, in one form for equal values. Facts are digested in it by the
 * ten thousand, which is why it is written here and not by a replacer that copies every object.
 */
export function canonicalJson(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof WrittenJson) return value.text;
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  let [written, separator] = ['', ''];
  if (Array.isArray(value)) {
    for (const item of value) {
      written += separator + (canonicalJson(item) ?? 'null');
      separator = ',';
    }
    return `[${written}]`;
  }
  for (const key of sortedKeys(value)) {
    const member = canonicalJson((value as Record<string, unknown>)[key]);
    if (member === undefined) continue;
    written += `${separator}${PLAIN.test(key) ? `"${key}"` : JSON.stringify(key)}:${member}`;
    separator = ',';
  }
  return `{${written}}`;
}

/** What needs no escaping. */
const PLAIN = /^\w+$/;

/** Keys by their code units; those that are array indices come first, by number, as in any object. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  let [isSorted, hasIndex] = [true, false];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (i > 0 && (keys[i - 1] as string) >= key) isSorted = false;
    if (isIndex(key)) hasIndex = true;
  }
  if (!isSorted) keys.sort();
  return hasIndex ? Object.keys(Object.fromEntries(keys.map((key) => [key, null]))) : keys;
}

const isIndex = (key: string): boolean => key.charCodeAt(0) >= 48 && key.charCodeAt(0) <= 57;
