import type { Command } from 'commander';
import type { RequestContext } from '../platform/context.js';
import { AppError, badInput } from '../platform/errors.js';
import type { EvidenceService } from '../subgraphs/enforcement/evidence/evidence.service.js';
import { createEvidenceService } from '../subgraphs/enforcement/services.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION, type Outcome } from './cli.js';
import { Destination } from './destination.js';
import { withSession } from './session.js';
import { packageVersion } from './version.js';

interface EvidenceFlags extends CommonOptions {
  readonly out?: string;
  readonly publicKey?: boolean;
}

/** `minebound evidence`: puts a violation into a file that anybody can check. */
export function addEvidenceCommand(program: Command, cli: Cli): void {
  const command = program
    .command('evidence')
    .argument('[violation]', 'id of the violation')
    .description('issue the evidence pack of a violation: one zip that proves itself')
    .option(
      '--out <path>',
      'file or folder to write to; a folder (one to be made ends in /) gets the file under the name of its digest',
      '.',
    )
    .option('--public-key', 'print the key that packs are signed with instead')
    .option(...JSON_OPTION)
    .action(async (violation: string | undefined, flags: EvidenceFlags) => {
      if ((violation === undefined) !== (flags.publicKey === true)) {
        throw badInput('Give the id of a violation, or --public-key.');
      }
      await withSession(cli, { ...flags, prepare: true }, async ({ config, deps, context }) => {
        const evidence = createEvidenceService(deps, { chromium: config.chromium, hub: packageVersion() });
        if (violation === undefined) {
          const key = await evidence.publicKey(context);
          cli.print(flags, { data: key, text: `${key.publicKey}key id: ${key.id}` });
          return;
        }
        cli.print(flags, await issueTo(flags.out ?? '.', evidence, context, violation));
      });
    });
  examples(
    command,
    'minebound evidence 1f0c1a52-6f0e-8c3b-9d1e-2b7c3a4d5e6f --out packs/',
    'minebound evidence --public-key > hub-key.pem',
  );
}

/** A pack is in the chain for good once it is issued: that it can be written is found out before. */
async function issueTo(
  out: string,
  evidence: EvidenceService,
  context: RequestContext,
  violation: string,
): Promise<Outcome> {
  const destination = await Destination.open(out);
  try {
    const { pack, fileName, bytes, withoutPdf } = await evidence.issue(context, violation);
    const { path } = await destination.write(fileName, bytes).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      const lost = `Pack ${pack.sequence} is in the chain all the same, and nobody holds it; issue another.`;
      throw new AppError(error.code, `${error.message} ${lost}`, error.details);
    });
    return {
      data: { path, bytes: bytes.length, ...pack, withoutPdf },
      text: `${path}\npack ${pack.sequence}, digest ${pack.digest}${withoutPdf === null ? '' : `\nwithout report.pdf: ${withoutPdf}`}`,
    };
  } finally {
    await destination.close();
  }
}
