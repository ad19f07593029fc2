import fc from 'fast-check';
import type { MultiPolygon } from 'geojson';
import { expect, test } from 'vitest';
import { gaussKruegerSrid } from '../../../src/spatial/crs.js';
import { readCornerList } from '../../../src/subgraphs/boundaries/formats/corner-list.js';
import { printCornerList } from '../../../src/subgraphs/boundaries/formats/corner-list-print.js';
import { readDms } from '../../../src/subgraphs/boundaries/formats/dms.js';
import { printDms } from '../../../src/subgraphs/boundaries/formats/dms-print.js';
import { readGeoJson } from '../../../src/subgraphs/boundaries/formats/geojson.js';
import { geoJsonWriter } from '../../../src/subgraphs/boundaries/formats/geojson-writer.js';
import type {
  IntakeFeature,
  IntakeFile,
  IntakeRing,
  TextReader,
} from '../../../src/subgraphs/boundaries/formats/intake-file.js';
import { readLandTxt } from '../../../src/subgraphs/boundaries/formats/land-txt.js';
import { printLandTxt } from '../../../src/subgraphs/boundaries/formats/land-txt-print.js';
import { readStoredString } from '../../../src/subgraphs/boundaries/formats/stored-string.js';
import { printStoredString } from '../../../src/subgraphs/boundaries/formats/stored-string-print.js';
import { readSubmissionText } from '../../../src/subgraphs/boundaries/formats/submission-text.js';
import { printSubmissionText } from '../../../src/subgraphs/boundaries/formats/submission-text-print.js';
import { readWkt } from '../../../src/subgraphs/boundaries/formats/wkt.js';
import { printWkt } from '../../../src/subgraphs/boundaries/formats/wkt-print.js';
import { anExportedArea, written } from '../../support/exported-area.js';

/** A rectangle, its hole, and what a listing says of it; in units of a fraction of a metre or second. */
interface Plan {
  readonly side: number;
  readonly hole: boolean;
  readonly parts: 1 | 2;
  readonly band: readonly [number, number] | null;
  readonly name: string | null;
}

const tenths = (min: number, max: number) => fc.integer({ min: min * 10, max: max * 10 }).map((n) => n / 10);

const plan: fc.Arbitrary<Plan> = fc.record({
  side: fc.integer({ min: 100_000, max: 50_000_000 }),
  hole: fc.boolean(),
  parts: fc.constantFrom(1 as const, 2 as const),
  band: fc.option(fc.tuple(tenths(-800, 0), tenths(0.1, 900))),
  name: fc.option(fc.stringMatching(/^[\p{L}\d][\p{L}\d（）-]{0,10}[\p{L}\d]$/u)),
});
const plans = fc.array(plan, { minLength: 1, maxLength: 4 });

/** How a format counts and names: corners `J1` of land-parcel files, bands that only listings have, one polygon each. */
interface Style {
  readonly srid: number;
  /** South-west corner, and what a unit of the plan is in the CRS. */
  readonly origin: readonly [x: number, y: number];
  readonly scale: number;
  readonly number: (vertex: number) => string;
  readonly hasNames: boolean;
  readonly hasBands: boolean;
  readonly hasParts: boolean;
}

/** Features side by side, 10 km apart, so that no hole lies in another's shell. */
function features(all: readonly Plan[], style: Style): IntakeFeature[] {
  const { scale, origin } = style;
  return all.map(({ side, hole, parts, band, name }, index) => {
    const polygons = Array.from({ length: style.hasParts ? parts : 1 }, (_, part) => {
      const x = Math.round(origin[0] / scale) + index * 100_000_000;
      const y = Math.round(origin[1] / scale) + part * 100_000_000;
      const ring = (inset: number): IntakeRing =>
        [
          [x + inset, y + inset],
          [x + side - inset, y + inset],
          [x + side - inset, y + side - inset],
          [x + inset, y + side - inset],
        ].map(([cx = 0, cy = 0], i) => ({
          number: style.number(i + 1),
          x: cx / Math.round(1 / scale),
          y: cy / Math.round(1 / scale),
          line: null,
        }));
      return hole ? [ring(0), ring(Math.floor(side / 4))] : [ring(0)];
    });
    return {
      index,
      name: style.hasNames ? name : null,
      srid: style.srid,
      ceilingMetres: style.hasBands ? (band?.[1] ?? null) : null,
      floorMetres: style.hasBands ? (band?.[0] ?? null) : null,
      polygons,
    };
  });
}

