import { describe, expect, inject, test, vi } from 'vitest';
import { runCommand } from '../support/command-line.js';
import { keptLog, WARN } from '../support/kept-log.js';
import { createCluster, serverPrograms } from '../support/own-cluster.js';
import { type OwnHub, ownDatabases, startHubOn } from '../support/own-hub.js';

const native = inject('databaseTemplate').kind === 'native';
const programs = serverPrograms();
const own = ownDatabases();

const minebound = (argv: readonly string[], databaseUrl: string) =>
  runCommand(argv, { DATABASE_URL: databaseUrl, MINEBOUND_SEED: 'none' });

interface Updates {
  readonly updates: { readonly edges: readonly { readonly cursor: string; readonly node: unknown }[] };
}

describe.skipIf(!native)('a database that takes no writes', () => {
  test('is served: queries are answered, changes refused, and nothing fails in the background', async () => {
    const database = await own();
    const usual = await startHubOn(database.url, { MINEBOUND_SEED: 'demo' });
    await usual.stop();
    await database.run('alter database $name set default_transaction_read_only = on');
    const { log, lines, told } = keptLog();
    const hub = await startHubOn(database.url, {}, log);
    try {
      expect((await hub.readiness()).status).toBe(200);
      expect((await hub.ask('{ mines(first: 1) { nodes { code } } }')).body.errors).toBeUndefined();
      const refused = await hub.outcome('mutation { judge(all: true) { state } }');
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
        expect((await reader.readiness()).status).toBe(200);
        const MINES = '{ mines(first: 50) { nodes { code location } } }';
        expect((await reader.ask(MINES)).body).toEqual((await writer.ask(MINES)).body);
        const after = { variables: { after: edges[1]?.cursor ?? '' } };
        const rest = await reader.ask(UPDATES, after);
        expect(rest.body).toEqual((await writer.ask(UPDATES, after)).body);
        expect((rest.body.data as unknown as Updates).updates.edges[0]).toEqual(edges[2]);
        expect(await reader.outcome('mutation { judge(all: true) { state } }')).toMatchObject({
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
      const refused = await hub.outcome('mutation { judge(all: true) { state } }');
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
