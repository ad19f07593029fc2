import type { Command } from 'commander';
import { z } from 'zod';
import { isCalendarDay, isCalendarInstant } from '../platform/calendar-day.js';
import { badInput } from '../platform/errors.js';
import type { ExportRequest } from '../subgraphs/boundaries/export/export.js';
import { WRITABLE_FORMATS } from '../subgraphs/boundaries/formats/writers.js';
import { createExportService } from '../subgraphs/boundaries/services.js';
import { PermittedAreaKind } from '../vocabulary/boundaries.js';
import { IntakeFormat } from '../vocabulary/intake.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION } from './cli.js';
import { Destination } from './destination.js';
import { flagOf } from './import-options.js';
import { withSession } from './session.js';
import { counted } from './table.js';

interface ExportFlags extends CommonOptions {
  readonly format?: string;
  readonly mine?: string;
  readonly kind?: readonly string[];
  readonly asOf?: string;
  readonly known?: string;
  readonly srid?: string;
  readonly out: string;
}

interface ExportReport {
  readonly file: string;
  readonly format: IntakeFormat;
  readonly areas: number;
  readonly bytes: number;
}

/** `minebound export`: permitted areas as a file that others read. */
export function addExportCommand(program: Command, cli: Cli): void {
  const command = program
    .command('export')
    .description('write permitted areas to a file')
    .requiredOption('--format <format>', WRITABLE_FORMATS.join(', '))
    .requiredOption('--out <path>', 'the file to write, or a folder (one to be made ends in /)')
    .option('--mine <code>', 'the mine (listings are of one; the other formats hold all)')
    .option('--kind <kind...>', 'kinds of area (default: all; a format of text holds one kind)')
    .option('--as-of <day>', 'in force on that day (default: whether in force or not)')
    .option('--known <instant>', 'as it was known then, like 2026-03-01T00:00:00+08:00 (default: now)')
    .option('--srid <code>', 'EPSG code of the corners (default: as issued)')
    .option(...JSON_OPTION)
    .action(async (flags: ExportFlags) => {
      const request = exportRequest(flags);
      const report = await withSession(cli, { ...flags, prepare: false }, async ({ deps, context }) => {
        const file = await createExportService(deps).open(context, request);
        const destination = await Destination.open(flags.out);
        try {
          const { path, bytes } = await destination.write(file.fileName, file.chunks);
          return { file: path, format: request.format, areas: file.areas(), bytes };
        } finally {
          await destination.close();
        }
      });
      cli.print(flags, { data: report, text: reportText(report) });
    });
  examples(
    command,
    'minebound export --format corner-list --mine DEMO-210381-01 --kind MINING_RIGHT --out corners.txt',
    'minebound export --format land-txt --mine DEMO-210381-01 --kind MINING_RIGHT --as-of 2026-03-01 --out land.txt',
    'minebound export --format geojson --out areas.geojson',
  );
}

const reportText = ({ file, format, areas, bytes }: ExportReport): string =>
  `Wrote ${counted(areas, 'area')} to ${file} (${format}, ${bytes} bytes).`;

const word = (text: string): string => text.toUpperCase().replaceAll('-', '_');

const INSTANT = 'must be an instant like 2026-03-01T00:00:00+08:00';

const SCHEMA = z.object({
  format: z
    .string()
    .transform(word)
    .pipe(z.enum(IntakeFormat, `is one of ${WRITABLE_FORMATS.join(', ')}`)),
  mine: z.string().min(1).optional(),
  kind: z.array(z.string().transform(word).pipe(z.enum(PermittedAreaKind))).optional(),
  asOf: z.string().refine(isCalendarDay, 'must be a day like 2026-03-01').optional(),
  known: z.iso
    .datetime({ offset: true, message: INSTANT })
    .refine((text) => isCalendarInstant(new Date(text)), INSTANT)
    .optional(),
  srid: z.coerce.number('must be an EPSG code').int('must be an EPSG code').optional(),
});

/** Errors: `BAD_USER_INPUT` naming the option at fault. */
function exportRequest(flags: ExportFlags): ExportRequest {
  const parsed = SCHEMA.safeParse(flags);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badInput(`--${flagOf(String(issue?.path[0] ?? ''))}: ${issue?.message ?? 'not valid'}.`);
  }
  const { format, mine, kind, asOf, known, srid } = parsed.data;
  return {
    format,
    mineCode: mine ?? null,
    kinds: kind ?? null,
    validOn: asOf ?? null,
    known: known === undefined ? null : new Date(known),
    srid: srid ?? null,
  };
}
