import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { badInput } from '../platform/errors.js';
import { createEvidenceService } from '../subgraphs/enforcement/services.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION } from './cli.js';
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
      'file or folder to write to; a folder gets the file under the name of its digest',
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
        const { pack, fileName, bytes, withoutPdf } = await evidence.issue(context, violation);
        const path = await writtenTo(flags.out ?? '.', fileName, bytes);
        cli.print(flags, {
          data: { path, bytes: bytes.length, ...pack, withoutPdf },
          text: `${path}\npack ${pack.sequence}, digest ${pack.digest}${withoutPdf === null ? '' : `\nwithout report.pdf: ${withoutPdf}`}`,
        });
      });
    });
  examples(
    command,
    'minebound evidence 1f0c1a52-6f0e-8c3b-9d1e-2b7c3a4d5e6f --out packs/',
    'minebound evidence --public-key > hub-key.pem',
  );
}

async function writtenTo(out: string, fileName: string, bytes: Uint8Array): Promise<string> {
  const isFolder = out.endsWith('/') || (await stat(out).catch(() => null))?.isDirectory() === true;
  const path = isFolder ? join(out, fileName) : out;
  try {
    await writeFile(path, bytes);
  } catch (error) {
    throw badInput(`${path} cannot be written: ${(error as Error).message}`, { field: 'out' });
  }
  return path;
}
