import { execute, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RequestContext } from '../../src/platform/context.js';
import type { BoundariesService } from '../../src/subgraphs/boundaries/boundaries.service.js';
import type { ObservationFacts } from '../../src/subgraphs/boundaries/observations/observation.js';
import type { ObservationWithdrawalService } from '../../src/subgraphs/boundaries/observations/observation-withdrawal.service.js';
import { createBoundariesService } from '../../src/subgraphs/boundaries/services.js';
import { createBoundariesSubgraph } from '../../src/subgraphs/boundaries/subgraph.js';
import { mineId, squareAt } from '../support/builders.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { SILENT_JUDGE, serviceParts } from '../support/service-parts.js';
import { signal } from '../support/signal.js';
import {
  AT_OURS,
  AT_THEIRS,
  anObservation,
  everybody,
  officer,
  TwoCounties,
} from '../support/two-counties.js';

let database: TestDatabase;
let counties: TwoCounties;
let boundaries: BoundariesService;
let withdrawals: ObservationWithdrawalService;

beforeAll(async () => {
  database = await openTestDatabase();
  counties = await TwoCounties.open(database.knex);
  ({ boundaries, withdrawals } = counties);
});
afterAll(() => database.close());

const idOf = ({ observations: [observation] }: { observations: readonly { readonly id: string }[] }) =>
  observation?.id ?? '';

const keyTaken = (index: number, { provider, providerRef }: ObservationFacts) => ({
  index,
  code: 'KEY_TAKEN',
  path: 'providerRef',
  message: `${provider} ${providerRef} is the key of an observation that you may not see; give yours a providerRef of its own.`,
  ring: null,
  vertex: null,
});

