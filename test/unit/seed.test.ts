import { area } from '@turf/turf';
import { expect, test } from 'vitest';
import { chineseNumeral } from '../../seeds/demo-names.js';
import { allDivisions, COUNTIES } from '../../seeds/divisions.js';
import { toGeographic, toPlane } from '../../seeds/gauss-krueger.js';
import { demoWorld, expectedViolations } from '../../seeds/world.js';
import { isCreditCode } from '../../src/subgraphs/registry/operator.js';
import { ViolationKind } from '../../src/vocabulary/enforcement.js';

const world = demoWorld();

test('the demo is the same world every time it is made', () => {
  expect(JSON.stringify(demoWorld())).toBe(JSON.stringify(world));
});

test('the demo has at least 300 mines in 3 provinces and 12 counties', () => {
  expect(world.mines.length).toBeGreaterThanOrEqual(300);
  expect(new Set(world.mines.map((mine) => mine.divisionCode.slice(0, 2))).size).toBe(3);
  expect(new Set(world.mines.map((mine) => mine.divisionCode)).size).toBeGreaterThanOrEqual(12);
});

test('every division names a parent that stands before it, and the demo uses real ones', () => {
  const known = new Map<string | null, string>([[null, '']]);
  for (const { code, name, parentCode } of allDivisions()) {
    expect(known.has(parentCode), code).toBe(true);
    expect(known.has(code), code).toBe(false);
    known.set(code, name);
  }
  expect(known.size).toBeGreaterThan(3200);
  for (const county of COUNTIES) expect(known.get(county.code)).toBe(county.name);
});

test('codes and numbers are unique, credit codes carry their check character, names say that they are a demonstration', () => {
  for (const keys of [
    world.mines.map((mine) => mine.code),
    world.mines.map((mine) => mine.name),
    world.licences.map((licence) => licence.number),
    world.observations.map((observation) => `${observation.provider} ${observation.providerRef}`),
  ]) {
    expect(new Set(keys).size).toBe(keys.length);
  }
  for (const mine of world.mines) {
    expect(isCreditCode(mine.operatorCreditCode), mine.operatorCreditCode).toBe(true);
    expect(mine.name).toMatch(/^示范/);
    expect(mine.operatorName).toMatch(/^示范/);
  }
});

test('every kind of violation is expected, at small open pits stripping out of bounds in every county', () => {
  expect(new Set(expectedViolations().map((violation) => violation.kind))).toEqual(
    new Set(Object.keys(ViolationKind)),
  );
  const small = new Set(
    world.mines
      .filter((mine) => mine.scale === 'SMALL' && mine.method === 'OPEN_PIT')
      .map((mine) => mine.code),
  );
  const counties = expectedViolations()
    .filter(({ kind, mineCode }) => kind === 'STRIPPING_OUT_OF_BOUNDS' && small.has(mineCode ?? ''))
    .map(({ mineCode }) => mineCode?.slice(5, 11));
  expect(new Set(counties)).toEqual(new Set(COUNTIES.map((county) => county.code)));
});

test('mines of different sites keep more than the attribution radius from each other', () => {
  const origins = new Map<string, [number, number]>();
  for (const { code, location } of world.mines) {
    const [longitude = 0, latitude = 0] = location?.coordinates ?? [];
    origins.set(code, [longitude, latitude]);
  }
  const pairs = [...origins].flatMap(([code, a], i) =>
    [...origins].slice(i + 1).map(([other, b]) => ({ code, other, metres: distance(a, b) })),
  );
  // Mines 5 and 6 of a county are the two neighbours of one site.
  const close = pairs.filter(({ metres }) => metres < 5500);
  expect(close.every(({ code, other }) => code.slice(0, -2) === other.slice(0, -2))).toBe(true);
  expect(close.every(({ code, other }) => /-05$/.test(code) && /-06$/.test(other))).toBe(true);
});

test('a stated area is the ellipsoidal area as notices round it', () => {
  const [first] = world.areas;
  const corners = (first?.listing ?? '')
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').map(Number))
    .map(([, northing = 0, easting = 0]) =>
      toGeographic({ northing, easting: easting % 1e6 }, Math.floor(easting / 1e6), 'CGCS2000'),
    );
  // Turf measures on a sphere: right to a third of a percent.
  const sphere = area({ type: 'Polygon', coordinates: [[...corners, corners[0] ?? []]] });
  expect(sphere / (first?.statedAreaSquareMetres ?? 0)).toBeCloseTo(1, 2);
});

test('the projection is that of the registry: the first corner of notice 辽采协示字〔2025〕54号', () => {
  const [longitude, latitude] = toGeographic({ northing: 4507088.2206, easting: 473349.922 }, 41, 'CGCS2000');
  expect(longitude).toBeCloseTo(122.68468, 5);
  expect(latitude).toBeCloseTo(40.69804, 5);
  const back = toPlane(longitude, latitude, 41, 'CGCS2000');
  expect(back.northing).toBeCloseTo(4507088.2206, 4);
  expect(back.easting).toBeCloseTo(473349.922, 4);
});

test('numerals are those of a Chinese reader', () => {
  expect([1, 10, 11, 20, 21, 99].map(chineseNumeral)).toEqual([
    '一',
    '十',
    '十一',
    '二十',
    '二十一',
    '九十九',
  ]);
});

/** Metres between two positions, on a plane: enough to tell 7 km from 2 km. */
function distance([ax, ay]: [number, number], [bx, by]: [number, number]): number {
  const shrink = Math.cos((((ay + by) / 2) * Math.PI) / 180);
  return Math.hypot((ax - bx) * 111_200 * shrink, (ay - by) * 111_200);
}
