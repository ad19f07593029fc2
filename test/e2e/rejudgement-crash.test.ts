import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Knex } from 'knex';
import { afterEach, expect, inject, test } from 'vitest';
import { createJudging } from '../../src/judgement/judging.js';
import { openDatabase } from '../../src/platform/database.js';
import { Lapse } from '../../src/platform/lapse.js';
import { createLogger } from '../../src/platform/logging.js';
import { createTransact } from '../../src/platform/transact.js';
import { JudgementRunWorker } from '../../src/subgraphs/enforcement/runs/judgement-run-worker.service.js';
import { createJudgementRunner } from '../../src/subgraphs/enforcement/services.js';
import { testContext } from '../support/context.js';
import { openTestDatabase } from '../support/database.js';

interface Place {
  readonly environment: Readonly<Record<string, string>>;
  /** Opens it in this process. */
  open(): Promise<Knex>;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A migrated database that one process at a time may open: the embedded one takes no more. */
async function emptyDatabase(): Promise<Place> {
  const template = inject('databaseTemplate');
  if (template.kind === 'native') {
    const database = await openTestDatabase();
    closing.push(() => database.close());
    return { environment: database.environment, open: async () => database.knex };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'minebound-crash-'));
  await cp(template.directory, dataDir, { recursive: true });
  closing.push(() => rm(dataDir, { recursive: true, force: true }));
  return {
    environment: { MINEBOUND_DATA_DIR: dataDir },
    open: async () => {
      const config = { databaseUrl: null, dataDir, databasePool: 4, debugSql: false };
      const database = await openDatabase(config, createLogger('silent'));
      closing.push(() => database.close());
      return database.knex;
    },
  };
}

/** What a process says when it has committed; it goes on living. */
async function changeAndWait(
  environment: Place['environment'],
): Promise<[ChildProcess, Record<string, unknown>]> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/change-and-wait.ts'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) return [child, JSON.parse(line)];
  throw new Error('the process ended without having committed');
}

test('what a change touches is judged again although the process that made the change was killed', async () => {
  const place = await emptyDatabase();
  const [child, said] = await changeAndWait(place.environment);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;

  const knex = await place.open();
  const open = () => knex('enforcement.violation').whereNot('state', 'AUTO_CLOSED').pluck('id');
  expect(await open()).toHaveLength(said['observations'] as number);
  const [diff] = await knex('enforcement.judgement_diff');
  expect(diff).toMatchObject({ id: said['diffId'], observations: said['observations'], completed_at: null });

  const runner = createJudgementRunner({ knex, transact: createTransact(knex), ...createJudging() });
  const lapse = new Lapse(createLogger('silent'), 'a queued judgement run failed');
  const worker = new JudgementRunWorker(runner, () => testContext(), lapse);
  worker.start();
  while ((await knex('enforcement.judgement_run').first('state')).state === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await worker.stop();

  expect(await open()).toEqual([]);
  expect(await knex('enforcement.judgement_run').first()).toMatchObject({
    id: said['runId'],
    state: 'DONE',
    judged: said['observations'],
    changed: said['observations'],
  });
  const entries = await knex('enforcement.judgement_diff_entry').where({ diff_id: said['diffId'] });
  expect(entries).toHaveLength(said['observations'] as number);
  expect(new Set(entries.map((entry) => entry.change))).toEqual(new Set(['AUTO_CLOSED']));
  expect(await knex('enforcement.judgement_diff').whereNull('completed_at')).toEqual([]);
}, 300_000);
