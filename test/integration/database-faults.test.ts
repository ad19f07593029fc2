import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { runCommand } from '../support/command-line.js';
import { withDatabase } from '../support/database-template.js';
import { keptLog, WARN } from '../support/kept-log.js';
import { createCluster, serverPrograms } from '../support/own-cluster.js';
import { ownDatabases, startHubOn } from '../support/own-hub.js';

const template = inject('databaseTemplate');
const native = template.kind === 'native';
const programs = serverPrograms();
const own = ownDatabases();

const minebound = (argv: readonly string[], databaseUrl: string) =>
  runCommand(argv, { DATABASE_URL: databaseUrl, MINEBOUND_SEED: 'none' });

describe.skipIf(!native)('a database that is not fit is told in a sentence, without SQL', () => {
  test('one that a newer version has migrated', async () => {
    const database = await own();
    const hub = await startHubOn(database.url);
    try {
      expect((await hub.readiness()).status).toBe(200);
      await database.run(
        `insert into platform.migration (name, batch, migration_time) values ('20991231000000_registry_of_the_future', 99, now())`,
      );
      const ready = await hub.readiness();
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

describe.skipIf(!native)('what the database does not do has a code of its own', () => {
  test('a statement that the server cancelled is out of time', async () => {
    const database = await own();
    const hub = await startHubOn(`${database.url}?options=-c%20statement_timeout%3D500`);
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    try {
      await locker.query('begin');
      await locker.query('lock table registry.mine');
      expect(await hub.outcome('{ mines(first: 1) { nodes { code } } }')).toMatchObject({ code: 'TIMEOUT' });
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
          expect((await hub.outcome('{ mines(first: 1) { nodes { code } } }')).status).toBe(200);
          const before = lines.length;
          await cluster.stop();
          for (let i = 0; i < 20; i += 1) {
            expect(await hub.outcome('{ mines(first: 1) { nodes { code } } }')).toMatchObject({
              code: 'DATABASE_UNAVAILABLE',
            });
            expect(await hub.outcome('mutation { judge(all: true) { state } }')).toMatchObject({
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
          expect((await hub.outcome('{ mines(first: 1) { nodes { code } } }')).status).toBe(200);
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
