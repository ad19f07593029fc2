import { Writable } from 'node:stream';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, describe, expect, inject, test, vi } from 'vitest';
import { runProgram } from '../../src/cli/program.js';
import type { Logger } from '../../src/platform/logging.js';
import { withDatabase } from '../support/database-template.js';
import { createCluster, serverPrograms } from '../support/own-cluster.js';
import { createOwnDatabase, type OwnDatabase, type OwnHub, startHubOn } from '../support/own-hub.js';

const template = inject('databaseTemplate');
const native = template.kind === 'native';
const programs = serverPrograms();
const opened: OwnDatabase[] = [];
afterAll(async () => {
  for (const database of opened) await database.drop();
});

async function own(how?: string): Promise<OwnDatabase> {
  const database = await createOwnDatabase(how);
  opened.push(database);
  return database;
}

async function minebound(argv: readonly string[], databaseUrl: string) {
  const told = { out: '', err: '' };
  const into = (field: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        told[field] += String(chunk);
        done();
      },
    });
  const environment = { DATABASE_URL: databaseUrl, MINEBOUND_SEED: 'none' };
  const code = await runProgram(argv, { stdout: into('out'), stderr: into('err'), environment });
  return { code, ...told };
}

interface Updates {
  readonly updates: { readonly edges: readonly { readonly cursor: string; readonly node: unknown }[] };
}

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly reason?: string;
}
const WARN = 40;

