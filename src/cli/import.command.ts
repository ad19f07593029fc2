import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError, badInput } from '../platform/errors.js';
import { idFromKey } from '../platform/ids.js';
import { readIntakeFile } from '../subgraphs/boundaries/formats/formats.js';
import { inputOfBytes } from '../subgraphs/boundaries/formats/intake-input.js';
import { createIntakeService } from '../subgraphs/boundaries/services.js';
import { IntakeFormat } from '../vocabulary/intake.js';
import { addBulkOptions, type BulkFlags, bulkImport, refuseBulkOptions } from './bulk-import.js';
import { type Cli, examples, JSON_OPTION } from './cli.js';
import { type ImportOptions, readImportOptions } from './import-options.js';
import { type ImportReport, importReport, importText, rejectionText } from './import-report.js';
import { findMine, firstCorner } from './mine-of-file.js';
import { type Session, withSession } from './session.js';

/** Faults that are told of a file without a mine. */
const MOST_TOLD = 1000;

/** `minebound import <file>`: permitted areas from a file somebody issued. */
export function addImportCommand(program: Command, cli: Cli): void {
  const command = program
    .command('import')
    .description('import permitted areas from a file in any of the formats: all of it or nothing')
    .argument('<file>', 'the file; text in UTF-8 or GB 18030 (GBK)')
    .option('--mine <code>', 'the mine; without it, the only mine near the first corner')
    .option('--kind <kind>', 'what kind of area (default: MINING_RIGHT)')
    .option('--format <format>', `${Object.keys(IntakeFormat).join(', ')} (default: told by the content)`)
    .option('--authority <name>', 'who permitted it')
    .option('--valid-from <day>', 'first day covered (default: today)')
    .option('--valid-to <day>', 'first day no longer covered (default: without end)')
    .option('--sigma <metres>', 'accuracy of the corners, 1σ (default: 0.1)')
    .option('--sigma-z <metres>', 'accuracy of the elevation band, 1σ (default: 0)')
    .option('--srid <code>', 'EPSG code, where the file does not say')
    .option('--licence <number>', 'the licence it belongs to')
    .option('--document <number>', 'the document it was published in')
    .option(
      '--stated-area <area>',
      'what the document says of all areas together, like 1.0685km2 or 1602.75mu',
    )
    .option('--dry-run', 'check and tell, but write nothing')
    .option(...JSON_OPTION)
    .action(async (path: string, { bulk, ...flags }: BulkFlags) => {
      const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        throw badInput(`${path} cannot be read (${error.code ?? error.message}).`);
      });
      if (bulk) return bulkImport(cli, path, content, flags);
      refuseBulkOptions(flags);
      const report = await withSession(cli, { ...flags, prepare: true, settle: true }, (session) =>
        importFile(session, path, content, readImportOptions(path, flags, session.context.clock.now())),
      );
      const isRejected = report.rejected.length > 0;
      cli.print(flags, {
        data: report,
        text: isRejected ? rejectionText(path, report.rejected) : importText(report),
        shortfall: isRejected ? 'INTAKE_REJECTED' : null,
      });
    });
  examples(
    addBulkOptions(command),
    'minebound import test/fixtures/notices/liaoning-2025-54.txt',
    'minebound import notice.txt --mine DEMO-210381-01 --document 辽采协示字〔2025〕54号 --stated-area 1.0685km2',
    'minebound import stripping.geojson --mine DEMO-210381-01 --kind STRIPPING_LAND --valid-from 2026-01-01 --valid-to 2028-01-01',
    'minebound import old-licence.txt --mine DEMO-210381-01 --srid 2365 --dry-run --json',
    'minebound import province.gpkg --bulk --mine-column code --valid-from 2026-01-01',
  ).addHelpText(
    'after',
    '\nWhat is not given as an option is looked for in a JSON file of the same name beside the file (notice.txt,\n' +
      'notice.json), under the same words: {"document": "…", "statedArea": "1.0685km2", "validFrom": "2025-12-01"}.',
  );
}

async function importFile(
  session: Session,
  path: string,
  content: Buffer,
  options: ImportOptions,
): Promise<ImportReport> {
  const { deps, context, config } = session;
  const input = inputOfBytes(content);
  const { mine: code, licence, format, assumed: _assumed, ...rest } = options;
  const { features, issues } = await readIntakeFile(format, input, options.srid, config.extent);
  if (code === null && features.length === 0 && issues.length > 0) {
    // Nobody need know whose the file is to be told what is wrong with it.
    const rejected = issues.slice(0, MOST_TOLD).map((issue) => ({ ...issue, path: null }));
    throw new AppError('INTAKE_REJECTED', rejectionText(path, rejected), { rejected });
  }
  const corner = await firstCorner(deps.knex, features);
  const mine = await findMine(session, code, corner);
  const request = {
    mineId: mine.id,
    format,
    content: content.toString('base64'),
    encoding: 'BASE64',
    options: { ...rest, licenceId: licence && idFromKey('licence', licence) },
  } as const;
  const result = await createIntakeService(deps)
    .importPermittedAreas(context, request)
    .catch((error: unknown) => {
      throw isOfLicence(error) ? noLicence(licence, mine.code) : error;
    });
  return importReport(mine, result, corner, options);
}

const isOfLicence = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'NOT_FOUND' && error.details['field'] === 'options.licenceId';

/** The graph names a licence by id, the command line by number. */
const noLicence = (number: string | null, mineCode: string): AppError =>
  new AppError('NOT_FOUND', `--licence: mine ${mineCode} has no licence ${number} that you may see.`, {
    field: 'licence',
  });
