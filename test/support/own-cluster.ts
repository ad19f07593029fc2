import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A PostgreSQL server of the test's own, which it may stop and restart. */
export interface OwnCluster {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** A hot standby of it, which follows it. */
  standby(): Promise<OwnCluster>;
  remove(): Promise<void>;
}

/** Folder of initdb, postgres, pg_dump and pg_restore; null: they are not on this machine. */
export function serverPrograms(): string | null {
  try {
    for (const version of readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a))) {
      const folder = `/usr/lib/postgresql/${version}/bin`;
      accessSync(join(folder, 'initdb'));
      accessSync(join(folder, 'pg_dump'));
      return folder;
    }
  } catch {
    return null;
  }
  return null;
}

/** PostgreSQL refuses to be root; root runs it as the user of the packages. */
function owner(): { uid: number; gid: number } | Record<never, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString());
  return { uid: id('-u'), gid: id('-g') };
}

/** A new, empty cluster, with transaction ids from the beginning. */
export async function createCluster(programs: string): Promise<OwnCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'minebound-cluster-'));
  const user = owner();
  if ('uid' in user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder };
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    options,
  );
  if (made.status !== 0) throw new Error(made.stderr.toString());
  return serveCluster(programs, folder, data);
}

async function serveCluster(programs: string, folder: string, data: string): Promise<OwnCluster> {
  const options = { ...owner(), cwd: folder };
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    server = spawn(
      join(programs, 'postgres'),
      ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
      { ...options, stdio: 'ignore' },
    );
    await untilReady(url);
  };
  const stop = async (): Promise<void> => {
    if (server === null || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    // Connections are cut, as when a server is restarted.
    server.kill('SIGINT');
    await ended;
    server = null;
  };
  await start();
  return {
    url,
    start,
    stop,
    standby: async () => {
      const copy = mkdtempSync(join(tmpdir(), 'minebound-standby-'));
      const user = owner();
      if ('uid' in user) chownSync(copy, user.uid, user.gid);
      const args = ['-D', join(copy, 'data'), '-R', '-c', 'fast', '--no-sync', '-d', url];
      const made = spawnSync(join(programs, 'pg_basebackup'), args, { ...user, cwd: copy });
      if (made.status !== 0) throw new Error(made.stderr.toString());
      return serveCluster(programs, copy, join(copy, 'data'));
    },
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      await client.end().catch(() => {});
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