/** Areas without lines, numbered from 0: holes are areas of their own in a listing. */
const content = (file: IntakeFile) =>
  file.features.map((feature, index) => ({
    ...(JSON.parse(
      JSON.stringify(feature, (key, value) => (key === 'line' ? null : value)),
    ) as IntakeFeature),
    index,
  }));

const inPlane = (srid: number, prefix: number): Style => ({
  srid,
  origin: [3_000_000, prefix * 1e6 + 400_000],
  scale: 1e-4,
  number: String,
  hasNames: true,
  hasBands: true,
  hasParts: false,
});

/** Zones of 3° and 6° of a datum, with prefix. */
const zoneOf = (datum: 'CGCS2000' | 'XIAN_1980' | 'BEIJING_1954') =>
  fc.oneof(fc.integer({ min: 13, max: 23 }), fc.integer({ min: 25, max: 45 })).map((zone) => {
    const srid = gaussKruegerSrid({ datum, degrees: zone < 24 ? 6 : 3, zone, prefixed: true });
    return inPlane(srid ?? 0, zone);
  });
const cgcs = zoneOf('CGCS2000');
const anyDatum = fc
  .constantFrom('CGCS2000' as const, 'XIAN_1980' as const, 'BEIJING_1954' as const)
  .chain(zoneOf);

const geographic = fc.constantFrom(4490, 4610, 4214, 4326).map(
  (srid): Style => ({
    srid,
    origin: [20, 100],
    scale: 1 / 36_000_000_000,
    number: String,
    hasNames: true,
    hasBands: true,
    hasParts: false,
  }),
);

const FORMATS: readonly (readonly [
  string,
  (features: readonly IntakeFeature[]) => string,
  TextReader,
  fc.Arbitrary<Style>,
])[] = [
  ['a corner list', printCornerList, readCornerList, cgcs],
  ['a stored string', printStoredString, readStoredString, cgcs],
  ['a submission text', printSubmissionText, readSubmissionText, anyDatum],
  [
    'a land-parcel file',
    printLandTxt,
    readLandTxt,
    anyDatum.map((style) => ({ ...style, hasBands: false, number: (n) => `J${n}` })),
  ],
  ['a listing in degrees', printDms, readDms, geographic],
  [
    'well-known text',
    printWkt,
    readWkt,
    fc
      .oneof(geographic, anyDatum)
      .map((style) => ({ ...style, hasParts: true, hasNames: false, hasBands: false })),
  ],
];

test.each(FORMATS)('%s that is printed and read again is the same', (_name, print, read, styles) => {
  fc.assert(
    fc.property(plans, styles, (all, style) => {
      const given = features(all, style);
      const file = read(print(given), null);
      expect(file.issues).toEqual([]);
      expect(content(file)).toEqual(JSON.parse(JSON.stringify(given)));
    }),
    { numRuns: 200 },
  );
});

/** The published geometry of corners: longitude before latitude, rings closed. */
const closed = (polygons: IntakeFeature['polygons']): MultiPolygon => ({
  type: 'MultiPolygon',
  coordinates: polygons.map((rings) =>
    rings.map((ring) => [...ring, ...ring.slice(0, 1)].map(({ x, y }) => [y, x])),
  ),
});

test('GeoJSON that is written and read again is the same', async () => {
  await fc.assert(
    fc.asyncProperty(plans, geographic, async (all, style) => {
      const given = features(all, { ...style, srid: 4490, hasParts: true });
      const areas = given.map((feature) =>
        anExportedArea({ ...feature, geometry: closed(feature.polygons), polygons: [] }),
      );
      const file = readGeoJson((await written(geoJsonWriter, areas)).toString('utf8'), null);
      expect(file.issues).toEqual([]);
      const stated = { kind: 'MINING_RIGHT', mineCode: 'M-1', isBallpark: false };
      expect(content(file)).toEqual(JSON.parse(JSON.stringify(given.map((one) => ({ ...one, stated })))));
    }),
    { numRuns: 200 },
  );
});
