import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '../../src/platform/keyset.js';
import { PermittedAreaRepository } from '../../src/subgraphs/boundaries/areas/permitted-area.repository.js';
import { ObservationRepository } from '../../src/subgraphs/boundaries/observations/observation.repository.js';
import { DataQualityRepository } from '../../src/subgraphs/boundaries/quality/data-quality.repository.js';
import { ViolationRepository } from '../../src/subgraphs/enforcement/violations/violation.repository.js';
import { LicenceRepository } from '../../src/subgraphs/licences/licence.repository.js';
import { LicenceVersionRepository } from '../../src/subgraphs/licences/licence-version.repository.js';
import { MineRepository } from '../../src/subgraphs/registry/mine.repository.js';
import { WebhookRepository } from '../../src/subgraphs/updates/webhook.repository.js';
import { EVER } from '../../src/vocabulary/versions.js';
import { secretBoxOf } from '../../src/webhooks/secret-box.repository.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

// What a page reads is bounded by its size, however far into the list it is, and not by what is stored.

const ROWS = 6000;
const FIRST = 10;
/** A page, the row after it, the mine of each, and what falls together with the cursor in its first column. */
const FEW = 60;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.knex.transaction(async (sql) => {
    await sql.raw('set local session_replication_role = replica');
    await fill(sql);
  });
  await database.knex.raw('analyze');
});
afterAll(() => database.close());

const square =
  "ST_Multi(ST_GeomFromText('POLYGON((120 42,120.001 42,120.001 42.001,120 42.001,120 42))', 4490))";

