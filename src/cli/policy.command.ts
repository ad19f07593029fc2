import type { Command } from 'commander';
import { badInput } from '../platform/errors.js';
import type { ToleranceChange, TolerancePolicy } from '../subgraphs/enforcement/policies/tolerance-policy.js';
import { createJudgementRunner, createTolerancePolicyService } from '../subgraphs/enforcement/services.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION } from './cli.js';
import { createProgress } from './progress.js';
import { withSession } from './session.js';
import { counted } from './table.js';

interface ChangeFlags extends CommonOptions {
  readonly kProbable?: string;
  readonly kConfirmed?: string;
  readonly minArea?: string;
  readonly radius?: string;
  readonly reason?: string;
}

/** `minebound policy`: the tolerances by which is judged, and changing them. */
export function addPolicyCommand(program: Command, cli: Cli): void {
  const command = program
    .command('policy')
    .description('show the tolerance policy in force, or change it and have everything judged by it')
    .option('--k-probable <k>', 'up to this many standard errors an excess is explained by them')
    .option('--k-confirmed <k>', 'beyond this many it is confirmed')
    .option('--min-area <m2>', 'what is smaller is a sliver')
    .option('--radius <metres>', 'how far the nearest mine may be to be suspected')
    .option('--reason <text>', 'why; needed for a change')
    .option(...JSON_OPTION)
    .action(async (flags: ChangeFlags) => {
      const change = changeOf(flags);
      const asked = Object.values(change).some((value) => value !== null);
      const outcome = await (asked ? changePolicy(cli, flags, change) : showPolicy(cli, flags));
      cli.print(flags, outcome);
    });
  examples(
    command,
    'minebound policy',
    'minebound policy --k-confirmed 2.5 --reason "Survey marks were found to be off by up to 0.4 m"',
  );
}

const changeOf = (flags: ChangeFlags): ToleranceChange => ({
  kProbable: numberOf('--k-probable', flags.kProbable),
  kConfirmed: numberOf('--k-confirmed', flags.kConfirmed),
  minAreaSquareMetres: numberOf('--min-area', flags.minArea),
  attributionRadiusMetres: numberOf('--radius', flags.radius),
});

function numberOf(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw badInput(`${flag} takes a number; "${text}" is none.`, { field: flag });
  return value;
}

const showPolicy = (cli: Cli, flags: ChangeFlags) =>
  withSession(cli, { ...flags, prepare: true }, async ({ deps }) => {
    const policy = await createTolerancePolicyService(deps, createJudgementRunner(deps)).policy(null);
    return { data: policy, text: policy ? textOf(policy) : 'No tolerance policy is in force.' };
  });

const changePolicy = (cli: Cli, flags: ChangeFlags, change: ToleranceChange) =>
  withSession(cli, { ...flags, prepare: true }, async ({ deps, context }) => {
    const service = createTolerancePolicyService(deps, createJudgementRunner(deps));
    const progress = createProgress(cli.io, flags.json === true);
    try {
      const { version, run } = await service.changeAndWait(
        context,
        change,
        flags.reason ?? '',
        ({ judged, total }) => progress.at(judged, total, 'observations judged by the new policy'),
      );
      const policy = await service.policy(version);
      const done = `Judged ${counted(run.judged, 'observation')} by it.`;
      return { data: { policy, run }, text: policy ? `${textOf(policy)}\n${done}` : done };
    } finally {
      progress.stop();
    }
  });

const textOf = (policy: TolerancePolicy): string =>
  [
    `Version ${policy.version}, ${policy.state}: ${policy.reason}`,
    `  k for PROBABLE      ${policy.kProbable}`,
    `  k for CONFIRMED     ${policy.kConfirmed}`,
    `  least area          ${policy.minAreaSquareMetres} m²`,
    `  attribution radius  ${policy.attributionRadiusMetres} m`,
  ].join('\n');
