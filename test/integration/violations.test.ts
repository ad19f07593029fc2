import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact } from '../../src/platform/transact.js';
import type { EnforcementService } from '../../src/subgraphs/enforcement/enforcement.service.js';
import { createEnforcementService } from '../../src/subgraphs/enforcement/services.js';
import type {
  Violation,
  ViolationFilter,
  ViolationOrder,
} from '../../src/subgraphs/enforcement/violations/violation.js';
import { aMine, mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { registerMines } from '../support/registered-mines.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
let situation: Situation;
let enforcement: EnforcementService;

/**
 * Five violations: a small pit strips 20 m and mines 100 m out of bounds, a large underground mine in another
 * county mines 200 m out and into its neighbour, and far away somebody mines without a right.
 */
beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  const transact = createTransact(database.knex);
  await registerMines(database.knex, [
    aMine({ code: 'SMALL', name: 'Small pit', scale: 'SMALL', divisionCode: '150421' }),
    aMine({
      code: 'LARGE',
      scale: 'LARGE',
      method: 'UNDERGROUND',
      resource: 'METAL',
      divisionCode: '210381',
    }),
    aMine({ code: 'NEIGHBOUR', divisionCode: '150422' }),
  ]);
  await situation.area({ mine: 'SMALL', shape: box(0, 0, 1000, 1000) });
  await situation.area({ mine: 'LARGE', shape: box(5000, 0, 1000, 1000) });
  await situation.area({ mine: 'NEIGHBOUR', shape: box(6200, 0, 1000, 1000) });
  const observations = await Promise.all([
    situation.observation({
      mine: 'SMALL',
      activity: 'STRIPPING',
      shape: box(900, 100, 120, 50),
      observedAt: '2026-03-31T15:59:00Z',
    }),
    situation.observation({
      mine: 'SMALL',
      shape: box(400, 900, 100, 200),
      observedAt: '2026-03-31T16:01:00Z',
    }),
    situation.observation({ mine: 'LARGE', shape: box(5900, 100, 300, 300) }),
    situation.observation({ mine: 'LARGE', shape: box(6250, 600, 100, 100) }),
    situation.observation({ shape: box(60_000, 0, 30, 30) }),
  ]);
  enforcement = createEnforcementService({ knex: database.knex, transact, judge: situation.engine });
  await situation.judge(observations);
});
afterAll(() => database.close());

async function find(
  filter: ViolationFilter,
  order: ViolationOrder = 'AREA_DESC',
  context = testContext(),
): Promise<readonly Violation[]> {
  const page = await enforcement.violations(context, filter, null, order, { first: 500, after: null });
  const nodes = page.items.map((item) => item.node);
  expect(await page.count()).toBe(nodes.length);
  return nodes;
}
const kinds = (violations: readonly Violation[]) => violations.map((violation) => violation.kind);

test('violations are found by what the mine is: stripping out of bounds at small open pits is one filter', async () => {
  const filter: ViolationFilter = {
    kind: ['STRIPPING_OUT_OF_BOUNDS'],
    scale: ['SMALL'],
    method: ['OPEN_PIT'],
    resource: ['COAL'],
    divisionCode: '150400',
  };
  const [stripping, ...others] = await find(filter);
  expect(others).toEqual([]);
  expect(stripping).toMatchObject({
    mineId: mineId('SMALL'),
    kind: 'STRIPPING_OUT_OF_BOUNDS',
    verdict: 'CONFIRMED',
    state: 'DETECTED',
    growthSquareMetresPerDay: null,
  });
  expect(stripping?.areaSquareMetres).toBeCloseTo(20 * 50, -1);
  expect(stripping?.overrunMetres).toBeCloseTo(20, 0);
  expect(await find({ ...filter, scale: ['LARGE'] })).toEqual([]);
  expect(await find({ ...filter, divisionCode: '150422' })).toEqual([]);
});

