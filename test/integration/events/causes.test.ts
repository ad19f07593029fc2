import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createJudging } from '../../../src/judgement/judging.js';
import type { RejudgementCause } from '../../../src/judgement/rejudgement.js';
import { fixedClock } from '../../../src/platform/clock.js';
import { createTransact, type Transaction } from '../../../src/platform/transact.js';
import {
  createObservationService,
  createObservationWithdrawalService,
} from '../../../src/subgraphs/boundaries/services.js';
import {
  createJudgementRunner,
  createTolerancePolicyService,
} from '../../../src/subgraphs/enforcement/services.js';
import { mineId } from '../../support/builders.js';
import { testContext } from '../../support/context.js';
import { openTestDatabase, type TestDatabase } from '../../support/database.js';
import { type AreaFacts, box, Situation } from '../../support/situation.js';

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B']) await situation.mine(code);
});
beforeEach(async () => {
  await database.knex.raw('truncate enforcement.judgement_diff, enforcement.judgement_run cascade');
  await situation.clear();
  await database.knex.raw('truncate platform.event');
});
afterAll(() => database.close());

const AT = '2026-06-10T00:00:00Z';
let minutes = 0;
/** Each a minute later than the one before. */
const context = () =>
  testContext({ clock: fixedClock(new Date(Date.parse(AT) + ++minutes * 60_000).toISOString()) });
const parts = () => ({
  knex: database.knex,
  transact: createTransact(database.knex),
  ...createJudging(),
  extent: null,
  partSize: 100,
});

interface Told {
  readonly type: string;
  readonly subject: string;
  readonly mine: string | null;
  readonly follows: { readonly type: string; readonly subject: string; readonly mine: string | null } | null;
}

/** The log, with what each event follows from; an event that follows from one not written before it fails. */
async function log(): Promise<Told[]> {
  const rows = await database.knex('platform.event').orderBy(['epoch', 'xid', 'seq']);
  const earlier = new Map<string, Pick<Told, 'type' | 'subject' | 'mine'>>();
  return rows.map((row) => {
    const told = {
      type: row.type as string,
      subject: row.subject_id as string,
      mine: row.mine_id as string | null,
    };
    const follows = row.cause_id === null ? null : earlier.get(row.cause_id);
    if (follows === undefined) throw new Error(`${told.type} follows from an event that is not there`);
    earlier.set(row.id, told);
    return { ...told, follows };
  });
}

const inShort = async () => (await log()).map(({ type, follows }) => [type, follows?.type ?? null]);

const footprint = async (shape: ReturnType<typeof box>): Promise<object> => {
  const id = await situation.observation({ shape });
  const { rows } = await database.knex.raw(
    'select ST_AsGeoJSON(geom, 12)::json as geometry from boundaries.observation where id = ?',
    [id],
  );
  await database.knex('boundaries.observation').where({ id }).delete();
  return rows[0].geometry;
};

async function submit(geometry: object): Promise<string> {
  const { observations } = await createObservationService(parts()).submit(context(), [
    {
      provider: 'test',
      providerRef: 'crossing',
      mineCode: 'A',
      activity: 'EXTRACTION',
      method: 'UAV',
      observedAt: new Date('2026-05-01T04:00:00Z'),
      geometry,
      sigmaMetres: 1,
    },
  ]);
  return observations[0]?.id ?? '';
}

test('a violation follows from the judgement, and that from the observation; so do its correction and withdrawal', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  await submit(await footprint(box(450, 0, 100, 100)));
  expect(await inShort()).toEqual([
    ['observation.recorded', null],
    ['judgement.recorded', 'observation.recorded'],
    ['violation.detected', 'judgement.recorded'],
  ]);
  await database.knex.raw('truncate platform.event');
  const id = await submit(await footprint(box(450, 0, 120, 100)));
  expect(await inShort()).toEqual([
    ['observation.corrected', null],
    ['judgement.recorded', 'observation.corrected'],
    ['violation.changed', 'judgement.recorded'],
    ['judgement-diff.completed', 'observation.corrected'],
  ]);
  await database.knex.raw('truncate platform.event');
  const withdrawal = createObservationWithdrawalService(parts());
  await withdrawal.withdraw(context(), id, { reason: 'Seen by mistake', documentNumber: null });
  expect(await inShort()).toEqual([
    ['observation.withdrawn', null],
    ['judgement.retracted', 'observation.withdrawn'],
    ['violation.auto-closed', 'judgement.retracted'],
    ['judgement-diff.completed', 'observation.withdrawn'],
  ]);
  // The observation and its judgement are gone; the violation stands, closed.
  const gone = await database.knex('platform.event').whereNull('after_digest').orderBy('seq').pluck('type');
  expect(gone).toEqual(['observation.withdrawn', 'judgement.retracted', 'judgement-diff.completed']);
});

