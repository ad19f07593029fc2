import type { Command } from 'commander';
import { badInput, notFound } from '../platform/errors.js';
import type { JudgementSelector } from '../subgraphs/enforcement/enforcement.service.js';
import { createEnforcementService } from '../subgraphs/enforcement/services.js';
import { createRegistryService } from '../subgraphs/registry/services.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION } from './cli.js';
import { createProgress } from './progress.js';
import { type Session, settle, withSession } from './session.js';
import { counted } from './table.js';

interface JudgeFlags extends CommonOptions {
  readonly all?: boolean;
  readonly mine?: readonly string[];
  readonly observation?: readonly string[];
  readonly pending?: boolean;
}

/** `minebound judge`: judges observations again with what is known now. */
export function addJudgeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('judge')
    .description('judge observations again with what is known now; exactly one of the four options')
    .option('--all', 'every observation')
    .option('--mine <code...>', 'those of these mines')
    .option('--observation <id...>', 'these')
    .option('--pending', 'what changes have queued, and what a process that ended left behind')
    .option(...JSON_OPTION)
    .action(async (flags: JudgeFlags) => {
      const given = [flags.all, flags.mine, flags.observation, flags.pending];
      if (given.filter((flag) => flag !== undefined).length !== 1) {
        throw badInput('Say what to judge: exactly one of --all, --mine, --observation and --pending.');
      }
      if (flags.pending) return judgePending(cli, flags);
      const run = await withSession(cli, { ...flags, prepare: true }, async (session) => {
        const selector = await selectorOf(session, flags);
        const progress = createProgress(cli.io, flags.json === true);
        try {
          return await createEnforcementService(session.deps).judgeAll(
            session.context,
            selector,
            ({ judged, total }) => progress.at(judged, total, 'observations judged'),
          );
        } finally {
          progress.stop();
        }
      });
      cli.print(flags, {
        data: run,
        text: `Judged ${counted(run.judged, 'observation')}: ${counted(run.changed, 'verdict')} new or changed.`,
      });
    });
  examples(
    command,
    'minebound judge --all',
    'minebound judge --mine DEMO-140226-01 DEMO-140226-02 --json',
    'minebound judge --pending',
    'minebound judge --observation 1f0c1a52-6f0e-8c3b-9d1e-2b7c3a4d5e6f',
  );
}

async function judgePending(cli: Cli, flags: JudgeFlags): Promise<void> {
  const runs = await withSession(cli, { ...flags, prepare: true }, (session) =>
    settle(session, cli.io, flags.json === true),
  );
  cli.print(flags, { data: { runs }, text: `Carried out ${counted(runs, 'queued run')}.` });
}

async function selectorOf(
  { deps, context }: Session,
  { mine: codes, observation }: JudgeFlags,
): Promise<JudgementSelector> {
  if (codes === undefined) return observation ? { observationIds: observation } : { all: true };
  const registry = createRegistryService(deps);
  const mineIds = await Promise.all(
    codes.map(async (code) => {
      const mine = await registry.mine(context, { code });
      if (!mine) throw notFound('mine', code);
      return mine.id;
    }),
  );
  return { mineIds };
}