test('violations are found by what they are, where they lie and when they were seen', async () => {
  expect(await find({})).toHaveLength(5);
  expect(kinds(await find({ mineIds: [mineId('LARGE')] }))).toEqual(['MINING_OUT_OF_BOUNDS', 'ENCROACHMENT']);
  expect(kinds(await find({ mineIds: ['nobody'] }))).toEqual([]);
  expect(kinds(await find({ minAreaSquareMetres: 59_000 }))).toEqual(['MINING_OUT_OF_BOUNDS']);
  expect(await find({ state: ['CLOSED', 'DISMISSED'] })).toEqual([]);
  expect(await find({ verdict: ['PROBABLE'], kind: ['ENCROACHMENT'] })).toEqual([]);
  const midnight = new Date('2026-03-31T16:00:00Z');
  expect(kinds(await find({ observedTo: midnight }))).toEqual(['STRIPPING_OUT_OF_BOUNDS']);
  expect(await find({ observedFrom: midnight })).toHaveLength(4);
  const near = { longitude: 120.013, latitude: 42.98, radiusMetres: 600 };
  const page = { first: 10, after: null };
  const nearby = await enforcement.violations(testContext(), {}, { near }, 'ID', page);
  expect(nearby.items.map((item) => item.node.kind)).toEqual(['STRIPPING_OUT_OF_BOUNDS']);
});

test('every order shows each violation once, page by page', async () => {
  const orders: ViolationOrder[] = [
    'ID',
    'AREA_DESC',
    'OVERRUN_DESC',
    'DEPTH_OVERRUN_DESC',
    'GROWTH_DESC',
    'FIRST_OBSERVED',
    'LAST_OBSERVED',
  ];
  for (const order of orders) {
    const whole = (await find({}, order)).map((violation) => violation.id);
    const walked: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const part = await enforcement.violations(testContext(), {}, null, order, { first: 2, after });
      walked.push(...part.items.map((item) => item.node.id));
      after = part.items.at(-1)?.cursor ?? null;
      more = part.hasNextPage;
    }
    expect([order, walked]).toEqual([order, whole]);
    expect(new Set(walked).size).toBe(5);
  }
  const areas = (await find({})).map((violation) => violation.areaSquareMetres);
  expect(areas).toEqual([...areas].sort((a, b) => b - a));
  // Nothing was permitted where somebody mines without a right: no distance, so it comes last.
  expect(kinds(await find({}, 'OVERRUN_DESC')).at(-1)).toBe('UNLICENSED');
});

test('a county officer sees the violations of the county, and nobody else those without a mine', async () => {
  const officer = testContext({ principal: countyOfficer('150421') });
  const seen = await find({}, 'ID', officer);
  expect(new Set(seen.map((violation) => violation.mineId))).toEqual(new Set([mineId('SMALL')]));
  const [unlicensed] = await find({ kind: ['UNLICENSED'] });
  expect(unlicensed?.mineId).toBeNull();
  expect(await enforcement.violation(officer, unlicensed?.id ?? '')).toBeNull();
  const everywhere = testContext({ principal: countyOfficer('150000', '210000') });
  expect(await find({ kind: ['UNLICENSED'] }, 'ID', everywhere)).toEqual([]);
  const [foreign] = await find({ mineIds: [mineId('LARGE')] });
  expect(await enforcement.violationGeometry(officer, { id: foreign?.id ?? '' })).toBeNull();
  expect(await enforcement.findingsOfViolation(officer, { id: foreign?.id ?? '' }, 10)).toEqual([]);
  const sums = await enforcement.statistics(officer, ['COUNTY'], {}, null);
  expect(sums.map((row) => row.keys[0]?.value)).toEqual(['150421']);
});

test('the same page of many mines is one statement, and so are their counts', async () => {
  const context = testContext();
  const statements: string[] = [];
  const note = (query: { sql: string }) => statements.push(query.sql);
  database.knex.on('query', note);
  const asked = { filter: {}, order: 'AREA_DESC', page: { first: 1, after: null } } as const;
  const pages = await Promise.all(
    ['SMALL', 'LARGE', 'NEIGHBOUR'].map((code) => enforcement.violationsOfMine(context, mineId(code), asked)),
  );
  const counts = await Promise.all(pages.map((page) => page.count()));
  database.knex.removeListener('query', note);
  expect(statements).toHaveLength(2);
  expect(counts).toEqual([2, 2, 0]);
  expect(pages.map((page) => [page.items.map((item) => item.node.kind), page.hasNextPage])).toEqual([
    [['MINING_OUT_OF_BOUNDS'], true],
    [['MINING_OUT_OF_BOUNDS'], true],
    [[], false],
  ]);
  const after = pages[0]?.items[0]?.cursor ?? null;
  const next = await enforcement.violationsOfMine(context, mineId('SMALL'), {
    ...asked,
    page: { first: 1, after },
  });
  expect(next.items.map((item) => item.node.kind)).toEqual(['STRIPPING_OUT_OF_BOUNDS']);
  expect(next.hasNextPage).toBe(false);
  const none = await enforcement.violationsOfMine(testContext(), mineId('SMALL'), {
    ...asked,
    page: { first: 0, after: null },
  });
  expect([none.items, none.hasNextPage]).toEqual([[], true]);
});

