// A process that corrects a boundary which many observations cross, says so when that is committed, and does nothing
// more: the test kills it. Environment: DATABASE_URL or MINEBOUND_DATA_DIR.
import 'reflect-metadata';
import { createJudging } from '../../src/judgement/judging.js';
import { fixedClock } from '../../src/platform/clock.js';
import { openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { createTransact } from '../../src/platform/transact.js';
import { mineId } from './builders.js';
import { testContext } from './context.js';
import { box, Situation } from './situation.js';

const OBSERVATIONS = 450;
const AT = '2026-06-10T00:00:00Z';

const databaseUrl = process.env['DATABASE_URL'] ?? null;
const { knex } = await openDatabase(
  { databaseUrl, dataDir: process.env['MINEBOUND_DATA_DIR'] ?? '', databasePool: 4, debugSql: false },
  createLogger('silent'),
);
const situation = await Situation.open(knex);
await situation.mine('A');
const id = await situation.area({ mine: 'A', shape: box(0, 0, 500, 15_000) });
const crossing: string[] = [];
for (let n = 0; n < OBSERVATIONS; n += 1) {
  crossing.push(await situation.observation({ mine: 'A', shape: box(490, n * 30, 20, 20) }));
}
await situation.judge(crossing);

const { transact, rejudgement } = { transact: createTransact(knex), ...createJudging() };
const context = testContext({ clock: fixedClock(AT) });
const queued = await transact(context, async (tx) => {
  await tx.sql('boundaries.permitted_area').where({ id }).update({ superseded_at: AT });
  await new Situation(tx.sql).area({
    mine: 'A',
    id,
    version: 2,
    shape: box(0, 0, 600, 15_000),
    recordedAt: AT,
  });
  return rejudgement.request(context, tx, {
    kind: 'AREA_CORRECTED',
    subjects: [{ id, version: 2 }],
    mineIds: [mineId('A')],
    areas: [
      { id, version: 1 },
      { id, version: 2 },
    ],
    validity: { from: null, to: null },
    reason: 'Corner 3 was misread',
  });
});
process.stdout.write(`${JSON.stringify(queued)}\n`);
setInterval(() => {}, 60_000);