/** A log that is kept, from the level of information on. */
function keptLog(): { log: Logger; lines: Line[]; told(text: string): number } {
  const lines: Line[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
  return { log, lines, told: (text) => lines.filter(({ msg }) => msg === text).length };
}

const codeOf = async (hub: OwnHub, query: string) => {
  const { status, body } = await hub.ask(query);
  return { status, code: body.errors?.[0]?.extensions['code'], message: body.errors?.[0]?.message ?? '' };
};
const readyz = async (hub: OwnHub) => {
  const response = await fetch(`${hub.url}/readyz`);
  return { status: response.status, text: await response.text() };
};

describe.skipIf(!native)('a database that is not fit is told in a sentence, without SQL', () => {
  test('one that a newer version has migrated', async () => {
    const database = await own();
    const hub = await startHubOn(database.url);
    try {
      expect((await readyz(hub)).status).toBe(200);
      await database.run(
        `insert into platform.migration (name, batch, migration_time) values ('20991231000000_registry_of_the_future', 99, now())`,
      );
      const ready = await readyz(hub);
      expect(ready.status).toBe(503);
      expect(ready.text).toContain('newer than this program');
    } finally {
      await hub.stop();
    }
    const migrate = await minebound(['migrate'], database.url);
    expect(migrate.code).toBe(9);
    expect(migrate.err).toMatch(
      /^error: The database is newer than this program, which does not know the migration 20991231000000_registry_of_the_future\. Install .*\n$/,
    );
    await expect(startHubOn(database.url)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    const status = await minebound(['status'], database.url);
    expect(status.code).toBe(0);
    expect(status.out).toContain('schema: newer than this program by 1 migrations');
    const json = await minebound(['status', '--json'], database.url);
    expect(JSON.parse(json.out)).toMatchObject({
      pendingMigrations: [],
      unknownMigrations: ['20991231000000_registry_of_the_future'],
    });
  });

  test('one whose encoding is not UTF8', async () => {
    for (const encoding of ['SQL_ASCII', 'LATIN1']) {
      const database = await own(`encoding '${encoding}' lc_collate 'C' lc_ctype 'C' template template0`);
      const { code, err } = await minebound(['migrate'], database.url);
      expect(code).toBe(9);
      expect(err).toMatch(new RegExp(`^error: The database has the encoding ${encoding}, .* UTF8.*\n$`));
    }
  });

  test('one that is not there', async () => {
    const { code, err } = await minebound(
      ['migrate'],
      withDatabase(template.kind === 'native' ? template.url : '', 'minebound_is_not_there'),
    );
    expect(code).toBe(9);
    expect(err).toMatch(/^error: The database of the hub does not exist\. .*"minebound_is_not_there".*\n$/);
  });

  test('one in which the user may not make what is needed', async () => {
    const database = await own('');
    const role = `minebound_poor_${process.pid}`;
    await database.run(`create role ${role} login password 'poor'`);
    try {
      const url = new URL(database.url);
      url.username = role;
      url.password = 'poor';
      const poor = await minebound(['migrate'], url.href);
      expect(poor.code).toBe(9);
      expect(poor.err).toMatch(
        /^error: The hub lacks a right in its database\. It says: permission denied .*\n$/,
      );
      expect(poor.err).not.toMatch(/create schema/);
      await database.run(`alter database $name owner to ${role}`);
      const owner = await minebound(['migrate'], url.href);
      expect(owner.code).toBe(9);
      expect(owner.err).toMatch(/permission denied to create extension "postgis"\. .*superuser/);
      expect(owner.err.split('\n')).toHaveLength(2);
      await database.run('create extension postgis');
      await database.run('create extension btree_gist');
      expect((await minebound(['migrate'], url.href)).code).toBe(0);
    } finally {
      await database.run(
        `reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`,
      );
    }
  });

  test('a file for TLS that cannot be read is a fault of the configuration', async () => {
    const database = await own();
    const { code, err } = await minebound(
      ['status'],
      `${database.url}?sslmode=verify-full&sslrootcert=/nonexistent/ca.pem`,
    );
    expect(code).toBe(8);
    expect(err).toContain('/nonexistent/ca.pem (ENOENT)');
  });
});

describe.skipIf(!native)('a database that takes no writes', () => {
  test('is served: queries are answered, changes refused, and nothing fails in the background', async () => {
    const database = await own();
    const usual = await startHubOn(database.url, { MINEBOUND_SEED: 'demo' });
    await usual.stop();
    await database.run('alter database $name set default_transaction_read_only = on');
    const { log, lines, told } = keptLog();
    const hub = await startHubOn(database.url, {}, log);
    try {
      expect((await readyz(hub)).status).toBe(200);
      expect((await hub.ask('{ mines(first: 1) { nodes { code } } }')).body.errors).toBeUndefined();
      const refused = await codeOf(hub, 'mutation { judge(all: true) { state } }');
      expect(refused).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      expect(refused.message).toMatch(/read-only/);
      const exported = await fetch(`${hub.url}/export/permitted-areas.geojson`);
      expect(exported.status).toBe(200);
      await exported.arrayBuffer();
      const { body } = await hub.ask('{ violations(first: 1) { nodes { id } } }');
      const [violation] = (body.data as unknown as { violations: { nodes: { id: string }[] } }).violations
        .nodes;
      const pack = await fetch(`${hub.url}/evidence/${violation?.id}.zip`);
      expect(pack.status).toBe(503);
      expect(await pack.text()).toContain('read-only');
    } finally {
      await hub.stop();
    }
    expect(lines.filter(({ level }) => level >= WARN)).toHaveLength(1);
    expect(
      told(
        'the database is read-only: queries are answered, changes refused; nothing is judged or sent from here',
      ),
    ).toBe(1);
  });

  test.skipIf(programs === null)(
    'a hot standby is one: it answers, exports and goes on from cursors of its primary',
    { timeout: 240_000 },
    async () => {
      const primary = await createCluster(programs ?? '');
      const clusters = [primary];
      const hubs: OwnHub[] = [];
      try {
        const writer = await startHubOn(primary.url, { MINEBOUND_SEED: 'demo' });
        hubs.push(writer);
        const UPDATES =
          'query ($after: String) { updates(first: 5, after: $after) { edges { cursor node { type } } } }';
        const first = await writer.ask(UPDATES, { variables: { after: 'BEGIN' } });
        const { edges } = (first.body.data as unknown as Updates).updates;
        const standby = await primary.standby();
        clusters.push(standby);
        const { log, lines } = keptLog();
        const reader = await startHubOn(standby.url, { EVENTS_POLL_MS: '50' }, log);
        hubs.push(reader);
        expect((await readyz(reader)).status).toBe(200);
        const MINES = '{ mines(first: 50) { nodes { code location } } }';
        expect((await reader.ask(MINES)).body).toEqual((await writer.ask(MINES)).body);
        const after = { variables: { after: edges[1]?.cursor ?? '' } };
        const rest = await reader.ask(UPDATES, after);
        expect(rest.body).toEqual((await writer.ask(UPDATES, after)).body);
        expect((rest.body.data as unknown as Updates).updates.edges[0]).toEqual(edges[2]);
        expect(await codeOf(reader, 'mutation { judge(all: true) { state } }')).toMatchObject({
          code: 'DATABASE_UNAVAILABLE',
        });
        expect((await minebound(['status'], standby.url)).out).toContain('schema: up to date');
        expect((await minebound(['migrate'], standby.url)).out).toContain('up to date');
        const judge = await minebound(['judge', '--all'], standby.url);
        expect(judge.code).toBe(9);
        expect(judge.err).toMatch(/^error: The database of this hub is read-only.*\n$/);
        const following = new AbortController();
        const events = await fetch(
          `${reader.url}/graphql?query=${encodeURIComponent('subscription { registryUpdates(after: "BEGIN") { type } }')}`,
          { headers: { accept: 'text/event-stream' }, signal: following.signal },
        );
        expect(events.status).toBe(200);
        await events.body?.getReader().read();
        const NO_LISTENER = 'cannot listen for events; polling covers it';
        await vi.waitUntil(() => lines.some(({ msg }) => msg === NO_LISTENER), 60_000);
        // It is tried again after 100 and 500 ms.
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        following.abort();
        expect(lines.filter(({ level }) => level >= WARN).map(({ msg }) => msg)).toEqual([
          'the database is read-only: queries are answered, changes refused; nothing is judged or sent from here',
          NO_LISTENER,
        ]);
      } finally {
        for (const hub of hubs.reverse()) await hub.stop();
        for (const cluster of clusters.reverse()) await cluster.remove();
      }
    },
  );

  test('while a hub runs is told once by each of its loops', async () => {
    const database = await own();
    const { log, lines } = keptLog();
    const hub = await startHubOn(database.url, {}, log);
    const others =
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
    try {
      const before = lines.length;
      await database.run('alter database $name set default_transaction_read_only = on');
      await database.run(others);
      const REFUSED = 'cannot look for webhooks';
      await vi.waitUntil(() => lines.some(({ msg }) => msg === REFUSED), 60_000);
      const refused = await codeOf(hub, 'mutation { judge(all: true) { state } }');
      expect(refused).toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        message: expect.stringContaining('read-only'),
      });
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      // That connections were ended is told as well.
      const warned = lines.slice(before).filter(({ reason }) => reason?.includes('read-only'));
      const told = warned.filter(({ level }) => level >= WARN).map(({ msg }) => msg);
      expect(told).toEqual([...new Set(told)]);
    } finally {
      await hub.stop();
    }
  });

  test('with migrations to run is told to be migrated on the primary', async () => {
    const database = await own('');
    await database.run('alter database $name set default_transaction_read_only = on');
    const { code, err } = await minebound(['migrate'], database.url);
    expect(code).toBe(9);
    expect(err).toMatch(/^error: The database is read-only, and \d+ migrations are to run\. .*primary.*\n$/);
  });
});

