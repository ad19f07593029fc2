import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedDemo } from '../../seeds/demo.js';
import { fillRegistry } from '../../seeds/fill-registry.js';
import { demoWorld, expectedViolations } from '../../seeds/world.js';
import { readConfig } from '../../src/config.js';
import { createCompiledExecutor } from '../../src/gateway/compiled-executor.js';
import { composeSupergraph } from '../../src/gateway/compose.js';
import { createGateway } from '../../src/gateway/gateway.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { createTransact } from '../../src/platform/transact.js';
import type { GraphDeps } from '../../src/subgraphs/deps.js';
import { SUBGRAPHS } from '../../src/subgraphs/index.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { CHINA, subgraphParts } from '../support/service-parts.js';

let database: TestDatabase;
let deps: GraphDeps;
const world = demoWorld();
/** Loading the demo may have to share the machine with every other test. */
const SLOW = { timeout: 240_000 };

beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  deps = subgraphParts(knex, CHINA);
});
afterAll(() => database.close());

interface StoredViolation {
  code: string | null;
  other: string | null;
  kind: string;
  verdict: string;
  area: number;
  growth: number | null;
  findings: number;
}

const stored = async (): Promise<StoredViolation[]> =>
  (
    await database.knex.raw(`
      select m.code, o.code as other, v.kind, v.verdict, v.area_m2 as area, v.growth_m2_per_day as growth,
             (select count(*) from enforcement.violation_finding f where f.violation_id = v.id) as findings
      from enforcement.violation v
      left join registry.mine m on m.id = v.mine_id
      left join registry.mine o on o.id = v.other_mine_id`)
  ).rows;

const count = async (table: string): Promise<number> =>
  Number((await database.knex(table).count('* as count').first())?.['count']);

test('an empty registry is filled with the divisions and the demo, in steps', SLOW, async () => {
  const steps: number[] = [];
  await fillRegistry('demo', deps, testContext(), (done, total) => steps.push(done / total));
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  expect(steps.at(-1)).toBe(1);
  expect(await count('registry.division')).toBeGreaterThan(3200);
  expect(await count('registry.mine')).toBe(world.mines.length);
  expect(await count('licences.licence')).toBe(world.licences.length);
  expect(await count('boundaries.observation')).toBe(world.observations.length);
});

test('the demo yields exactly the violations it was drawn to yield, with their areas', async () => {
  const key = (...parts: (string | number | null)[]) => parts.map((part) => part ?? '-').join(' ');
  const found = (await stored()).map((v) => ({
    key: key(v.code, v.other, v.kind, v.verdict, v.findings),
    area: v.area,
  }));
  const expected = expectedViolations().map((v) => ({
    key: key(v.mineCode, v.otherMineCode, v.kind, v.verdict, v.findings),
    area: v.areaSquareMetres,
  }));
  const inOrder = (list: typeof found) =>
    list.toSorted((a, b) => a.key.localeCompare(b.key) || a.area - b.area);
  const [right, drawn] = [inOrder(found), inOrder(expected)];
  expect(right.map((v) => v.key)).toEqual(drawn.map((v) => v.key));
  right.forEach(({ area, key: which }, i) => {
    expect(area / (drawn[i]?.area ?? 0), which).toBeCloseTo(1, 3);
  });
});

test("the README's first query has the README's answer", async () => {
  const readme = await readFile('README.md', 'utf8');
  const query = /--data-urlencode 'query=([^']+)'/.exec(readme)?.[1] ?? '';
  const written = JSON.parse(/```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? 'null');
  const metrics = createMetrics();
  const subgraphs = await Promise.all(Object.values(SUBGRAPHS).map((create) => create(deps)));
  const gateway = await createGateway({
    supergraphSdl: composeSupergraph(subgraphs),
    local: new Map(subgraphs.map((each) => [each.name, createCompiledExecutor(each, metrics)])),
    urls: {},
    hmacSecret: null,
    limits: readConfig({}).limits,
    metrics,
  });
  try {
    const request = { query, operationName: null, variables: {} };
    const answer = await gateway.execute(request, testContext(), true);
    expect(shortened(answer)).toEqual(shortened(written));
  } finally {
    await gateway.close();
  }
});

/** As the README shows figures: one decimal. */
const shortened = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, each) =>
    typeof each === 'number' ? Math.round(each * 10) / 10 : each,
  );

test('the stripping at small open pits grew between the two dates', async () => {
  const growing = (await stored()).filter((v) => v.findings === 2);
  expect(growing).toHaveLength(16);
  for (const { code, growth } of growing) expect(growth, code ?? '').toBeGreaterThan(10);
});

test('footprints that the survey error explains are recorded and are no violations', async () => {
  const rows = await database.knex('enforcement.judgement').where('plan_verdict', 'WITHIN_ERROR');
  expect(rows).toHaveLength(8);
});

test('the data quality findings are those the demo was drawn to show', async () => {
  const rows = await database
    .knex('boundaries.every_data_quality_finding')
    .select('code')
    .count('* as count')
    .groupBy('code')
    .orderBy('code');
  expect(Object.fromEntries(rows.map((row) => [row['code'], Number(row['count'])]))).toEqual({
    CRS_BALLPARK: 4,
    LICENCE_AREA_MISMATCH: 4,
    RIGHTS_OVERLAP: 2,
    STATED_AREA_ELLIPSOIDAL: 315,
    STATED_AREA_MISMATCH: 4,
    STATED_AREA_PLANE: 1,
  });
});

test('loading the demo again changes nothing', SLOW, async () => {
  const before = [await count('platform.event'), await count('enforcement.judgement'), await stored()];
  await seedDemo(deps, testContext());
  expect([await count('platform.event'), await count('enforcement.judgement'), await stored()]).toEqual(
    before,
  );
});

test('a registry that holds something is left alone', async () => {
  const before = await count('platform.event');
  const steps: string[] = [];
  await fillRegistry('demo', deps, testContext(), (_done, _total, what) => steps.push(what));
  expect(steps).toEqual([]);
  expect(await count('platform.event')).toBe(before);
});

test(
  'a demo whose loading fails on the way is not there at all, so that a later start begins anew',
  SLOW,
  async () => {
    const empty = await openTestDatabase();
    try {
      const { knex } = empty;
      let judged = 0;
      const broken: GraphDeps = {
        ...deps,
        knex,
        transact: createTransact(knex),
        judge: {
          judge: async () => {
            judged += 1;
            throw new Error('cut off');
          },
        },
      };
      await expect(fillRegistry('demo', broken, testContext())).rejects.toThrow('cut off');
      expect(judged).toBe(1);
      expect(await knex('registry.mine').first()).toBeUndefined();
      expect(await knex('platform.event').first()).toBeUndefined();
    } finally {
      await empty.close();
    }
  },
);
