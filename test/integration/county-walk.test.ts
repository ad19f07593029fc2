import type { Point } from 'geojson';
import { execute, type GraphQLSchema, parse } from 'graphql';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Subgraph } from '../../src/graph/subgraph.js';
import type { RequestContext } from '../../src/platform/context.js';
import { SUBGRAPH_NAMES, SUBGRAPHS, type SubgraphName } from '../../src/subgraphs/index.js';
import { aLicence, aMine, mineId } from '../support/builders.js';
import { at, countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { everyKeyQuery, everyQuery } from '../support/every-field.js';
import { registerMines } from '../support/registered-mines.js';
import { subgraphParts } from '../support/service-parts.js';
import { BECAUSE, importSquare, openVersions, seeSquare } from '../support/versions.js';

let database: TestDatabase;
let subgraphs: ReadonlyMap<SubgraphName, Subgraph>;
/** What stands for something of the other county, or of nobody, by what it is. */
let foreign: ReadonlyMap<string, string>;
/** Id of the right of OURS. */
let ours: string;
const officer = testContext({ principal: countyOfficer('210381') });

/**
 * OURS digs out of its right, some of it into the right of THEIRS and into a zone where THEIRS may not dig; one pit that
 * names no mine lies in both, and THEIRS digs where it may not as well. Then boundaries on both sides are
 * corrected, and the zone and another are withdrawn or ended.
 */
beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  const versions = await openVersions(knex, []);
  const location: Point = { type: 'Point', coordinates: [120, 42.98] };
  await registerMines(knex, [
    aMine({ code: 'OURS', divisionCode: '210381', location }),
    aMine({ code: 'THEIRS', divisionCode: '150421', location }),
  ]);
  await versions.licences.upsertLicences(testContext(), [
    aLicence({ mineCode: 'OURS' }),
    aLicence({ mineCode: 'THEIRS' }),
  ]);
  const area = (mine: string, document: string, options: object) =>
    importSquare(versions, at('2026-01-01T00:00:00Z'), mine, document, options);
  ours = await area('OURS', 'D-1', { metres: 1000 });
  const theirs = await area('THEIRS', 'D-2', { metres: 1000, east: 1050 });
  const zone = await area('THEIRS', 'D-3', { metres: 80, east: 980, kind: 'PROHIBITED_ZONE' });
  const former = await area('THEIRS', 'D-4', { metres: 30, east: 940, kind: 'PROHIBITED_ZONE' });
  const now = at('2026-03-01T00:00:00Z');
  const seen = (ref: string, facts: object) => seeSquare(versions, now, 'OURS', ref, facts);
  await seen('1', { metres: 200, east: 900 });
  await seen('2', { metres: 300, east: 850, mineCode: null, activity: 'EXTRACTION' });
  await seen('3', { metres: 200, east: 950, mineCode: 'THEIRS' });
  await seen('4', { metres: 100, east: 2000, mineCode: 'THEIRS' });
  await seen('5', { metres: 100, east: 9000, mineCode: null });
  for (const [id, end] of [
    [theirs, '2029-01-01'],
    [ours, '2028-01-01'],
  ] as const) {
    await versions.areaChanges.correct(now, id, { validTo: end }, BECAUSE);
  }
  await versions.areaChanges.withdraw(now, zone, BECAUSE);
  await versions.areaChanges.correct(now, former, { validTo: '2026-01-15' }, BECAUSE);
  const parts = subgraphParts(knex);
  subgraphs = new Map(
    await Promise.all(SUBGRAPH_NAMES.map(async (name) => [name, await SUBGRAPHS[name](parts)] as const)),
  );
  foreign = await foreignTexts(knex);
});
afterAll(async () => {
  await Promise.all([...subgraphs.values()].map((subgraph) => subgraph.stop()));
  await database.close();
});

async function foreignTexts(knex: Knex): Promise<ReadonlyMap<string, string>> {
  const of = async (table: string, column: string, mine = 'mine_id'): Promise<[string, string][]> => {
    const rows = await knex(table)
      .whereRaw('?? is distinct from ?', [mine, mineId('OURS')])
      .pluck(column);
    if (rows.length === 0) throw new Error(`${table} holds nothing foreign`);
    return rows.map((value) => [String(value), `${table}.${column}`]);
  };
  return new Map(
    (
      await Promise.all([
        of('registry.mine', 'id', 'id'),
        of('registry.mine', 'code', 'id'),
        of('registry.mine', 'operator_id', 'id'),
        of('licences.licence', 'id'),
        of('licences.licence', 'number'),
        of('boundaries.permitted_area', 'id'),
        of('boundaries.observation', 'id'),
        of('enforcement.judgement', 'id'),
        of('enforcement.finding', 'id'),
        of('enforcement.violation', 'id'),
      ])
    ).flat(),
  );
}

