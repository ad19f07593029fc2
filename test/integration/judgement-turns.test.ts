import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createJudging } from '../../src/judgement/judging.js';
import { createTransact } from '../../src/platform/transact.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, Situation } from '../support/situation.js';
import { type TwoTransactions, twoTransactions } from '../support/two-transactions.js';

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B', 'C']) await situation.mine(code);
});
afterAll(() => database.close());
beforeEach(async () => {
  await situation.clear();
  await database.knex.raw('truncate enforcement.violation_transition');
  await situation.area({ mine: 'A', shape: box(0, 0, 100, 100) });
});

const judgeAgain = (ids: readonly string[], meanwhile = async (): Promise<void> => {}) => {
  const context = testContext();
  const { engine } = situation;
  return createTransact(database.knex)(context, async (tx) => {
    const judged = await engine.judgeAgain(context, tx, ids, { reasons: null, since: context.clock.now() });
    await meanwhile();
    return judged;
  });
};

/** Permits all of what the tests see beside A, and has it judged again. */
const permitMore = (meanwhile = async (): Promise<void> => {}) => {
  const context = testContext();
  return createTransact(database.knex)(context, async (tx) => {
    const id = await new Situation(tx.sql).area({ mine: 'A', shape: box(100, 0, 100, 100) });
    await createJudging().rejudgement.request(context, tx, {
      kind: 'AREA_ADDED',
      subjects: [{ id, version: 1 }],
      mineIds: [mineId('A')],
      areas: [{ id, version: 1 }],
      validity: { from: null, to: null },
      reason: null,
    });
    await meanwhile();
  });
};

/** Judges these in one transaction, and those in another that begins when the first is about to commit. */
const judgeSideBySide = (these: readonly string[], those: readonly string[]) =>
  twoTransactions(
    database.knex,
    (meanwhile) => judgeAgain(these, meanwhile),
    () => judgeAgain(those),
  );

const bothWent = ({ waited, first, second }: TwoTransactions<unknown, unknown>) => ({
  waited,
  first: first.status,
  second: second.status,
});

const AFTER_EACH_OTHER = { waited: true, first: 'fulfilled', second: 'fulfilled' };

/** Each violation that is not closed with the observations whose findings it holds; `then`: those do not count now. */
async function violations(): Promise<unknown[]> {
  const { rows } = await database.knex.raw(
    `select v.kind, m.code as mine, v.state, array_agg(o.provider_ref || case when f.current then '' else ' then' end order by o.provider_ref) as of
     from enforcement.violation v
     join registry.mine m on m.id = v.mine_id
     join enforcement.violation_finding vf on vf.violation_id = v.id
     join enforcement.finding f on f.id = vf.finding_id
     join boundaries.observation o on o.id = f.observation_id
     where v.state <> 'AUTO_CLOSED'
     group by v.id, m.code order by m.code, v.kind, v.id`,
  );
  return rows;
}

/** What there is when the same is judged from the beginning, one after the other. */
async function judgedInTurn(...batches: readonly (readonly string[])[]): Promise<unknown[]> {
  await database.knex.raw(
    `truncate enforcement.violation_alias, enforcement.violation_transition, enforcement.violation_finding, enforcement.violation,
       enforcement.finding, enforcement.judgement`,
  );
  for (const ids of batches) await situation.judge(ids);
  return violations();
}

const standing = (): Promise<unknown[]> =>
  database.knex('enforcement.judgement').whereNull('superseded_at').select('observation_id');

