import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkedFile,
  READABLE_FORMATS,
  readIntakeFile,
} from '../../../src/subgraphs/boundaries/formats/formats.js';
import { readGeoJson } from '../../../src/subgraphs/boundaries/formats/geojson.js';
import { inputOfText } from '../../../src/subgraphs/boundaries/formats/intake-input.js';

const formats = READABLE_FORMATS;

/** Text that looks like the formats, so that it gets past the first line of their readers. */
const piece = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '1,4507088.22,41473349.92,',
    '*,1,2,a,1,',
    '*',
    ',',
    '，',
    '\n',
    'POLYGON',
    '(',
    ')',
    'Z',
    'EMPTY',
  ),
  fc.constantFrom(
    '{"type":"Polygon","coordinates":',
    '[[[',
    ']]]',
    '}',
    'NaN',
    '1e400',
    'SRID=4490;',
    'null',
  ),
  fc.double().map(String),
);
const nonsense = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

test('no text makes a reader fail, and what is not taken is explained', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...formats),
      nonsense,
      fc.option(fc.integer()),
      async (format, text, srid) => {
        const { features, issues } = await readIntakeFile(format, inputOfText(text), srid, [73, 3, 136, 54]);
        expect(features.length + issues.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 3000 },
  );
});

test('no JSON makes the GeoJSON reader fail', () => {
  const crs = fc.record({
    type: fc.constantFrom('Polygon', 'MultiPolygon'),
    coordinates: fc.jsonValue(),
    crs: fc.jsonValue(),
  });
  const collection = fc.record({ type: fc.constant('FeatureCollection'), features: fc.jsonValue() });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), crs, collection), (value) => {
      checkedFile(readGeoJson(JSON.stringify(value), null), null);
    }),
    { numRuns: 1000 },
  );
});

test('a long hostile text is read in time that grows with its length, not with its square', async () => {
  const pieces = ['(', '*,', '1,', '[', '"\\"', 'POLYGON((', '1,4507088.2,41473349.9,\n', '*,1,2,a,-1,\n'];
  const ring = ['1,4507088.2,41473349.9', '2,4507188.2,41473349.9', '3,4507088.2,41473449.9'].join('\n');
  pieces.push(`${ring}\n*,1,2,a,1,\n${ring}\n*,1,2,a,-1,\n`);
  // Work that grew with the square of this length would not end within the test's time.
  const repeated = 200_000;
  for (const piece of pieces) {
    for (const format of formats)
      await readIntakeFile(format, inputOfText(piece.repeat(repeated / piece.length)), 4490, null);
  }
}, 30_000);
