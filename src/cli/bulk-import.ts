import type { Command } from 'commander';
import { badInput } from '../platform/errors.js';
import type { BulkRejection, BulkResult } from '../subgraphs/boundaries/intake/bulk-intake.js';
import { createBulkIntakeService } from '../subgraphs/boundaries/services.js';
import type { Cli } from './cli.js';
import { flagOf, type ImportFlags, readImportOptions } from './import-options.js';
import { memoryCollector } from './memory.js';
import { createProgress } from './progress.js';
import { withSession } from './session.js';
import { counted, table } from './table.js';

/** Flags of `minebound import --bulk`. */
export interface BulkFlags extends ImportFlags {
  readonly bulk?: boolean;
  readonly mineColumn?: string;
  readonly layer?: string;
}

export const addBulkOptions = (command: Command): Command =>
  command
    .option(
      '--bulk',
      'the file is a GeoPackage of many mines; an import that was stopped goes on where it was',
    )
    .option('--mine-column <column>', 'with --bulk: the column of mine codes (default: mine_code)')
    .option('--layer <table>', 'with --bulk: the table, where the GeoPackage has several');

/** Options that say something of one mine, or are not for files that are taken in parts. */
const NOT_IN_BULK = ['mine', 'format', 'statedArea', 'dryRun'] as const;
const ONLY_IN_BULK = ['layer', 'mineColumn'] as const;

/** Refuses what only files of many mines have. Errors: `BAD_USER_INPUT`. */
export function refuseBulkOptions(flags: BulkFlags): void {
  const unfit = ONLY_IN_BULK.find((flag) => flags[flag] !== undefined);
  if (unfit) throw badInput(`--${flagOf(unfit)} goes with --bulk, for a GeoPackage of many mines.`);
}

const ROWS_BETWEEN_COLLECTIONS = 4000;

/** `minebound import --bulk <file.gpkg>`: permitted areas of many mines. */
export async function bulkImport(
  cli: Cli,
  path: string,
  content: Buffer,
  flags: Omit<BulkFlags, 'bulk'>,
): Promise<void> {
  const unfit = NOT_IN_BULK.find((flag) => flags[flag] !== undefined);
  if (unfit) throw badInput(`--${flagOf(unfit)} is not for --bulk.`);
  const { mineColumn = null, layer = null, ...given } = flags;
  const progress = createProgress(cli.io, flags.json === true);
  const collect = memoryCollector();
  let collectedAt = 0;
  const started = performance.now();
  const result = await withSession(
    cli,
    { ...flags, prepare: true, settle: true },
    async ({ deps, context }) => {
      const options = readImportOptions(path, given, context.clock.now());
      const { licence, assumed: _assumed, mine: _mine, format: _format, ...rest } = options;
      try {
        return await createBulkIntakeService(deps).import(
          context,
          { fileName: path, bytes: content, layer, mineColumn, options: rest, licenceNumber: licence },
          ({ position, rowCount, recorded, rejected }) => {
            progress.at(position, rowCount, `rows, ${recorded} areas recorded, ${rejected} rejected`);
            if (position < collectedAt + ROWS_BETWEEN_COLLECTIONS) return;
            collectedAt = position;
            collect();
          },
        );
      } finally {
        progress.stop();
      }
    },
  );
  const seconds = (performance.now() - started) / 1000;
  cli.print(flags, {
    data: result,
    text: bulkText(result, seconds),
    shortfall: result.rejected > 0 ? 'INTAKE_REJECTED' : null,
  });
}

const MOST_SHOWN = 50;

function bulkText(result: BulkResult, seconds: number): string {
  const { recorded, corrected, unchanged, rejected, rowCount, resumedAt, rejections } = result;
  const resumed =
    resumedAt > 0 ? [`Went on after row ${resumedAt}, where an earlier import had stopped.`] : [];
  return [
    `Imported ${result.fileName}, table ${result.layer}, ${counted(rowCount, 'row')} in ${seconds.toFixed(1)} s: ` +
      `${recorded} recorded, ${corrected} corrected, ${unchanged} unchanged, ${rejected} rejected.`,
    ...resumed,
    ...(rejected === 0 ? [] : ['', rejectionTable(rejections.slice(0, MOST_SHOWN))]),
    ...(rejected > MOST_SHOWN ? [`… and ${rejected - MOST_SHOWN} more (--json lists them).`] : []),
  ].join('\n');
}

const rejectionTable = (rejections: readonly BulkRejection[]): string =>
  table([
    ['row', 'mine', 'code', 'place', 'what is wrong'],
    ...rejections.map(({ row, mineCode, code, ring, vertex, message }) => {
      const place = [ring === null ? '' : `ring ${ring}`, vertex === null ? '' : `vertex ${vertex}`];
      return [row, mineCode, code, place.filter(Boolean).join(', '), message];
    }),
  ]);