describe('an observation that an officer may not see is neither replaced nor shown by sending its key', () => {
  const hidden: readonly (readonly [string, Partial<ObservationFacts>])[] = [
    ['of a mine in another county', { mineCode: 'THEIRS', geometry: AT_THEIRS }],
    ['of a mine in another county, seen at a mine of this one', { mineCode: 'THEIRS', geometry: AT_OURS }],
    ['without a mine, judged for one in another county', { mineCode: null, geometry: AT_THEIRS }],
    ['without a mine, judged for one in this county', { mineCode: null, geometry: AT_OURS }],
    ['without a mine near', { mineCode: null, geometry: squareAt(100, 36) }],
  ];

  test.each(hidden)('%s', async (_name, facts) => {
    const theirs = anObservation(facts);
    const id = idOf(await boundaries.submitObservations(everybody, [theirs]));
    const before = await counties.traceOf(id);
    expect(await boundaries.observation(officer, id)).toBeNull();
    await expect(
      withdrawals.withdraw(officer, id, { reason: 'Not ours', documentNumber: null }),
    ).rejects.toThrow(`There is no observation ${id} that you may see`);
    const others = [anObservation(), anObservation()];
    const tries: readonly Partial<ObservationFacts>[] = [
      { mineCode: 'OURS', geometry: AT_OURS, sigmaMetres: 9 },
      { mineCode: null, sigmaMetres: 9 },
      { mineCode: null, geometry: squareAt(100, 36), activity: 'DUMPING' },
    ];
    for (const [i, one] of tries.entries()) {
      const attempt = { ...theirs, ...one };
      const [first, last] = others.map((other) => ({ ...other, sigmaMetres: other.sigmaMetres + i }));
      const result = await boundaries.submitObservations(officer, [
        first,
        attempt,
        last,
      ] as ObservationFacts[]);
      expect(result.rejected).toEqual([keyTaken(1, attempt)]);
      expect(result.observations.map(({ providerRef }) => providerRef)).toEqual(
        others.map(({ providerRef }) => providerRef),
      );
      expect(result.judgements).toHaveLength(2);
    }
    expect(await counties.traceOf(id)).toEqual(before);
  });

  test('the same content is refused in the same words', async () => {
    const theirs = anObservation({ mineCode: 'THEIRS', geometry: AT_THEIRS });
    const id = idOf(await boundaries.submitObservations(everybody, [theirs]));
    const before = await counties.traceOf(id);
    const attempt = { ...theirs, mineCode: null };
    expect(await boundaries.submitObservations(officer, [attempt])).toEqual({
      observations: [],
      judgements: [],
      violations: [],
      judgementDiffId: null,
      rejected: [keyTaken(0, attempt)],
    });
    expect(await counties.traceOf(id)).toEqual(before);
  });

  test('what they sent without a mine they can send again, and it changes nothing', async () => {
    const facts = anObservation({ mineCode: null });
    const first = await boundaries.submitObservations(officer, [facts]);
    const before = await counties.traceOf(idOf(first));
    expect(await boundaries.submitObservations(officer, [facts])).toEqual(first);
    expect(await counties.traceOf(idOf(first))).toEqual(before);
    await withdrawals.withdraw(everybody, idOf(first), { reason: 'A secret', documentNumber: null });
    expect((await boundaries.submitObservations(officer, [facts])).rejected).toEqual([keyTaken(0, facts)]);
  });

  test('that it was withdrawn, and why, is not told', async () => {
    const theirs = anObservation({ mineCode: 'THEIRS', geometry: AT_THEIRS });
    const id = idOf(await boundaries.submitObservations(everybody, [theirs]));
    await withdrawals.withdraw(everybody, id, { reason: 'A secret', documentNumber: null });
    const attempt = { ...theirs, mineCode: 'OURS' };
    expect((await boundaries.submitObservations(officer, [attempt])).rejected).toEqual([
      keyTaken(0, attempt),
    ]);
    expect((await boundaries.submitObservations(everybody, [attempt])).rejected).toMatchObject([
      { code: 'OBSERVATION_WITHDRAWN' },
    ]);
  });

  test('sent twice in one input, neither is taken', async () => {
    const theirs = anObservation({ mineCode: 'THEIRS' });
    const id = idOf(await boundaries.submitObservations(everybody, [theirs]));
    const attempt = { ...theirs, mineCode: 'OURS' };
    const { observations, rejected } = await boundaries.submitObservations(officer, [attempt, attempt]);
    expect(observations).toEqual([]);
    expect(rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, 'KEY_TAKEN'],
      [1, 'KEY_REPEATED'],
    ]);
    expect(await boundaries.observation(everybody, id)).toMatchObject({ version: 1 });
  });

  test('once it has gone to a mine out of sight, whose it was may not take it back', async () => {
    const facts = anObservation();
    const id = idOf(await boundaries.submitObservations(officer, [facts]));
    await boundaries.submitObservations(everybody, [{ ...facts, mineCode: 'THEIRS' }]);
    expect((await boundaries.submitObservations(officer, [facts])).rejected).toEqual([keyTaken(0, facts)]);
    expect(await boundaries.observation(everybody, id)).toMatchObject({
      version: 2,
      mineId: mineId('THEIRS'),
    });
  });

  test('nor is one that is being stored at the same moment', async () => {
    const theirs = anObservation({ mineCode: 'THEIRS', geometry: AT_THEIRS });
    const stored = signal();
    const mayCommit = signal();
    const slow = createBoundariesService({
      ...serviceParts(database.knex),
      judge: {
        judge: async (...batch) => {
          stored.give();
          await mayCommit.given;
          return SILENT_JUDGE.judge(...batch);
        },
      },
    });
    const first = slow.submitObservations(everybody, [theirs]);
    await stored.given;
    const attempt = { ...theirs, mineCode: 'OURS' };
    const second = boundaries.submitObservations(officer, [attempt]);
    // Long enough for it to have found nothing stored; the embedded database lets it in only afterwards.
    await new Promise((resolve) => setTimeout(resolve, 300));
    mayCommit.give();
    expect((await second).rejected).toEqual([keyTaken(0, attempt)]);
    expect(await boundaries.observation(everybody, idOf(await first))).toMatchObject({
      version: 1,
      mineId: mineId('THEIRS'),
    });
  });
});

test('an observation that goes to a mine out of sight while an officer withdraws it stays', async () => {
  const id = idOf(await boundaries.submitObservations(officer, [anObservation()]));
  const updated = signal();
  const mayCommit = signal();
  const moved = database.knex.transaction(async (sql) => {
    await sql('boundaries.observation')
      .where({ id })
      .update({ mine_id: mineId('THEIRS') });
    updated.give();
    await mayCommit.given;
  });
  await updated.given;
  const withdrawn = withdrawals.withdraw(officer, id, { reason: 'Not ours', documentNumber: null });
  const refused = expect(withdrawn).rejects.toMatchObject({ code: 'NOT_FOUND' });
  // Long enough for it to wait for the row that it has seen.
  await new Promise((resolve) => setTimeout(resolve, 300));
  mayCommit.give();
  await moved;
  await refused;
  expect(await boundaries.observation(everybody, id)).toMatchObject({ withdrawal: null });
});