describe.skipIf(inject('databaseTemplate').kind === 'embedded')('judging side by side', () => {
  test('two folds of one mine take turns', async () => {
    const one = await situation.observation({ ref: 'one', shape: box(80, 0, 60, 60) });
    const other = await situation.observation({ ref: 'other', shape: box(80, 40, 60, 60) });
    expect(bothWent(await judgeSideBySide([one], [other]))).toEqual(AFTER_EACH_OTHER);
    expect(await violations()).toEqual([
      { kind: 'MINING_OUT_OF_BOUNDS', mine: 'A', state: 'DETECTED', of: ['one', 'other'] },
    ]);
  });

  test('who judges what leaves a mine takes turns with who judges for the mine that it leaves', async () => {
    const leaving = await situation.observation({ ref: 'leaving', shape: box(80, 0, 120, 100) });
    await situation.judge([leaving]);
    // B has more of it from now on, as when a part of a queued run comes to it.
    await situation.area({ mine: 'B', shape: box(100, 0, 90, 100) });
    const coming = await situation.observation({ ref: 'coming', mine: 'A', shape: box(80, 40, 160, 20) });
    expect(bothWent(await judgeSideBySide([leaving], [coming]))).toEqual(AFTER_EACH_OTHER);
    expect(await violations()).toEqual(await judgedInTurn([leaving], [coming]));
  });

  test('who judges what left a settled violation behind takes turns with who judges for its mine', async () => {
    const moving = await situation.observation({ ref: 'moving', shape: box(80, 0, 120, 100) });
    const staying = await situation.observation({ ref: 'staying', mine: 'A', shape: box(80, 40, 60, 20) });
    await situation.judge([moving, staying]);
    await database.knex('enforcement.violation').update({ state: 'DISMISSED' });
    await situation.area({ mine: 'B', shape: box(100, 0, 90, 100) });
    await situation.judge([moving]);
    await situation.area({ mine: 'C', shape: box(100, 0, 120, 100) });
    const coming = await situation.observation({ ref: 'coming', mine: 'A', shape: box(80, 40, 160, 20) });
    expect(bothWent(await judgeSideBySide([moving], [coming]))).toEqual(AFTER_EACH_OTHER);
  });

  test('what is withdrawn takes turns with who judges for its mine', async () => {
    const gone = await situation.observation({ ref: 'gone', shape: box(80, 0, 60, 60) });
    await situation.judge([gone]);
    await database.knex('boundaries.observation').where({ id: gone }).update({ withdrawn_at: new Date() });
    const coming = await situation.observation({ ref: 'coming', mine: 'A', shape: box(80, 40, 60, 60) });
    const context = testContext();
    const both = await twoTransactions(
      database.knex,
      (meanwhile) =>
        createTransact(database.knex)(context, async (tx) => {
          const since = context.clock.now();
          await situation.engine.retract(context, tx, [gone], { reasons: null, since });
          await meanwhile();
        }),
      () => judgeAgain([coming]),
    );
    expect(bothWent(both)).toEqual(AFTER_EACH_OTHER);
    expect(await violations()).toEqual([
      { kind: 'MINING_OUT_OF_BOUNDS', mine: 'A', state: 'DETECTED', of: ['coming'] },
    ]);
  });

  test('judgements of the same observation take turns', async () => {
    const twice = await situation.observation({ ref: 'twice', shape: box(80, 0, 60, 60) });
    await situation.judge([twice]);
    await situation.area({ mine: 'A', shape: box(100, 0, 20, 100) });
    expect(bothWent(await judgeSideBySide([twice], [twice]))).toEqual(AFTER_EACH_OTHER);
    expect(await standing()).toEqual([{ observation_id: twice }]);
  });

  test('a change waits for verdicts that are under way, and finds them', async () => {
    const fresh = await situation.observation({ ref: 'fresh', shape: box(80, 0, 60, 60) });
    const both = await twoTransactions(
      database.knex,
      (meanwhile) => judgeAgain([fresh], meanwhile),
      () => permitMore(),
    );
    expect(bothWent(both)).toEqual(AFTER_EACH_OTHER);
    expect(await situation.read(fresh)).toMatchObject({ plan: 'WITHIN' });
  });

  test('verdicts wait for a change that is under way, and know of it', async () => {
    const fresh = await situation.observation({ ref: 'fresh', mine: 'B', shape: box(120, 0, 60, 60) });
    const both = await twoTransactions(database.knex, permitMore, () => judgeAgain([fresh]));
    expect(bothWent(both)).toEqual(AFTER_EACH_OTHER);
    const { findings } = await situation.read(fresh);
    expect(findings).toMatchObject([{ kind: 'ENCROACHMENT', otherMineId: mineId('A') }]);
  });
});
