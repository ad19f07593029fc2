import type { Command } from 'commander';
import { migrateToLatest } from '../platform/migrations.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION } from './cli.js';
import { withSession } from './session.js';

/** `minebound migrate`: brings the database to the newest schema. */
export function addMigrateCommand(program: Command, cli: Cli): void {
  const command = program
    .command('migrate')
    .description('bring the database to the newest schema (the server does so at start)')
    .option(...JSON_OPTION)
    .action(async (options: CommonOptions) => {
      const ran = await withSession(cli, { ...options, prepare: false }, ({ deps }) =>
        migrateToLatest(deps.knex),
      );
      cli.print(options, {
        data: { migrations: ran },
        text:
          ran.length === 0
            ? 'The schema is up to date.'
            : `Ran:\n${ran.map((name) => `  ${name}`).join('\n')}`,
      });
    });
  examples(
    command,
    'minebound migrate',
    'DATABASE_URL=postgres://minebound@db.example/minebound minebound migrate --json',
  );
}