/** As many mines as licences, areas, observations, violations and deliveries; five mines share a name. */
async function fill(sql: Knex): Promise<void> {
  const each = `from generate_series(1, ${ROWS}) i`;
  await sql.raw(`
    insert into registry.mine (id, code, name, resource, method, scale, status, operator_id, division_code, created_at, updated_at)
      select md5('mine' || i)::uuid, 'M-' || i, 'Mine ' || i / 5, case when i % 2 = 0 then 'COAL' else 'METAL' end, 'OPEN_PIT',
             case when i % 2 = 0 then 'LARGE' else 'SMALL' end, 'PRODUCING', md5('o')::uuid, '150000', now(),
             timestamptz '2020-01-01' + (i / 5) * interval '1 hour' ${each};
    insert into licences.licence (id, mine_id, kind, number, issuer, valid_from, valid_to, revoked_on, recorded_at)
      select md5('licence' || i)::uuid, md5('mine' || i)::uuid, 'MINING_LICENCE', 'L-' || i, 'Issuer', '2020-01-01',
             case when i % 2 = 0 then date '2030-01-01' + i end, case when i = 7 then date '2021-01-01' end, now() ${each};
    insert into boundaries.permitted_area (id, version, mine_id, licence_id, kind, geom, plane_geom, corners, source_srid, crs_class,
        area_m2, plane_area_m2, sigma_m, valid_from, recorded_at, authority, content_digest)
      select md5('area' || i)::uuid, 1, md5('mine' || i)::uuid, md5('licence' || i)::uuid, 'MINING_RIGHT', ${square},
             ST_SetSRID(${square}, 0), '[]', 4549, 'EXACT', 1, 1, 0.5, '2020-01-01', '2020-01-01', 'Authority', '' ${each};
    insert into boundaries.observation (id, provider, provider_ref, mine_id, activity, method, observed_at, geom, sigma_m, area_m2,
        recorded_at, content_digest)
      select md5('observation' || i)::uuid, 'test', i::text, md5('mine' || i)::uuid, 'STRIPPING', 'SATELLITE', '2026-05-01', ${square}, 1, 1,
             now(), '' ${each};
    insert into enforcement.violation (id, mine_id, kind, verdict, state, geom, area_m2, first_area_m2, first_observed_at,
        last_observed_at, opened_at, updated_at)
      select md5('violation' || i)::uuid, md5('mine' || i)::uuid, 'STRIPPING_OUT_OF_BOUNDS', 'CONFIRMED', 'DETECTED', ${square}, i / 5, i,
             '2020-01-01', timestamptz '2020-01-01' + (i / 5) * interval '1 hour', now(), now() ${each};
    insert into updates.webhook (id, url, owner, principal, state, created_at, updated_at, position_epoch, position_xid, position_seq)
      select md5('webhook' || i)::uuid, 'http://localhost', 'local', '{}', 'ACTIVE', now(), now(), 0, '0', 0 from generate_series(1, 2) i;
    insert into updates.webhook_delivery (id, webhook_id, event_id, event_type, state, attempts, first_attempt_at, last_attempt_at)
      select md5('delivery' || i)::uuid, md5('webhook' || (i % 2 + 1))::uuid, md5('event' || i)::uuid, 'T', 'DELIVERED', 1,
             timestamptz '2020-01-01' + i * interval '1 second', now() ${each};
  `);
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Rows that the statements of `work` take from tables, those that they drop again among them. */
async function rowsReadBy(work: () => Promise<unknown>): Promise<number> {
  const statements: { sql: string; bindings: readonly Knex.RawBinding[] }[] = [];
  const note = (statement: (typeof statements)[number]): void => void statements.push(statement);
  database.knex.on('query', note);
  await work();
  database.knex.off('query', note);
  let read = 0;
  for (const { sql, bindings } of statements.filter((statement) => /\bfrom\b/.test(statement.sql))) {
    const { rows } = await database.knex.raw(
      `explain (analyze, format json) ${sql.replace(/\$\d+/g, '?')}`,
      bindings,
    );
    for (const node of nodesOf(rows[0]['QUERY PLAN'][0].Plan)) {
      if (node['Relation Name'] === undefined) continue;
      const dropped = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
      read += (node['Actual Rows'] + dropped) * node['Actual Loops'];
    }
  }
  return read;
}

const id = (name: string): Promise<string> =>
  database.knex.raw('select md5(?)::uuid as id', [name]).then(({ rows }) => rows[0].id as string);
const NOW = { validOn: null, known: null };
const context = testContext();
const mines = () => new MineRepository(database.knex);
const licences = () => new LicenceRepository(database.knex);
const areas = () => new PermittedAreaRepository(database.knex);
const observations = () => new ObservationRepository(database.knex);
const violations = () => new ViolationRepository(database.knex);

type Read = (first: number, after: string | null) => Promise<Page<{ readonly id: string }>>;
const LISTS: Readonly<Record<string, Read>> = {
  ...Object.fromEntries(
    (['ID', 'CODE', 'NAME', 'UPDATED_AT'] as const).map((order): [string, Read] => [
      `mines by ${order}`,
      (first, after) => mines().page(context, {}, null, order, { first, after }),
    ]),
  ),
  ...Object.fromEntries(
    (['ID', 'NUMBER', 'VALID_TO'] as const).map((order): [string, Read] => [
      `licences by ${order}`,
      (first, after) => licences().page(context, {}, NOW, order, { first, after }),
    ]),
  ),
  ...Object.fromEntries(
    (['ID', 'AREA_DESC', 'LAST_OBSERVED'] as const).map((order): [string, Read] => [
      `violations by ${order}`,
      (first, after) => violations().page(context, {}, null, order, { first, after }),
    ]),
  ),
  'permitted areas': (first, after) => areas().page(context, {}, null, NOW, { first, after }),
  observations: (first, after) => observations().page(context, {}, null, EVER, { first, after }),
};

describe.each(Object.entries(LISTS))('%s', (_name, read) => {
  test('a page deep in the list reads its own rows', async () => {
    let after: string | null = null;
    for (let page = 0; page < 9; page++) after = (await read(500, after)).items.at(-1)?.cursor ?? null;
    expect(await rowsReadBy(() => read(FIRST, after))).toBeLessThan(FEW);
  });

  test('every row is on one page', async () => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Page<{ readonly id: string }> = await read(499, after);
      seen.push(...page.items.map(({ node }) => node.id));
      after = page.items.at(-1)?.cursor ?? null;
      more = page.hasNextPage;
    }
    expect(seen).toHaveLength(ROWS);
    expect(new Set(seen).size).toBe(ROWS);
  });
});

