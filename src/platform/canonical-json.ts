/**
 * JSON with sorted keys: what `JSON.stringify` gives, in one form for equal values. Facts are digested in it by the
 * ten thousand, which is why it is written here and not by a replacer that copies every object.
 */
export function canonicalJson(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item) ?? 'null').join(',')}]`;
  const members: string[] = [];
  for (const key of sortedKeys(value)) {
    const written = canonicalJson((value as Record<string, unknown>)[key]);
    if (written !== undefined) members.push(`${JSON.stringify(key)}:${written}`);
  }
  return `{${members.join(',')}}`;
}

/** Keys by their code units; those that are array indices come first, by number, as in any object. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value).sort();
  if (!keys.some(isIndex)) return keys;
  return Object.keys(Object.fromEntries(keys.map((key) => [key, null])));
}

const isIndex = (key: string): boolean => key.charCodeAt(0) >= 48 && key.charCodeAt(0) <= 57;
