import { expect, test } from 'vitest';
import { sourceCrs } from '../../src/spatial/crs.js';
import { POSSIBLE_SRIDS } from '../../src/subgraphs/boundaries/export/export-crs.js';

test('the codes that a refusal names are those that there are', () => {
  // The years of datums are no codes.
  const words = POSSIBLE_SRIDS.replace(/ (1980|1954) |CGCS2000/g, ' ');
  const ranges = [...words.matchAll(/(\d{4,5})(?: to (\d{4,5}))?/g)].map(
    ([, first, last = first]) => [Number(first), Number(last)] as const,
  );
  const isNamed = (srid: number) => ranges.some(([first, last]) => srid >= first && srid <= last);
  const codes = Array.from({ length: 32_000 }, (_, i) => i + 1000);
  expect(codes.filter((srid) => isNamed(srid) !== (sourceCrs(srid) !== null))).toEqual([]);
});
