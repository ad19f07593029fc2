import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/platform/database.js';
import { filterDigest } from '../../../src/platform/events/event-filter.js';
import { EventHub } from '../../../src/platform/events/event-hub.js';
import { prepareEventLog } from '../../../src/platform/events/event-maintenance.js';
import { createLogger } from '../../../src/platform/logging.js';
import { migrateToLatest } from '../../../src/platform/migrations.js';
import { createTransact } from '../../../src/platform/transact.js';
import { testContext } from '../../support/context.js';
import { createCluster, type OwnCluster, serverPrograms } from '../../support/own-cluster.js';

const programs = serverPrograms();
const native = inject('databaseTemplate').kind === 'native';
const log = createLogger('silent');
const digest = filterDigest({});
const opened: { close(): Promise<void> }[] = [];

afterAll(async () => {
  for (const each of opened.reverse()) await each.close();
});

async function cluster(): Promise<OwnCluster> {
  const made = await createCluster(programs ?? '');
  opened.push({ close: () => made.remove() });
  return made;
}

async function open(url: string): Promise<Database & { events: EventHub }> {
  const database = await openDatabase(
    { databaseUrl: url, databasePool: 3, dataDir: '', debugSql: false },
    log,
  );
  const events = new EventHub({ knex: database.knex, kind: 'native', pollMs: 1_000, log });
  opened.push({
    close: async () => {
      await events.close();
      await database.close();
    },
  });
  return { ...database, events };
}

const write = (database: Database, ...ids: string[]): Promise<void> =>
  createTransact(database.knex)(testContext(), async (tx) =>
    tx.emit(...ids.map((subjectId) => ({ type: 'test.happened', subjectType: 'Test', subjectId }))),
  );

function run(program: string, ...args: string[]): void {
  const done = spawnSync(join(programs ?? '', program), args);
  expect(done.stderr.toString(), program).not.toMatch(/error/i);
}

/** Skipped where PostgreSQL's own programs are not installed, and on the embedded database, which has no other cluster. */
test.skipIf(programs === null || !native)(
  'a cursor goes on after a dump was restored into a new cluster, where transaction ids start again',
  { timeout: 240_000 },
  async () => {
    const [old, fresh] = [await cluster(), await cluster()];
    const before = await open(old.url);
    await migrateToLatest(before.knex);
    await prepareEventLog({ knex: before.knex, retentionDays: null, log });
    // The old cluster has lived: its ids are far above those of a new one.
    await before.knex.raw(
      `do $$ begin for i in 1..20000 loop perform pg_current_xact_id(); commit; end loop; end $$`,
    );
    await write(before, 'seen', 'unseen');
    const cursors = await before.events.cursors();
    const [seen] = await before.events.feed.read(null, 1);
    const cursor = cursors.encode(seen?.position ?? { epoch: 0, xid: 0, seq: 0 }, digest);
    const now = cursors.encode(await before.events.feed.end(), digest);

    const dump = join('/tmp', `minebound-dump-${process.pid}.pgdump`);
    run('pg_dump', '--format=custom', `--file=${dump}`, old.url);
    run('pg_restore', '--no-owner', `--dbname=${fresh.url}`, dump);
    const after = await open(fresh.url);
    await prepareEventLog({ knex: after.knex, retentionDays: null, log });
    await write(after, 'new', 'newer');

    const accepted = await after.events.cursors();
    const told = async (text: string) =>
      (await after.events.feed.read(accepted.decode(text, digest), 10)).map((event) => event.subjectId);
    expect(await told(cursor)).toEqual(['unseen', 'new', 'newer']);
    expect(await told(now)).toEqual(['new', 'newer']);
    const { rows } = await after.knex.raw(
      'select max(xid::text::bigint) filter (where epoch = 2) as young, max(xid::text::bigint) filter (where epoch = 1) as old from platform.event',
    );
    expect(rows[0].young).toBeLessThan(rows[0].old);
  },
);

test.skipIf(programs === null || !native)(
  'a process that goes on writing while its server is put back into another cluster begins the new epoch itself',
  { timeout: 240_000 },
  async () => {
    const fresh = await cluster();
    const database = await open(fresh.url);
    await migrateToLatest(database.knex);
    await write(database, 'before');
    // What a restored table says of the cluster it came from.
    await database.knex.raw(`update platform.event_epoch set system_identifier = 'another'`);
    await database.knex.raw(`update platform.event set xid = '4000000000'`);
    const end = await database.events.feed.end();
    await write(database, 'after');
    expect((await database.events.feed.read(end, 10)).map((event) => event.subjectId)).toEqual(['after']);
    expect((await database.events.feed.read(null, 10)).map((event) => event.position.epoch)).toEqual([1, 2]);
  },
);

test.skipIf(programs === null || !native)(
  'a copied data directory is told by its transaction ids',
  { timeout: 240_000 },
  async () => {
    const fresh = await cluster();
    const database = await open(fresh.url);
    await migrateToLatest(database.knex);
    await write(database, 'before');
    await database.knex.raw(`update platform.event set xid = '4000000000'`);
    await prepareEventLog({ knex: database.knex, retentionDays: null, log });
    await write(database, 'after');
    expect((await database.events.feed.read(null, 10)).map((event) => event.subjectId)).toEqual([
      'before',
      'after',
    ]);
  },
);
