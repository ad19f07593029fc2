import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgingSrid, samePlaneSrid, sourceCrs } from '../../src/spatial/crs.js';
import { deriveAreas } from '../../src/spatial/derive-areas.js';
import type { Position } from '../../src/spatial/rings.js';
import { polygonHex } from '../../src/spatial/well-known-binary.js';
import { ringsOf } from '../../src/subgraphs/boundaries/formats/intake-file.js';
import { readWkt } from '../../src/subgraphs/boundaries/formats/wkt.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('every CRS of the table is what PROJ knows under its code', async () => {
  const rows = await database.knex('spatial_ref_sys').select('srid', 'proj4text');
  const known = rows.flatMap((row) => {
    const crs = sourceCrs(row['srid'] as number);
    return crs ? [{ crs, text: row['proj4text'] as string }] : [];
  });
  expect(known.length).toBe(4 + 6 * 11 + 6 * 21 + 60 + 60);
  for (const { crs, text } of known) {
    expect([crs.srid, text.includes('+proj=longlat')]).toEqual([crs.srid, crs.kind === 'GEOGRAPHIC']);
    const falseEasting = Number(/\+x_0=(\d+)/.exec(text)?.[1] ?? Number.NaN);
    if (/\+proj=tmerc/.test(text)) {
      expect([crs.srid, falseEasting]).toEqual([crs.srid, (crs.zonePrefix ?? 0) * 1e6 + 500_000]);
    }
    const ellipsoid = /krass|6378140/.test(text);
    expect([crs.srid, crs.crsClass]).toEqual([crs.srid, ellipsoid ? 'BALLPARK' : 'EXACT']);
    const sibling = samePlaneSrid(crs.srid);
    if (sibling !== null && sibling !== crs.srid) expect(sourceCrs(sibling)?.zonePrefix).toBeNull();
  }
});

test('the judging zone is the same by SQL and by arithmetic', async () => {
  const places = fc.sample(
    fc.tuple(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -80, max: 84, noNaN: true })),
    2000,
  );
  places.push([73.5, 1], [136.5, 1], [76.5, 1], [79.5, -1], [-180, 0], [180, 0]);
  const { rows } = await database.knex.raw(
    'select judgement.judging_srid(x, y) as srid from unnest(?::float8[], ?::float8[]) with ordinality as p (x, y, n) order by n',
    [places.map(([x]) => x), places.map(([, y]) => y)],
  );
  expect(rows.map((row: { srid: number }) => row.srid)).toEqual(places.map(([x, y]) => judgingSrid(x, y)));
});

test('our reader of well-known text reads what PostGIS writes, number for number', async () => {
  const { rows } = await database.knex.raw<{ rows: { ewkt: string; wkt: string }[] }>(`
    select ST_AsEWKT(g, 17) as ewkt, ST_AsText(g, 17) as wkt from (values
      (ST_GeomFromText('POLYGON((120 43,120.1 43.1000000001,120.123456789012 43.5,120 43))', 4490)),
      (ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(120, 43), 4490), 0.1))),
      (ST_Difference(ST_Buffer(ST_SetSRID(ST_MakePoint(120, 43), 4490), 0.1), ST_Buffer(ST_SetSRID(ST_MakePoint(120, 43), 4490), 0.05))),
      (ST_Force3DZ(ST_GeomFromText('MULTIPOLYGON(((1e-7 0,1 0,1 1,1e-7 0)),((2 2,3 2,3 3,2 2)))', 4490)))
    ) v (g)`);
  for (const { ewkt, wkt } of rows) {
    const [feature] = readWkt(ewkt, null).features;
    expect(feature?.srid).toBe(4490);
    const printed = await database.knex.raw<{ rows: { same: boolean }[] }>(
      'select ST_OrderingEquals(ST_Multi(ST_Force2D(ST_GeomFromText(?, 4490))), ST_SetSRID(?::geometry, 4490)) as same',
      [wkt, polygonHex(feature ? ringsOf(feature) : [])],
    );
    expect(printed.rows[0]?.same).toBe(true);
  }
});

test('an area in a ballpark datum lies tens of metres from the same numbers in CGCS2000, no more', async () => {
  const ring: Position[] = [
    [41_473_349, 4_507_088],
    [41_473_929, 4_507_696],
    [41_473_929, 4_506_899],
  ];
  const derived = await deriveAreas(
    database.knex,
    [4529, 2365, 2417].map((srid) => ({ srid, polygons: [[ring]] })),
    null,
    null,
  );
  const [exact, ...ballpark] = derived.map(({ geometry }) => geometry?.geom ?? '');
  for (const geom of ballpark) {
    const { rows } = await database.knex.raw<{ rows: { metres: number }[] }>(
      'select ST_Distance(ST_Centroid(?::geometry)::geography, ST_Centroid(?::geometry)::geography) as metres',
      [exact ?? '', geom],
    );
    expect(rows[0]?.metres).toBeGreaterThan(0.1);
    expect(rows[0]?.metres).toBeLessThan(150);
  }
});

test('a vertex outside the extent is found whatever CRS it was issued in', async () => {
  const inside: Position[] = [
    [500_000, 4_500_000],
    [500_100, 4_500_000],
    [500_100, 4_500_100],
  ];
  const leaving: Position[] = [...inside, [500_050, 6_500_000]];
  const derive = (polygons: Position[][]) =>
    deriveAreas(database.knex, [{ srid: 4550, polygons: [polygons] }], null, [73, 3, 136, 54]);
  expect(await derive([inside])).toMatchObject([{ faults: [] }]);
  expect(await derive([leaving])).toMatchObject([
    { faults: [{ code: 'OUTSIDE_EXTENT', ring: 1, vertex: 4 }] },
  ]);
});

test('in the zone that it is judged in an area is just its corners, if its edges are straight there', async () => {
  const square = (east: number): Position[] =>
    [
      [0, 0],
      [0, 2000],
      [2000, 2000],
      [2000, 0],
    ].map(([x = 0, y = 0]) => [east + x, 4_760_000 + y]);
  const pointsOf = async (srid: number, ring: Position[]): Promise<number> => {
    const [derived] = await deriveAreas(database.knex, [{ srid, polygons: [[ring]] }], [120, 42.98], null);
    const { rows } = await database.knex.raw<{ rows: { points: number }[] }>(
      'select ST_NPoints(?::geometry) as points',
      [derived?.geometry?.planeGeom ?? ''],
    );
    return rows[0]?.points ?? 0;
  };
  // CGCS2000, 3 degrees, at 120°E: without the zone before its eastings, and with it.
  expect(await pointsOf(4549, square(500_000))).toBe(5);
  expect(await pointsOf(4528, square(40_500_000))).toBe(5);
  expect(
    await pointsOf(
      4490,
      square(0).map(([x, y]) => [120 + x / 1e5, y / 1e5]),
    ),
  ).toBe(5);
  // The zone next to it and that of 6 degrees have other planes: 2000 m are more than twenty edges there.
  expect(await pointsOf(4548, square(745_000))).toBeGreaterThan(80);
  expect(await pointsOf(4508, square(745_000))).toBeGreaterThan(80);
});
