/** JSON with sorted keys, two spaces and a newline at its end: equal values have equal bytes. */
export const canonicalJson = (value: unknown): string => `${JSON.stringify(value, sortKeys, 2)}\n`;

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
