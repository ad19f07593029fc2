import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { openDatabase } from '../platform/database.js';
import { createLogger } from '../platform/logging.js';
import { stopOnSignals } from '../platform/shutdown.js';
import { type Cli, examples } from './cli.js';
import { createProgress } from './progress.js';
import type { RunningHub } from './serve.js';
import type { OnProgress } from './serve-database.js';

/** `minebound serve`: answers until SIGTERM or SIGINT. */
export function addServeCommand(program: Command, { io }: Cli): void {
  const command = program
    .command('serve')
    .description('answer queries: everything in this process, or one role of a split hub')
    .option('--role <role>', 'all, gateway, or subgraph:<name>', 'all')
    .action(async ({ role: text }: { role: string }) => {
      const config = readConfig(io.environment);
      const log = createLogger(config.logLevel);
      // Until it answers it has acknowledged nothing: what it is doing to the database is undone there.
      let stop = async (): Promise<void> => {};
      stopOnSignals(() => stop(), log);
      // Opened while the modules below load; what it failed with is told where it is waited for.
      const opening = text === 'all' ? openDatabase(config, log) : null;
      opening?.catch(() => {});
      // The whole graph hangs on these; the other commands start sooner without it.
      const [{ startHub }, { parseRole }] = await Promise.all([
        import('./serve.js'),
        import('./serve-role.js'),
      ]);
      const role = parseRole(text);
      const progress = createProgress(io, false);
      const onProgress: OnProgress = (done, total, what) => progress.at(done, total, what);
      const hub = await startHub(config, role, log, onProgress, opening);
      progress.stop();
      stop = hub.stop;
      io.stdout.write(announcement(hub, text));
      // The signal ends the process; until then the command is not done.
      await new Promise<never>(() => {});
    });
  examples(
    command,
    'minebound serve',
    'PORT=4001 DATABASE_URL=postgres://minebound@db.example/minebound minebound serve --role subgraph:registry',
    'MINEBOUND_SUBGRAPH_URLS=registry=http://registry:4001/graphql minebound serve --role gateway',
  );
}

function announcement({ url, graphs, databaseKind }: RunningHub, role: string): string {
  const database = databaseKind === null ? '' : `, ${databaseKind} database`;
  const lines = [
    `minebound is ready (role ${role}${database})`,
    ...graphs.map((path) => `  ${path === '/graphql' ? 'graph   ' : 'subgraph'}  ${url}${path}`),
    `  health    ${url}/readyz`,
    `  metrics   ${url}/metrics`,
  ];
  return `${lines.join('\n')}\n`;
}
