import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BoundariesService } from '../../src/subgraphs/boundaries/boundaries.service.js';
import type { ObservationFacts } from '../../src/subgraphs/boundaries/observations/observation.js';
import { createBoundariesService } from '../../src/subgraphs/boundaries/services.js';
import { aMine, mineId, observationFacts, squareAt } from '../support/builders.js';
import { at, countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { registerMines } from '../support/registered-mines.js';
import { CHINA, SILENT_JUDGE, serviceParts } from '../support/service-parts.js';

let database: TestDatabase;
let boundaries: BoundariesService;

beforeAll(async () => {
  database = await openTestDatabase();
  await registerMines(database.knex, [aMine({ code: 'OBSERVED' })]);
  boundaries = createBoundariesService(serviceParts(database.knex, CHINA));
});
afterAll(() => database.close());

const anObservation = (facts: Partial<ObservationFacts> = {}): ObservationFacts =>
  observationFacts({ mineCode: 'OBSERVED', activity: 'STRIPPING', ...facts });

test('a submission is stored, judged and told of in one call', async () => {
  const facts = anObservation({ zMinMetres: 100, zMaxMetres: 120, sigmaZMetres: 1, seam: '3' });
  const result = await boundaries.submitObservations(testContext(), [facts]);
  expect(result.rejected).toEqual([]);
  expect(result.observations).toMatchObject([
    { version: 1, mineId: mineId('OBSERVED'), activity: 'STRIPPING', zMinMetres: 100, seam: '3' },
  ]);
  // 0.001° by 0.001° at 43.5°N: about 80.9 m by 111.1 m.
  expect(result.observations[0]?.areaSquareMetres).toBeCloseTo(8990, -2);
  expect(result.judgements).toHaveLength(1);
  expect(result.violations).toHaveLength(1);
  const [id] = result.observations.map((observation) => observation.id);
  const stored = await boundaries.observation(testContext(), id ?? '');
  expect(stored).toEqual(result.observations[0]);
  expect(stored && (await boundaries.observationGeometry(testContext(), stored))).toEqual({
    type: 'MultiPolygon',
    coordinates: [(facts.geometry as { coordinates: unknown }).coordinates],
  });
  const events = await database.knex('platform.event').where('subject_id', id).pluck('type');
  expect(events).toEqual(['observation.recorded']);
});

test('the same submission again changes nothing; another content is the next version', async () => {
  const facts = anObservation({ geometry: squareAt(119, 43) });
  const first = await boundaries.submitObservations(at('2026-05-02T00:00:00Z'), [facts]);
  const again = await boundaries.submitObservations(at('2026-05-03T00:00:00Z'), [facts]);
  expect(again.observations).toEqual(first.observations);
  expect(again.judgements).toEqual(first.judgements);
  const moved = { ...facts, geometry: squareAt(120, 43.501) };
  const second = await boundaries.submitObservations(at('2026-05-04T00:00:00Z'), [moved]);
  expect(second.observations).toMatchObject([
    { id: first.observations[0]?.id, version: 2, recordedAt: new Date('2026-05-04T00:00:00Z') },
  ]);
  expect(second.judgements).not.toEqual(first.judgements);
  const events = await database
    .knex('platform.event')
    .where('subject_id', first.observations[0]?.id)
    .orderBy('seq')
    .pluck('type');
  expect(events).toEqual(['observation.recorded', 'observation.corrected']);
});

test('what a correction by the provider made of violations is kept, apart from what else came with it', async () => {
  const facts = anObservation({ geometry: squareAt(119, 42) });
  const first = await boundaries.submitObservations(at('2026-05-02T00:00:00Z'), [facts]);
  expect(first.judgementDiffId).toBeNull();
  const larger = { ...facts, geometry: squareAt(119, 42, 0.002) };
  const other = anObservation({ geometry: squareAt(121, 42) });
  const second = await boundaries.submitObservations(at('2026-05-04T00:00:00Z'), [other, larger]);
  const [observation] = first.observations;
  const [violation] = first.violations;
  expect(second.violations.map(({ id }) => id)).toContain(violation?.id);
  expect(second.violations).toHaveLength(2);
  const diff = await database
    .knex('enforcement.judgement_diff')
    .where({ id: second.judgementDiffId })
    .first();
  expect(diff).toMatchObject({
    kind: 'OBSERVATION_CORRECTED',
    subjects: [{ id: observation?.id, version: 2 }],
    observations: 1,
    judged: 1,
    changed: 1,
    completed_at: new Date('2026-05-04T00:00:00Z'),
  });
  expect(await database.knex('enforcement.judgement_diff_entry').where({ diff_id: diff.id })).toMatchObject([
    { change: 'GREW', violation_id: violation?.id },
  ]);
  const again = await boundaries.submitObservations(at('2026-05-05T00:00:00Z'), [other, larger]);
  expect(again.judgementDiffId).toBeNull();
});

test('without a provider’s key every submission is a new observation', async () => {
  const facts = anObservation({ providerRef: null });
  const one = await boundaries.submitObservations(testContext(), [facts, facts]);
  expect(new Set(one.observations.map(({ id }) => id)).size).toBe(2);
});

describe('a faulty row is rejected by itself', () => {
  const line = (...positions: number[][]) => ({ type: 'Polygon', coordinates: [positions] });
  const cases: readonly (readonly [string, Partial<ObservationFacts>, unknown[]])[] = [
    ['unknown mine', { mineCode: 'NOBODY' }, ['MINE_UNKNOWN', 'mineCode', null]],
    ['negative accuracy', { sigmaMetres: -1 }, ['SIGMA_NEGATIVE', 'sigmaMetres', null]],
    ['accuracy that is no number', { sigmaMetres: Number.NaN }, ['SIGMA_NEGATIVE', 'sigmaMetres', null]],
    ['accuracy without bounds', { sigmaMetres: 1e308 }, ['SIGMA_OUT_OF_RANGE', 'sigmaMetres', null]],
    ['the same of its elevations', { sigmaZMetres: 10_001 }, ['SIGMA_OUT_OF_RANGE', 'sigmaZMetres', null]],
    ['in the mantle', { zMinMetres: -1e9 }, ['ELEVATION_OUT_OF_RANGE', 'zMinMetres', null]],
    ['in the stratosphere', { zMaxMetres: 9_001 }, ['ELEVATION_OUT_OF_RANGE', 'zMaxMetres', null]],
    ['bottom above top', { zMinMetres: 5, zMaxMetres: 4 }, ['ELEVATIONS_REVERSED', 'zMinMetres', null]],
    [
      'seen tomorrow',
      { observedAt: new Date('2026-06-02T00:00:00Z') },
      ['OBSERVED_IN_FUTURE', 'observedAt', null],
    ],
    [
      'seen by the Han',
      { observedAt: new Date('0099-01-01T00:00:00Z') },
      ['OBSERVED_TOO_EARLY', 'observedAt', null],
    ],
    [
      'seen a moment before there were surveys',
      { observedAt: new Date('1899-12-31T23:59:59.999+08:00') },
      ['OBSERVED_TOO_EARLY', 'observedAt', null],
    ],
    ['no provider', { provider: ' ' }, ['PROVIDER_EMPTY', 'provider', null]],
    ['a provider in blanks', { provider: 'bureau ' }, ['PROVIDER_PADDED', 'provider', null]],
    ['a key in blanks', { providerRef: '\tO-1' }, ['PROVIDER_REF_PADDED', 'providerRef', null]],
    ['a point', { geometry: { type: 'Point', coordinates: [120, 43] } }, ['GEOMETRY_TYPE', 'geometry', null]],
    ...['EPSG:4610', 'urn:ogc:def:crs:EPSG::4214', 'EPSG:3857', 'local'].map(
      (name): (typeof cases)[number] => [
        `in the CRS ${name}`,
        { geometry: { ...squareAt(120, 43), crs: { type: 'name', properties: { name } } } },
        ['CRS_CONFLICT', 'geometry', null],
      ],
    ),
    ['empty', { geometry: { type: 'MultiPolygon', coordinates: [] } }, ['EMPTY', 'geometry', null]],
    [
      'self-intersecting',
      { geometry: line([120, 43], [120.01, 43.01], [120.01, 43], [120, 43.01], [120, 43]) },
      ['SELF_INTERSECTION', 'geometry', 3],
    ],
    [
      'collapsed',
      { geometry: line([120, 43], [120.1, 43.1], [120.2, 43.2], [120, 43]) },
      ['COLLAPSED', 'geometry', 1],
    ],
    [
      'latitude first',
      { geometry: line([43, 120], [43, 120.01], [43.01, 120.01], [43, 120]) },
      ['AXES_SWAPPED', 'geometry', 1],
    ],
    [
      'latitude first in the far west',
      { geometry: line([38, 75], [38, 75.01], [38.01, 75.01], [38, 75]) },
      ['AXES_SWAPPED', 'geometry', 1],
    ],
    [
      'outside the extent',
      { geometry: line([120, 43], [120.01, 43], [120, 56], [120, 43]) },
      ['OUTSIDE_EXTENT', 'geometry', 3],
    ],
    [
      'not closed',
      { geometry: line([120, 43], [120.01, 43], [120.01, 43.01], [120, 43.01]) },
      ['UNCLOSED', 'geometry', 4],
    ],
    [
      'a ring that touches itself',
      {
        geometry: line(
          [120, 43],
          [120.02, 43],
          [120.01, 43.01],
          [120.02, 43.02],
          [120, 43.02],
          [120.01, 43.01],
          [120, 43],
        ),
      },
      ['SELF_INTERSECTION', 'geometry', 6],
    ],
  ];

  test.each(cases)('%s', async (_name, fault, expected) => {
    const good = anObservation();
    const result = await boundaries.submitObservations(testContext(), [anObservation(fault), good]);
    expect(result.rejected.map(({ index, code, path, vertex }) => [index, code, path, vertex])).toEqual([
      [0, ...expected],
    ]);
    expect(result.observations).toMatchObject([{ providerRef: good.providerRef }]);
  });

  test('more than 50 000 vertices', async () => {
    const n = 50_001;
    const ring = Array.from({ length: n }, (_, i) => [
      120 + 0.01 * Math.cos((2 * Math.PI * i) / n),
      43 + 0.01 * Math.sin((2 * Math.PI * i) / n),
    ]);
    const geometry = { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
    const result = await boundaries.submitObservations(testContext(), [anObservation({ geometry })]);
    expect(result.rejected).toMatchObject([{ code: 'TOO_MANY_VERTICES', ring: 1, vertex: 50_001 }]);
  });

  test('an edge across the antimeridian, where the whole world is taken', async () => {
    const world = createBoundariesService(serviceParts(database.knex));
    const across = line([179.99, 60], [-179.99, 60], [-179.99, 60.01], [179.99, 60]);
    const result = await world.submitObservations(testContext(), [
      anObservation({ geometry: across, mineCode: null }),
    ]);
    expect(result.rejected).toMatchObject([{ code: 'ANTIMERIDIAN', ring: 1, vertex: 1 }]);
  });

  test('a key that stands twice in one submission', async () => {
    const facts = anObservation();
    const result = await boundaries.submitObservations(testContext(), [facts, { ...facts, sigmaMetres: 9 }]);
    expect(result.rejected).toMatchObject([{ index: 1, code: 'KEY_REPEATED' }]);
    expect(result.observations).toMatchObject([{ sigmaMetres: 2 }]);
  });
});

test('a failing judgement leaves nothing of the submission behind', async () => {
  const failing = createBoundariesService({
    ...serviceParts(database.knex),
    judge: { judge: () => Promise.reject(new Error('no verdict today')) },
  });
  const facts = anObservation();
  await expect(failing.submitObservations(testContext(), [facts])).rejects.toThrow('no verdict today');
  const found = await boundaries.observations(testContext(), { provider: facts.provider }, null, null, {
    first: 500,
    after: null,
  });
  expect(found.items.map(({ node }) => node.providerRef)).not.toContain(facts.providerRef);
});

test('lists narrow by filter and place, and to what the principal may see', async () => {
  const page = { first: 500, after: null };
  await boundaries.submitObservations(testContext(), [
    anObservation({
      provider: 'uav-team',
      method: 'UAV',
      geometry: squareAt(121, 44),
      observedAt: new Date('2026-04-01T00:00:00Z'),
    }),
    anObservation({ provider: 'uav-team', method: 'UAV', geometry: squareAt(122, 44), mineCode: null }),
  ]);
  const list = async (
    filter: Parameters<BoundariesService['observations']>[1],
    within: Parameters<BoundariesService['observations']>[2] = null,
    context = testContext(),
  ) => (await boundaries.observations(context, filter, within, null, page)).items.length;
  expect(await list({ provider: 'uav-team' })).toBe(2);
  expect(await list({ provider: 'uav-team', divisionCode: '150400' })).toBe(1);
  expect(await list({ provider: 'uav-team', observedTo: new Date('2026-05-01T00:00:00Z') })).toBe(1);
  expect(await list({ provider: 'uav-team' }, { bbox: [121.5, 43, 123, 45] })).toBe(1);
  expect(
    await list({ provider: 'uav-team' }, null, testContext({ principal: countyOfficer('150421') })),
  ).toBe(1);
  expect(
    await list({ provider: 'uav-team' }, null, testContext({ principal: countyOfficer('210381') })),
  ).toBe(0);
});

test('three thousand observations are stored and judged in a few statements', async () => {
  const statements: string[] = [];
  const listen = (query: { sql: string }) => void statements.push(query.sql);
  const rows = Array.from({ length: 3000 }, (_, i) =>
    anObservation({ geometry: squareAt(115 + (i % 60) * 0.01, 41 + Math.floor(i / 60) * 0.01) }),
  );
  const silent = createBoundariesService({ ...serviceParts(database.knex), judge: SILENT_JUDGE });
  database.knex.on('query', listen);
  const result = await silent.submitObservations(testContext(), rows);
  database.knex.removeListener('query', listen);
  expect(result.observations).toHaveLength(3000);
  expect(statements.filter((sql) => !sql.startsWith('insert into "platform"')).length).toBeLessThan(10);
});