describe('filters are answered by index', () => {
  test('areas and observations of a mine, areas of a licence', async () => {
    const mineIds = [await id('mine5'), 'not an id'];
    const page = { first: FIRST, after: null };
    expect(await rowsReadBy(() => areas().page(context, { mineIds }, null, NOW, page))).toBeLessThan(FEW);
    expect(await rowsReadBy(() => observations().page(context, { mineIds }, null, EVER, page))).toBeLessThan(
      FEW,
    );
    const licenceId = await id('licence5');
    expect(await rowsReadBy(() => areas().page(context, { licenceId }, null, NOW, page))).toBeLessThan(FEW);
    expect((await areas().page(context, { mineIds }, null, NOW, page)).items).toHaveLength(1);
    expect((await areas().page(context, { licenceId }, null, NOW, page)).items).toHaveLength(1);
    expect((await areas().page(context, { licenceId: 'not an id' }, null, NOW, page)).items).toEqual([]);
    expect((await observations().page(context, { mineIds }, null, EVER, page)).items).toHaveLength(1);
  });

  test.each([
    ['of a least area', { minAreaSquareMetres: 1e9 }],
    ['seen since', { observedFrom: new Date('2030-01-01') }],
  ])('violations %s that nothing has', async (_what, filter) => {
    const read = () => violations().page(context, filter, null, 'ID', { first: FIRST, after: null });
    expect((await read()).items).toEqual([]);
    expect(await rowsReadBy(read)).toBeLessThan(FEW);
  });

  test('violations of mines of a nature that none has: the mines are looked through, not every violation with its mine', async () => {
    const filter = { resource: ['COAL'], scale: ['SMALL'] } as const;
    const read = () => violations().page(context, filter as never, null, 'ID', { first: FIRST, after: null });
    expect((await read()).items).toEqual([]);
    expect(await rowsReadBy(read)).toBeLessThanOrEqual(ROWS);
  });

  test('the one licence that was revoked', async () => {
    const read = () =>
      licences().page(context, { status: ['REVOKED'] } as never, NOW, 'ID', { first: FIRST, after: null });
    expect((await read()).items).toHaveLength(1);
    expect(await rowsReadBy(read)).toBeLessThan(FEW);
  });
});

test('what a licence supersedes is found by index', async () => {
  const versions = new LicenceVersionRepository();
  const ids = [await id('licence5')];
  expect(await rowsReadBy(() => versions.succession(context, database.knex, ids))).toBeLessThan(FEW);
});

test('what is doubtful about one mine is found by index', async () => {
  const quality = new DataQualityRepository(database.knex);
  const mineId = await id('mine5');
  const code = ['LICENCE_NUMBER_FORMAT', 'LICENCES_OVERLAP_IN_TIME', 'LICENCE_GAP'];
  const read = () => quality.page(context, { mineId, code }, { first: FIRST, after: null });
  expect((await read()).items.map(({ node }) => node.code)).toEqual(['LICENCE_NUMBER_FORMAT']);
  expect(await rowsReadBy(read)).toBeLessThan(FEW);
});

test('a page of each of two long lists reads the rows of two pages', async () => {
  const webhooks = new WebhookRepository(database.knex, secretBoxOf(database.knex));
  const ids = [await id('webhook1'), await id('webhook2')];
  let after: string | null = null;
  for (let page = 0; page < 4; page++) {
    const read = () => webhooks.deliveries(context, ids, null, { first: 500, after });
    expect(
      await rowsReadBy(() => webhooks.deliveries(context, ids, null, { first: FIRST, after })),
    ).toBeLessThan(FEW);
    after = (await read()).get(ids[0] ?? '')?.items.at(-1)?.cursor ?? null;
  }
});
