import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  OBSERVATION_FIELDS,
  type ObservationField,
  type ObservationMapping,
  readObservationFile,
} from '../../src/cli/observation-file.js';

const square = {
  type: 'Polygon',
  coordinates: [
    [
      [120, 43],
      [120.01, 43],
      [120.01, 43.01],
      [120, 43],
    ],
  ],
};

const mapping = (
  properties: Partial<Record<ObservationField, string>> = {},
  defaults: ObservationMapping['defaults'] = {},
): ObservationMapping => ({
  properties: {
    ...(Object.fromEntries(OBSERVATION_FIELDS.map((field) => [field, field])) as Record<
      ObservationField,
      string
    >),
    ...properties,
  },
  defaults: { provider: 'p', activity: 'EXTRACTION', method: 'UAV', sigmaMetres: '1', ...defaults },
});

const file = (...properties: object[]): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: properties.map((each) => ({ type: 'Feature', geometry: square, properties: each })),
  });

const onlyRow = (text: string, map: ObservationMapping) => readObservationFile(text, map).rows[0]?.row;

test('a property goes before the default, the default before nothing', () => {
  const text = file({ observedAt: '2026-05-20', activity: 'stripping' }, { observedAt: '2026-05-20' });
  const { rows } = readObservationFile(text, mapping());
  expect(rows.map(({ row }) => row.activity)).toEqual(['STRIPPING', 'EXTRACTION']);
});

test('properties are found under the names the file uses', () => {
  const text = file({ OBJECTID: 17, IMAGE_DATE: '20260520', IMAGE_RES: 2.5 });
  expect(
    onlyRow(text, mapping({ providerRef: 'OBJECTID', observedAt: 'IMAGE_DATE', sigmaMetres: 'IMAGE_RES' })),
  ).toMatchObject({ providerRef: '17', sigmaMetres: 2.5, observedAt: new Date('2026-05-19T16:00:00Z') });
});

test('the id of a feature is its reference where no property is', () => {
  const text = JSON.stringify({
    type: 'FeatureCollection',
    features: [{ type: 'Feature', id: 'F-1', geometry: square, properties: { observedAt: '2026-05-20' } }],
  });
  expect(onlyRow(text, mapping())?.providerRef).toBe('F-1');
});

test.each([
  ['2026-05-20', '2026-05-19T16:00:00.000Z'],
  ['2026/05/20', '2026-05-19T16:00:00.000Z'],
  ['20260520', '2026-05-19T16:00:00.000Z'],
  ['2026-05-20T11:00:00+08:00', '2026-05-20T03:00:00.000Z'],
  ['2026-05-20T03:00Z', '2026-05-20T03:00:00.000Z'],
])('%s is the instant %s: a day begins in Asia/Shanghai', (text, instant) => {
  expect(onlyRow(file({ observedAt: text }), mapping())?.observedAt.toISOString()).toBe(instant);
});

test.each(['2026-02-31', '2026-13-01', '2026-05-20T11:00:00', 'May 2026', '1'])(
  '%s is no instant',
  (text) => {
    const { rows, unreadable } = readObservationFile(file({ observedAt: text }), mapping());
    expect(rows).toEqual([]);
    expect(unreadable).toMatchObject([{ index: 0, code: 'NOT_AN_INSTANT', path: 'observedAt' }]);
  },
);

test('words are known however they are spelled, and an unknown one is named with those there are', () => {
  const read = (activity: string) =>
    readObservationFile(file({ observedAt: '2026-05-20', activity, method: 'gnss survey' }), mapping());
  expect(read('Dumping').rows[0]?.row).toMatchObject({ activity: 'DUMPING', method: 'GNSS_SURVEY' });
  expect(read('toString').unreadable).toMatchObject([{ code: 'UNKNOWN_WORD', path: 'activity' }]);
  expect(read('Mining').unreadable[0]?.message).toContain('EXTRACTION, STRIPPING');
});

test('a feature at fault is named by its place, and the others are read', () => {
  const text = JSON.stringify({
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', geometry: null, properties: { observedAt: '2026-05-20' } },
      { type: 'Feature', geometry: square, properties: {} },
      { type: 'Feature', geometry: square, properties: { observedAt: '2026-05-20', sigmaMetres: 'fine' } },
      { type: 'Feature', geometry: square, properties: { observedAt: '2026-05-20' } },
    ],
  });
  const { rows, unreadable } = readObservationFile(text, mapping());
  expect(rows.map(({ index }) => index)).toEqual([3]);
  expect(unreadable.map(({ index, code }) => [index, code])).toEqual([
    [0, 'GEOMETRY_MISSING'],
    [1, 'PROPERTY_MISSING'],
    [2, 'NOT_A_NUMBER'],
  ]);
});

test('what is no feature at all is named as one at fault', () => {
  const text = JSON.stringify({ type: 'FeatureCollection', features: [null, 7, 'x', []] });
  expect(readObservationFile(text, mapping()).unreadable.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
});

test('a nested property is quoted, not tripped over', () => {
  const { unreadable } = readObservationFile(file({ observedAt: { toString: 0 } }), mapping());
  expect(unreadable[0]?.message).toContain('{"toString":0}');
});

test('a property, or a type, as deep as no stack follows is shown without what is in it', () => {
  const file = (type: string, provider: string) =>
    `{"type":${type},"features":[{"type":"Feature","properties":{"provider":${provider}},"geometry":null}]}`;
  const text = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  expect(readObservationFile(file('"FeatureCollection"', text), mapping()).unreadable).toHaveLength(1);
  expect(() => readObservationFile(file(text, '"x"'), mapping())).toThrow('its type is [[…]].');
});

test.each(['', '{', '[]', '{"type":"Feature"}', 'null'])('%s is refused as a whole', (text) => {
  expect(() => readObservationFile(text, mapping())).toThrow(/FeatureCollection/);
});

test('whatever the properties hold, every feature is either read or named', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.constantFrom(...OBSERVATION_FIELDS), fc.jsonValue())), (all) => {
      const { rows, unreadable } = readObservationFile(file(...all), mapping());
      expect([...rows, ...unreadable].map(({ index }) => index).sort((a, b) => a - b)).toEqual(
        all.map((_, i) => i),
      );
    }),
  );
});

test.each([
  ['urn:ogc:def:crs:OGC:1.3:CRS84', false],
  ['EPSG:4326', false],
  ['urn:ogc:def:crs:EPSG::4490', false],
  ['urn:ogc:def:crs:EPSG::4610', true],
  ['EPSG:3857', true],
])('a crs member that says %s, of the file, a feature or a geometry', (name, isRefused) => {
  const crs = { type: 'name', properties: { name } };
  const feature = { type: 'Feature', geometry: square, properties: { observedAt: '2026-05-20' } };
  for (const collection of [
    { crs, features: [feature] },
    { features: [{ ...feature, crs }] },
    { features: [{ ...feature, geometry: { ...square, crs } }] },
  ]) {
    const text = JSON.stringify({ type: 'FeatureCollection', ...collection });
    const { rows, unreadable } = readObservationFile(text, mapping());
    expect([rows.length, unreadable.map(({ code }) => code)]).toEqual(
      isRefused ? [0, ['CRS_CONFLICT']] : [1, []],
    );
  }
});
