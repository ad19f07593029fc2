import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Knex } from 'knex';
import { readConfig } from '../config.js';
import { schemaState } from '../platform/migrations.js';
import { createEnforcementService } from '../subgraphs/enforcement/services.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION } from './cli.js';
import { countRows, type RowCounts } from './row-counts.js';
import { type Session, withSession } from './session.js';
import { table } from './table.js';
import { packageVersion } from './version.js';

interface Status {
  readonly version: string;
  readonly database: {
    readonly kind: 'embedded' | 'native';
    readonly postgresql: string | null;
    readonly postgis: string | null;
  };
  /** Null: nothing has been stored yet. */
  readonly pendingMigrations: readonly string[] | null;
  /** Migrations of a newer version, which this program does not know. */
  readonly unknownMigrations: readonly string[] | null;
  readonly counts: RowCounts | null;
  readonly violationsByKind: Readonly<Record<string, number>> | null;
}

/** `minebound status`: what the database holds, without changing it. */
export function addStatusCommand(program: Command, cli: Cli): void {
  const command = program
    .command('status')
    .description('tell what the database is and holds; changes nothing')
    .option(...JSON_OPTION)
    .action(async (options: CommonOptions) => {
      const config = readConfig(cli.io.environment);
      // Opening an embedded database that is not there would create it.
      const isAbsent = config.databaseUrl === null && !existsSync(join(config.dataDir, 'pgdata'));
      const status = isAbsent
        ? nothingYet()
        : await withSession(cli, { ...options, prepare: false }, (session) => statusOf(session));
      cli.print(options, { data: status, text: describe(status) });
    });
  examples(
    command,
    'minebound status',
    'DATABASE_URL=postgres://minebound@db.example/minebound minebound status --json',
  );
}

const nothingYet = (): Status => ({
  version: packageVersion(),
  database: { kind: 'embedded', postgresql: null, postgis: null },
  pendingMigrations: null,
  unknownMigrations: null,
  counts: null,
  violationsByKind: null,
});

async function statusOf({ database, deps, context }: Session): Promise<Status> {
  const { pending, unknown } = await schemaState(deps.knex);
  const status = {
    version: packageVersion(),
    database: { kind: database.kind, ...(await versionsOf(deps.knex)) },
    pendingMigrations: pending,
    unknownMigrations: unknown,
  };
  if (pending.length + unknown.length > 0) return { ...status, counts: null, violationsByKind: null };
  const rows = await createEnforcementService(deps).statistics(context, ['KIND'], {}, null);
  return {
    ...status,
    counts: await countRows(deps.knex),
    violationsByKind: Object.fromEntries(rows.map(({ keys, count }) => [keys[0]?.value ?? '', count])),
  };
}

async function versionsOf(knex: Knex): Promise<{ postgresql: string; postgis: string | null }> {
  const { rows } = await knex.raw<{ rows: { postgresql: string; postgis: string | null }[] }>(
    `select current_setting('server_version') as postgresql,
            (select extversion from pg_extension where extname = 'postgis') as postgis`,
  );
  return { postgresql: rows[0]?.postgresql ?? '', postgis: rows[0]?.postgis ?? null };
}

function describe(status: Status): string {
  const { version, database, pendingMigrations, unknownMigrations, counts, violationsByKind } = status;
  const { kind, postgresql, postgis } = database;
  const server =
    postgresql === null ? 'nothing stored yet' : `PostgreSQL ${postgresql}, PostGIS ${postgis ?? 'missing'}`;
  const lines = [`minebound ${version}`, `database: ${kind}, ${server}`];
  if (pendingMigrations === null)
    return [...lines, 'Start the hub or run minebound migrate to set it up.'].join('\n');
  if (unknownMigrations?.length) {
    const newer = `schema: newer than this program by ${unknownMigrations.length} migrations, up to ${unknownMigrations.at(-1)}`;
    return [...lines, `${newer}; install the version that made them, or a later one`].join('\n');
  }
  if (pendingMigrations.length > 0 || counts === null) {
    return [...lines, `schema: ${pendingMigrations.length} migrations to run (minebound migrate)`].join('\n');
  }
  return [
    ...lines,
    'schema: up to date',
    '',
    table([
      ['mines', counts.mines],
      ['licences', counts.licences],
      ['permitted areas', counts.permittedAreas],
      ['observations', counts.observations],
      ['violations', counts.violations],
      ...Object.entries(violationsByKind ?? {}).map(([name, count]) => [`  ${name}`, count]),
    ]),
  ].join('\n');
}
