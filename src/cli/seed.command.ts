import type { Command } from 'commander';
import { runSeeds } from '../../seeds/fill-registry.js';
import { migrateToLatest } from '../platform/migrations.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION } from './cli.js';
import { createProgress } from './progress.js';
import { countRows } from './row-counts.js';
import { withSession } from './session.js';
import { counted } from './table.js';

/** `minebound seed`: the demo, beside whatever the registry holds. */
export function addSeedCommand(program: Command, cli: Cli): void {
  const command = program
    .command('seed')
    .description('load the demo data (the server does so at start when the registry is empty)')
    .option(...JSON_OPTION)
    .action(async (options: CommonOptions) => {
      const counts = await withSession(cli, { ...options, prepare: false }, async ({ deps, context }) => {
        await migrateToLatest(deps.knex);
        const progress = createProgress(cli.io, options.json === true);
        try {
          await runSeeds(['divisions', 'demo'], deps, context, progress.at);
        } finally {
          progress.stop();
        }
        return countRows(deps.knex);
      });
      cli.print(options, {
        data: counts,
        text:
          `The registry now holds ${counted(counts.mines, 'mine')}, ${counted(counts.licences, 'licence')}, ` +
          `${counted(counts.permittedAreas, 'permitted area')}, ${counted(counts.observations, 'observation')} and ` +
          `${counted(counts.violations, 'violation')}.`,
      });
    });
  examples(command, 'minebound seed', 'MINEBOUND_DATA_DIR=./demo-data minebound seed --json');
}