describe.skipIf(!native)('what the database does not do has a code of its own', () => {
  test('a statement that the server cancelled is out of time', async () => {
    const database = await own();
    const hub = await startHubOn(`${database.url}?options=-c%20statement_timeout%3D500`);
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    try {
      await locker.query('begin');
      await locker.query('lock table registry.mine');
      expect(await codeOf(hub, '{ mines(first: 1) { nodes { code } } }')).toMatchObject({ code: 'TIMEOUT' });
    } finally {
      await locker.end();
      await hub.stop();
    }
  });

  test.skipIf(programs === null)(
    'an outage is DATABASE_UNAVAILABLE until it is over, one line in the log when it begins and one when it ends',
    async () => {
      const cluster = await createCluster(programs ?? '');
      const { log, lines, told } = keptLog();
      try {
        const hub = await startHubOn(cluster.url, { EVENTS_POLL_MS: '100' }, log);
        try {
          expect((await codeOf(hub, '{ mines(first: 1) { nodes { code } } }')).status).toBe(200);
          const before = lines.length;
          await cluster.stop();
          for (let i = 0; i < 20; i += 1) {
            expect(await codeOf(hub, '{ mines(first: 1) { nodes { code } } }')).toMatchObject({
              code: 'DATABASE_UNAVAILABLE',
            });
            expect(await codeOf(hub, 'mutation { judge(all: true) { state } }')).toMatchObject({
              code: 'DATABASE_UNAVAILABLE',
            });
            const exported = await fetch(`${hub.url}/export/permitted-areas.geojson`);
            expect(exported.status).toBe(503);
            expect(await exported.text()).toContain('DATABASE_UNAVAILABLE');
          }
          // The worker for judging runs tries every second.
          await new Promise((resolve) => setTimeout(resolve, 2_500));
          const during = lines.slice(before).filter(({ level }) => level >= WARN);
          const counts = new Map<string, number>();
          for (const { msg } of during) counts.set(msg, (counts.get(msg) ?? 0) + 1);
          expect(Math.max(...counts.values()), JSON.stringify([...counts])).toBe(1);
          expect(counts.get('the database is not available')).toBe(1);
          await cluster.start();
          expect((await codeOf(hub, '{ mines(first: 1) { nodes { code } } }')).status).toBe(200);
          expect(told('the database is available again')).toBe(1);
        } finally {
          await hub.stop();
        }
      } finally {
        await cluster.remove();
      }
    },
  );
});