interface Correction extends AreaFacts {
  readonly id: string;
}

/** Writes second versions of areas, tells of them, and has judged again what they touch. */
function correct(...areas: readonly Correction[]) {
  const request = async (tx: Transaction) => {
    for (const area of areas) {
      await tx.sql('boundaries.permitted_area').where({ id: area.id }).update({ superseded_at: AT });
      await new Situation(tx.sql).area({ ...area, version: 2, recordedAt: AT });
      tx.emit({
        type: 'permitted-area.corrected',
        subjectType: 'PermittedArea',
        subjectId: area.id,
        mineId: mineId(area.mine),
      });
    }
    const cause: RejudgementCause = {
      kind: 'AREA_CORRECTED',
      subjects: areas.map(({ id }) => ({ id, version: 2 })),
      mineIds: areas.map(({ mine }) => mineId(mine)),
      areas: areas.flatMap(({ id }) => [
        { id, version: 1 },
        { id, version: 2 },
      ]),
      validity: { from: null, to: null },
      reason: 'Corner 3 was misread',
    };
    return parts().rejudgement.request(context(), tx, cause);
  };
  return createTransact(database.knex)(context(), request);
}

test('of several areas corrected at once, what becomes of each mine follows from its own', async () => {
  const a = await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  const b = await situation.area({ mine: 'B', shape: box(6000, 0, 500, 500) });
  await situation.judge([
    await situation.observation({ mine: 'A', shape: box(450, 0, 100, 100) }),
    await situation.observation({ mine: 'B', shape: box(6450, 0, 100, 100) }),
  ]);
  await database.knex.raw('truncate platform.event');
  await correct(
    { id: a, mine: 'A', shape: box(0, 0, 600, 500) },
    { id: b, mine: 'B', shape: box(6000, 0, 600, 500) },
  );
  const told = await log();
  for (const [code, area] of [
    ['A', a],
    ['B', b],
  ] as const) {
    const [judgement, violation] = ['judgement.recorded', 'violation.auto-closed'].map((type) =>
      told.find((event) => event.type === type && event.mine === mineId(code)),
    );
    expect(judgement?.follows).toMatchObject({ type: 'permitted-area.corrected', subject: area });
    expect(violation?.follows).toMatchObject({ type: 'judgement.recorded', subject: judgement?.subject });
  }
  expect(told.at(-1)).toMatchObject({ type: 'judgement-diff.completed', follows: { subject: b } });
});

test('what a queued run judges follows from the change that it was queued for', async () => {
  const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 15_000) });
  const crossing: string[] = [];
  for (let n = 0; n < 250; n++)
    crossing.push(await situation.observation({ mine: 'A', shape: box(490, n * 30, 20, 20) }));
  await situation.judge(crossing);
  await database.knex.raw('truncate platform.event');
  const { runId } = await correct({ id, mine: 'A', shape: box(0, 0, 600, 15_000) });
  expect(runId).not.toBeNull();
  await createJudgementRunner({ ...parts(), judge: situation.engine }).takeOver(context());
  const pairs = new Set((await inShort()).map((pair) => pair.join(' < ')));
  expect([...pairs].sort()).toEqual([
    'judgement-diff.completed < permitted-area.corrected',
    'judgement-run.done < judgement-run.started',
    'judgement-run.started < permitted-area.corrected',
    'judgement.recorded < permitted-area.corrected',
    'permitted-area.corrected < ',
    'violation.auto-closed < judgement.recorded',
  ]);
});

test('what a run on request judges follows from its start, and verdicts by a new policy from its adoption', async () => {
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500) });
  await situation.observation({ mine: 'A', shape: box(490, 0, 22, 20), sigma: 5 });
  const deps = { ...parts(), judge: situation.engine };
  const runner = createJudgementRunner(deps);
  await runner.complete(context(), { all: true }, null);
  expect(await inShort()).toEqual([
    ['judgement-run.started', null],
    ['judgement.recorded', 'judgement-run.started'],
    ['violation.detected', 'judgement.recorded'],
    ['judgement-run.done', 'judgement-run.started'],
  ]);
  await database.knex.raw('truncate platform.event');
  await createTolerancePolicyService(deps, runner).change(context(), { kConfirmed: 3 }, 'Trial');
  expect(await inShort()).toEqual([
    ['tolerance-policy.proposed', null],
    ['judgement-run.started', 'tolerance-policy.proposed'],
    ['tolerance-policy.adopted', 'tolerance-policy.proposed'],
    ['judgement.recorded', 'tolerance-policy.adopted'],
    ['violation.changed', 'judgement.recorded'],
    ['judgement-diff.completed', 'tolerance-policy.adopted'],
    ['judgement-run.done', 'judgement-run.started'],
  ]);
});