describe('what an officer may see', () => {
  test('is corrected, and unchanged by the same content, wherever it is seen', async () => {
    const facts = anObservation({ geometry: AT_THEIRS });
    const first = await boundaries.submitObservations(officer, [facts]);
    expect((await boundaries.submitObservations(officer, [facts])).observations).toEqual(first.observations);
    const second = await boundaries.submitObservations(officer, [{ ...facts, geometry: AT_OURS }]);
    expect(second).toMatchObject({ observations: [{ id: idOf(first), version: 2 }], rejected: [] });
  });

  test('is not given to a mine out of sight', async () => {
    const facts = anObservation();
    const id = idOf(await boundaries.submitObservations(officer, [facts]));
    const before = await counties.traceOf(id);
    const { observations, rejected } = await boundaries.submitObservations(officer, [
      { ...facts, mineCode: 'THEIRS' },
    ]);
    expect(observations).toEqual([]);
    expect(rejected).toMatchObject([{ index: 0, code: 'MINE_UNKNOWN', path: 'mineCode' }]);
    expect(await counties.traceOf(id)).toEqual(before);
  });

  test('two who send one new key at once: the second corrects the first', async () => {
    const facts = anObservation();
    const both = await Promise.all([
      boundaries.submitObservations(officer, [facts]),
      boundaries.submitObservations(officer, [{ ...facts, sigmaMetres: 3 }]),
    ]);
    expect(both.map(({ rejected }) => rejected)).toEqual([[], []]);
    expect(both.map(({ observations }) => observations[0]?.version).sort()).toEqual([1, 2]);
    const events = await database
      .knex('platform.event')
      .where({ subject_id: idOf(both[0]) })
      .orderBy('seq');
    expect(events.map(({ type }) => type)).toEqual(['observation.recorded', 'observation.corrected']);
  });
});

const submitInGraph = async (facts: ObservationFacts, contextValue: RequestContext, selection: string) => {
  const { schema } = await createBoundariesSubgraph(serviceParts(database.knex));
  return execute({
    schema,
    document: parse(
      `mutation ($input: [ObservationInput!]!) { submitObservations(input: $input) { ${selection} } }`,
    ),
    variableValues: { input: [{ ...facts, observedAt: facts.observedAt.toISOString() }] },
    contextValue,
  });
};

test('what is sent without a mine comes back with its place, and without violations of a mine out of sight', async () => {
  const selection = 'observations { geometry } judgements { id } violations { id } rejected { code }';
  const outside = squareAt(120.0995, 43.55);
  const sent = anObservation({ mineCode: null, geometry: outside });
  expect(await submitInGraph(sent, officer, selection)).toMatchObject({
    data: {
      submitObservations: {
        observations: [{ geometry: outside }],
        judgements: [{ id: expect.any(String) }],
        violations: [],
        rejected: [],
      },
    },
  });
  const again = {
    ...sent,
    providerRef: `${sent.providerRef}-again`,
    observedAt: new Date('2026-05-02T02:00:00Z'),
  };
  const { data } = await submitInGraph(again, everybody, selection);
  expect(data).toMatchObject({ submitObservations: { violations: [{ id: expect.any(String) }] } });
});

test('the graph tells the refusal as one of its row', async () => {
  const submit = (facts: ObservationFacts, contextValue: RequestContext) =>
    submitInGraph(
      facts,
      contextValue,
      'observations { id } judgements { id } rejected { index code path message }',
    );
  const theirs = anObservation({ mineCode: 'THEIRS' });
  expect(await submit(theirs, everybody)).toMatchObject({ data: { submitObservations: { rejected: [] } } });
  const attempt = { ...theirs, mineCode: 'OURS' };
  const { ring: _ring, vertex: _vertex, ...told } = keyTaken(0, attempt);
  expect(await submit(attempt, officer)).toEqual({
    data: { submitObservations: { observations: [], judgements: [], rejected: [told] } },
  });
});
