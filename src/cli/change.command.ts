import { Argument, type Command } from 'commander';
import { isCalendarDay } from '../platform/calendar-day.js';
import { badInput } from '../platform/errors.js';
import {
  createObservationWithdrawalService,
  createPermittedAreaChangeService,
} from '../subgraphs/boundaries/services.js';
import { createLicenceChangeService } from '../subgraphs/licences/services.js';
import type { ChangeGrounds } from '../vocabulary/versions.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION, type Outcome } from './cli.js';
import { type Session, withSession } from './session.js';

interface ChangeFlags extends CommonOptions {
  readonly reason: string;
  readonly document?: string;
}

interface EndFlags extends ChangeFlags {
  readonly on: string;
}

const WITHDRAWN = ['area', 'licence', 'observation'] as const;

/** `minebound end` and `minebound withdraw`: what was on record ends early, or should never have been there. */
export function addChangeCommands(program: Command, cli: Cli): void {
  const end = change(program, 'end', 'end the validity of a permitted area early, as a revocation does')
    .argument('<id>', 'the area')
    .requiredOption('--on <day>', 'first day no longer covered; may lie in the past')
    .action((id: string, flags: EndFlags) => run(cli, flags, (session) => endArea(session, id, flags)));
  examples(
    end,
    'minebound end 1f0c1a52-6f0e-8c3b-9d1e-2b7c3a4d5e6f --on 2026-03-01 --reason "Licence revoked" --document 12-2026',
  );
  const withdraw = change(program, 'withdraw', 'take back what was entered by mistake: it never counted')
    .addArgument(new Argument('<what>', 'what it is').choices(WITHDRAWN))
    .argument('<key>', 'its id; of a licence the number')
    .action((what: (typeof WITHDRAWN)[number], key: string, flags: ChangeFlags) =>
      run(cli, flags, (session) => WITHDRAW[what](session, key, groundsOf(flags))),
    );
  examples(
    withdraw,
    'minebound withdraw observation 1f0c1a52-6f0e-8c3b-9d1e-2b7c3a4d5e6f --reason "Another mine\'s pit"',
    'minebound withdraw licence C1500002026010000000001 --reason "Entered twice"',
  );
}

const change = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .requiredOption('--reason <text>', 'why; kept with the change')
    .option('--document <number>', 'the document that it rests on')
    .option(...JSON_OPTION);

const groundsOf = ({ reason, document }: ChangeFlags): ChangeGrounds => ({
  reason,
  documentNumber: document ?? null,
});

/** Verdicts that a change concerns are reached again before the command ends. */
async function run(
  cli: Cli,
  flags: ChangeFlags,
  work: (session: Session) => Promise<Outcome>,
): Promise<void> {
  cli.print(flags, await withSession(cli, { ...flags, prepare: true, settle: true }, work));
}

async function endArea({ deps, context }: Session, id: string, flags: EndFlags): Promise<Outcome> {
  if (!isCalendarDay(flags.on)) {
    throw badInput(`--on takes a day like 2026-03-01; "${flags.on}" is none.`, { field: '--on' });
  }
  const changed = await createPermittedAreaChangeService(deps).end(context, id, flags.on, groundsOf(flags));
  return { data: changed, text: `The area is valid to ${flags.on}, as version ${changed.area?.version}.` };
}

const WITHDRAW: Readonly<
  Record<
    (typeof WITHDRAWN)[number],
    (session: Session, key: string, grounds: ChangeGrounds) => Promise<Outcome>
  >
> = {
  area: async ({ deps, context }, id, grounds) => ({
    data: await createPermittedAreaChangeService(deps).withdraw(context, id, grounds),
    text: `The area ${id} is withdrawn.`,
  }),
  licence: async ({ deps, context }, number, grounds) => ({
    data: await createLicenceChangeService(deps).withdrawLicence(context, number, grounds),
    text: `The licence ${number} is withdrawn.`,
  }),
  observation: async ({ deps, context }, id, grounds) => ({
    data: await createObservationWithdrawalService(deps).withdraw(context, id, grounds),
    text: `The observation ${id} is withdrawn.`,
  }),
};
