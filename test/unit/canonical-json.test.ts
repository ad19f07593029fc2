import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, WrittenJson } from '../../src/platform/canonical-json.js';

const sortKeys = (_key: string, value: unknown): unknown =>
  value === null || typeof value !== 'object' || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

test('canonical JSON is what JSON.stringify gives of the value with sorted keys', () => {
  const value = fc.anything({ withDate: true, withNullPrototype: false, withUnicodeString: true });
  fc.assert(
    fc.property(value, (one) => {
      expect(canonicalJson(one)).toBe(JSON.stringify(one, sortKeys));
    }),
    { numRuns: 300 },
  );
});

test('equal facts are written alike, in whatever order they were put together', () => {
  expect(canonicalJson({ b: 1, a: { d: [undefined], c: undefined } })).toBe('{"a":{"d":[null]},"b":1}');
  expect(canonicalJson({ 10: 'a', 9: 'b', '09': 'c' })).toBe('{"9":"b","10":"a","09":"c"}');
});

test('what is written already stands for its value', () => {
  const corners = [{ y: 2, x: 1 }];
  const written = new WrittenJson(canonicalJson(corners) ?? '');
  expect(canonicalJson({ b: [written], a: written })).toBe(canonicalJson({ b: [corners], a: corners }));
});