test('statistics add up to what the list holds, with the names of the divisions', async () => {
  const all = await find({});
  const area = all.reduce((sum, violation) => sum + violation.areaSquareMetres, 0);
  const [total] = await enforcement.statistics(testContext(), [], {}, null);
  expect(total).toMatchObject({ keys: [], count: 5, confirmedCount: 5, mineCount: 2 });
  expect(total?.areaSquareMetres).toBeCloseTo(area, 6);
  const rows = await enforcement.statistics(testContext(), ['PROVINCE', 'KIND', 'PROVINCE'], {}, null);
  expect(rows.map((row) => [...row.keys.map((key) => key.value), row.count])).toEqual([
    ['150000', 'MINING_OUT_OF_BOUNDS', 1],
    ['150000', 'STRIPPING_OUT_OF_BOUNDS', 1],
    ['210000', 'ENCROACHMENT', 1],
    ['210000', 'MINING_OUT_OF_BOUNDS', 1],
    [null, 'UNLICENSED', 1],
  ]);
  expect(rows[0]?.keys[0]).toEqual({ key: 'PROVINCE', value: '150000', label: '内蒙古自治区' });
  expect(rows.reduce((sum, row) => sum + row.areaSquareMetres, 0)).toBeCloseTo(area, 6);
  const [months] = [await enforcement.statistics(testContext(), ['MONTH'], {}, null)];
  // A minute before midnight in Shanghai is still March there.
  expect(months.map((row) => [row.keys[0]?.value, row.count])).toEqual([
    ['2026-03', 1],
    ['2026-04', 1],
    ['2026-05', 3],
  ]);
  const mines = await enforcement.statistics(testContext(), ['MINE'], { scale: ['SMALL'] }, null);
  expect(mines.map((row) => row.keys[0]?.label)).toEqual(['Small pit']);
  const none = await enforcement.statistics(testContext(), [], { state: ['CLOSED'] }, null);
  expect(none).toMatchObject([{ count: 0, areaSquareMetres: 0, greatestOverrunMetres: null }]);
});

test('every statistics key can be grouped by', async () => {
  const all = [
    'KIND',
    'VERDICT',
    'STATE',
    'PROVINCE',
    'CITY',
    'COUNTY',
    'MINE',
    'OPERATOR',
    'RESOURCE',
    'METHOD',
    'SCALE',
    'MONTH',
    'YEAR',
  ] as const;
  const rows = await enforcement.statistics(testContext(), all, {}, null);
  expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(5);
  const large = rows.find((row) => row.keys.some((key) => key.value === 'LARGE'));
  expect(large?.keys.map((key) => key.value)).toEqual(
    expect.arrayContaining(['210000', '210300', '210381', 'METAL', 'UNDERGROUND', '2026-05', '2026']),
  );
});

test('an id that another violation has taken over finds that one', async () => {
  // The same place seen earlier turns up later: the violation is then named after the earlier sight.
  const late = await situation.observation({
    mine: 'SMALL',
    shape: box(-100, 500, 150, 100),
    observedAt: '2026-05-01T00:00:00Z',
  });
  await situation.judge([late]);
  const [before] = await find({
    mineIds: [mineId('SMALL')],
    minAreaSquareMetres: 9_500,
    observedFrom: new Date('2026-04-30'),
  });
  const early = await situation.observation({
    mine: 'SMALL',
    shape: box(-50, 500, 100, 100),
    observedAt: '2026-04-21T00:00:00Z',
  });
  await situation.judge([early], fixedClock('2026-06-02T00:00:00Z'));
  const taken = await enforcement.violation(testContext(), before?.id ?? '');
  expect(taken?.id).toBeDefined();
  expect(taken?.id).not.toBe(before?.id);
  expect(taken?.firstObservedAt).toEqual(new Date('2026-04-21T00:00:00Z'));
  expect(taken?.growthSquareMetresPerDay).toBeCloseTo(500, -1);
  const findings = await enforcement.findingsOfViolation(testContext(), { id: taken?.id ?? '' }, 500);
  expect(findings.map((finding) => finding.observationId)).toEqual([early, late]);
  const latest = await enforcement.findingsOfViolation(testContext(), { id: taken?.id ?? '' }, 1);
  expect(latest.map((finding) => finding.observationId)).toEqual([late]);
});