function schemaOf(name: SubgraphName): GraphQLSchema {
  const subgraph = subgraphs.get(name);
  if (!subgraph) throw new Error(`no subgraph ${name}`);
  return subgraph.schema;
}

async function answered(name: SubgraphName, query: string, contextValue: RequestContext): Promise<string> {
  const { data, errors } = await execute({ schema: schemaOf(name), document: parse(query), contextValue });
  expect(errors).toBeUndefined();
  return JSON.stringify(data);
}

/** Written when it happened and kept as it was: why a violation was closed, in words that name by what. */
const AS_WRITTEN = new Set([
  'Violation.reason',
  'JudgementDiffEntry.reason',
  'ViolationTransition.note',
  'RegistryUpdate.data',
]);

const told = (text: string): readonly string[] =>
  [...foreign].flatMap(([value, what]) => (text.includes(value) ? `${what} ${value}` : []));

describe.each(SUBGRAPH_NAMES)('a county officer is told nothing of another county by %s', (name) => {
  test('whatever is asked', async () => {
    for (const [field, query] of everyQuery(schemaOf(name), AS_WRITTEN)) {
      expect([field, told(await answered(name, query, officer))]).toEqual([field, []]);
    }
  });

  test('where nothing but keys is asked', async () => {
    for (const [field, query] of everyKeyQuery(schemaOf(name))) {
      expect([field, told(await answered(name, query, officer))]).toEqual([field, []]);
    }
  });
});

test('of a change elsewhere a county officer is told what it did to violations in sight, and no more', async () => {
  const ask = async (args: string, context: RequestContext) =>
    JSON.parse(
      await answered(
        'enforcement',
        `{ judgementDiffs(${args}) { nodes { subjects { id } reason requestedBy observations judged changed entries { change } } } }`,
        context,
      ),
    ).judgementDiffs.nodes;
  const [withdrawn, ...others] = await ask('cause: [AREA_WITHDRAWN]', officer);
  expect(others).toEqual([]);
  expect(withdrawn).toEqual({
    subjects: [],
    reason: null,
    requestedBy: null,
    observations: null,
    judged: null,
    changed: null,
    entries: [{ change: 'SHRANK' }],
  });
  const [whole] = await ask('cause: [AREA_WITHDRAWN]', testContext());
  expect(whole).toMatchObject({
    subjects: [{ id: expect.any(String) }],
    reason: expect.stringMatching(/review/),
  });
  expect(whole.judged).toBeGreaterThan(0);
  expect(await ask(`mineId: "${mineId('THEIRS')}"`, officer)).toEqual([]);
  const corrected = await ask(`mineId: "${mineId('OURS')}", cause: [AREA_CORRECTED]`, officer);
  expect(corrected).toContainEqual(
    expect.objectContaining({
      subjects: [{ id: ours }],
      requestedBy: 'local-administrator',
      reason: expect.stringMatching(/review/),
      judged: null,
    }),
  );
});

test('why a violation was closed names an area elsewhere, but not its document', async () => {
  const query = '{ violations { nodes { kind state reason } } }';
  const { nodes } = JSON.parse(await answered('enforcement', query, officer)).violations;
  const reasons = nodes
    .filter((violation: Record<string, string>) => violation['state'] === 'AUTO_CLOSED')
    .map((violation: Record<string, string>) => violation['reason']);
  expect(reasons).toContainEqual(
    expect.stringMatching(/corrected: PROHIBITED_ZONE [-0-9a-f]{36} version 2\. Reason given: /),
  );
  expect(reasons.join()).not.toMatch(/D-[234]/);
});

test('who sees everything is told of all of it', async () => {
  const queries = [...subgraphs].flatMap(([name, { schema }]) =>
    [...everyQuery(schema, new Set())].map(([field, query]) => ({ name, field, query })),
  );
  // Updates are held back as long as anybody writes to the server, so that nothing is looked for among them.
  const listed = queries.filter(({ field }) => field !== 'updates');
  const text = (
    await Promise.all(listed.map(({ name, query }) => answered(name, query, testContext())))
  ).join();
  // Lists hold no verdict that another one has replaced.
  const wanted = [...foreign].filter(([, what]) => !/judgement|finding/.test(what));
  expect(wanted.filter(([value]) => !text.includes(value))).toEqual([]);
});
