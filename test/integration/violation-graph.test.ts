import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subgraph } from '../../src/graph/subgraph.js';
import { createTransact } from '../../src/platform/transact.js';
import { createEvidenceService } from '../../src/subgraphs/enforcement/services.js';
import { createEnforcementSubgraph } from '../../src/subgraphs/enforcement/subgraph.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { CHINA, subgraphParts } from '../support/service-parts.js';
import { box, Situation } from '../support/situation.js';

let database: TestDatabase;
let enforcement: Subgraph;
let violation: string;

/** A pit that digs 100 m out of its right, and a month later 130 m. */
beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  const situation = await Situation.open(knex);
  await situation.mine('PIT');
  await situation.area({ mine: 'PIT', shape: box(0, 0, 500, 500) });
  const dig = (observedAt: string, width: number) =>
    situation.observation({ mine: 'PIT', shape: box(450, 100, width, 50), observedAt });
  await situation.judge([await dig('2026-04-01T04:00:00Z', 150), await dig('2026-05-01T04:00:00Z', 180)]);
  enforcement = await createEnforcementSubgraph(subgraphParts(knex, CHINA));
  violation = (await knex('enforcement.violation').first('id')).id;
});
afterAll(async () => {
  await enforcement.stop();
  await database.close();
});

async function ask(query: string) {
  const { data, errors } = await execute({
    schema: enforcement.schema,
    document: parse(query),
    variableValues: { id: violation },
    contextValue: testContext(),
  });
  return { data: data && JSON.parse(JSON.stringify(data)), errors };
}

test('a violation is reviewed in the graph, and shows its history and what may be decided next', async () => {
  const review = (decision: string, rest = '') =>
    ask(`mutation ($id: ID!) { reviewViolation(id: $id, decision: ${decision}, note: "seen" ${rest})
           { state allowedDecisions history { action from to by note at } } }`);
  const { data, errors } = await review('START_REVIEW');
  expect(errors).toBeUndefined();
  expect(data.reviewViolation).toEqual({
    state: 'UNDER_REVIEW',
    allowedDecisions: ['CONFIRM', 'DISMISS'],
    history: [
      {
        action: 'START_REVIEW',
        from: 'DETECTED',
        to: 'UNDER_REVIEW',
        by: 'local-administrator',
        note: 'seen',
        at: '2026-06-01T04:00:00.000Z',
      },
    ],
  });
  const forbidden = (await review('CLOSE')).errors?.[0]?.originalError;
  expect(forbidden).toMatchObject({
    code: 'CONFLICT',
    details: { state: 'UNDER_REVIEW', allowed: ['CONFIRM', 'DISMISS'] },
  });
  const stale = (await review('CONFIRM', ', ifState: DETECTED')).errors?.[0]?.originalError;
  expect(stale).toMatchObject({ code: 'CONFLICT', details: { state: 'UNDER_REVIEW' } });
});

test('series and growth are fields of a violation', async () => {
  const { data, errors } = await ask(`query ($id: ID!) { violation(id: $id) {
    series { observedOn areaSquareMetres observations growthSquareMetresPerDay observation { id } }
    growth(from: "2026-04-15", to: "2026-05-01") {
      from to observedAtFrom observedAtTo areaSquareMetresFrom areaSquareMetresTo addedAreaSquareMetres
      removedAreaSquareMetres squareMetresPerDay addedGeometry
    }
    latest: series(first: 1) { observedOn }
  } }`);
  expect(errors).toBeUndefined();
  const { series, growth, latest } = data.violation;
  expect(series.map((day: { observedOn: string }) => day.observedOn)).toEqual(['2026-04-01', '2026-05-01']);
  expect(series[1].growthSquareMetresPerDay).toBeCloseTo((30 * 50) / 30, 0);
  expect(latest).toEqual([{ observedOn: '2026-05-01' }]);
  expect(growth).toMatchObject({
    from: '2026-04-15',
    observedAtFrom: '2026-04-01T04:00:00.000Z',
    removedAreaSquareMetres: 0,
  });
  expect(growth.addedAreaSquareMetres).toBeCloseTo(
    growth.areaSquareMetresTo - growth.areaSquareMetresFrom,
    3,
  );
  expect(growth.squareMetresPerDay).toBeCloseTo(50, 0);
  expect(growth.addedGeometry.type).toBe('MultiPolygon');
});

test('the packs that were issued are listed with their places in the chain', async () => {
  const { knex } = database;
  const evidence = createEvidenceService(
    { knex, transact: createTransact(knex) },
    { chromium: null, hub: 'test' },
  );
  const first = await evidence.issue(testContext(), violation);
  const second = await evidence.issue(testContext(), violation);
  const { data } = await ask(
    'query ($id: ID!) { violation(id: $id) { evidencePacks { sequence digest previous keyId } } }',
  );
  const { keyId } = first.pack;
  expect(data.violation.evidencePacks).toEqual([
    { sequence: 1, digest: first.pack.digest, previous: null, keyId },
    { sequence: 2, digest: second.pack.digest, previous: first.pack.digest, keyId },
  ]);
});
