// Writes the contracts under schema/: each subgraph's SDL, the supergraph, and the migrated database's dump.
// `--check` writes nothing, shows what differs, and fails.
import 'reflect-metadata';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { pgDump } from '@electric-sql/pglite-tools/pg_dump';
import { readConfig } from '../src/config.js';
import { composeSupergraph } from '../src/gateway/compose.js';
import { createJudging } from '../src/judgement/judging.js';
import { openDatabase } from '../src/platform/database.js';
import { postgis } from '../src/platform/embedded-postgis.js';
import { EventHub } from '../src/platform/events/event-hub.js';
import { createLogger } from '../src/platform/logging.js';
import { migrateToLatest } from '../src/platform/migrations.js';
import { createTransact } from '../src/platform/transact.js';
import { SUBGRAPHS } from '../src/subgraphs/index.js';

const COMMITTED = 'schema';
const DUMP = 'database.sql';

/** Contract files by path below schema/. */
type Contracts = ReadonlyMap<string, string>;

/**
 * Everything is made on an embedded database, whatever server is at hand: another version of PostgreSQL would
 * spell views and defaults differently.
 */
async function generate(directory: string): Promise<Contracts> {
  const config = { databaseUrl: null, databasePool: 3, dataDir: directory, debugSql: false };
  const { knex, close } = await openDatabase(config, createLogger('warn'));
  const contracts = new Map<string, string>();
  try {
    await migrateToLatest(knex);
    const events = new EventHub({ knex, kind: 'embedded', pollMs: 1_000, log: createLogger('warn') });
    const { webhooks } = readConfig({});
    const deps = { knex, transact: createTransact(knex), ...createJudging(), events, webhooks, extent: null };
    const subgraphs = await Promise.all(Object.values(SUBGRAPHS).map((create) => create(deps)));
    for (const { name, sdl } of subgraphs) contracts.set(`subgraphs/${name}.graphql`, sdl);
    contracts.set('supergraph.graphql', composeSupergraph(subgraphs));
  } finally {
    await close();
  }
  contracts.set(DUMP, await dump(join(directory, 'pgdata')));
  return contracts;
}

async function dump(dataDir: string): Promise<string> {
  const pg = await PGlite.create({ dataDir, extensions: { postgis, btree_gist } });
  try {
    const args = ['--schema-only', '--no-owner', '--no-privileges'];
    return normalise(await (await pgDump({ pg, args })).text());
  } finally {
    await pg.close();
  }
}

/** Without what changes from run to run: versions, the random token of \restrict, runs of empty lines. */
const normalise = (sql: string): string =>
  `${sql
    .split('\n')
    .filter((line) => !/^(-- Dumped (from|by) |\\(un)?restrict )/.test(line))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;

async function write(contracts: Contracts, root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
  for (const [path, text] of contracts) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

async function differs(contracts: Contracts): Promise<boolean> {
  const entries = await readdir(COMMITTED, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).length;
  if (files !== contracts.size) return true;
  for (const [path, text] of contracts) {
    if ((await readFile(join(COMMITTED, path), 'utf8').catch(() => null)) !== text) return true;
  }
  return false;
}

const scratch = await mkdtemp(join(tmpdir(), 'minebound-schema-'));
try {
  const contracts = await generate(join(scratch, 'data'));
  if (!process.argv.includes('--check')) {
    await write(contracts, COMMITTED);
    console.log(`Wrote ${contracts.size} files under ${COMMITTED}/.`);
  } else if (await differs(contracts)) {
    await write(contracts, join(scratch, COMMITTED));
    spawnSync('git', ['--no-pager', 'diff', '--no-index', '--', COMMITTED, join(scratch, COMMITTED)], {
      stdio: 'inherit',
    });
    console.error(`${COMMITTED}/ is not what the code says; run npm run schema and commit the result.`);
    process.exitCode = 1;
  } else {
    console.log(`The ${contracts.size} files under ${COMMITTED}/ are up to date.`);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
