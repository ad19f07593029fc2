import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { isCalendarDay } from '../platform/calendar-day.js';
import { badInput } from '../platform/errors.js';
import { PermittedAreaKind } from '../vocabulary/boundaries.js';
import { IntakeFormat } from '../vocabulary/intake.js';
import { legalDate } from '../vocabulary/time.js';
import type { CommonOptions } from './cli.js';

/** Flags of `minebound import`, as commander hands them over. */
export interface ImportFlags extends CommonOptions {
  readonly mine?: string;
  readonly kind?: string;
  readonly format?: string;
  readonly authority?: string;
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly sigma?: string;
  readonly sigmaZ?: string;
  readonly srid?: string;
  readonly licence?: string;
  readonly document?: string;
  readonly statedArea?: string;
  readonly dryRun?: boolean;
}

/** What a file of areas does not say itself, from flags, the file beside it, and defaults. */
export interface ImportOptions {
  readonly mine: string | null;
  readonly kind: PermittedAreaKind;
  /** Null: told by the content. */
  readonly format: IntakeFormat | null;
  readonly authority: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly sigmaMetres: number;
  readonly sigmaZMetres: number | null;
  readonly srid: number | null;
  readonly licence: string | null;
  readonly documentNumber: string | null;
  readonly statedAreaSquareMetres: number | null;
  readonly dryRun: boolean;
  /** What was assumed because nobody said it, for the reader. */
  readonly assumed: readonly string[];
}

/** Corners are surveyed to centimetres and listed to millimetres; 0.1 m is what a reader may rely on. */
const DEFAULT_SIGMA_METRES = '0.1';
const UNSTATED_AUTHORITY = 'not stated';

const day = z.string().refine(isCalendarDay, 'must be a day like 2025-12-01');
const metres = z.coerce.number('must be a number of metres').min(0, 'must be 0 or more');

const SCHEMA = z.strictObject({
  mine: z.string().min(1).optional(),
  kind: z.enum(PermittedAreaKind).default('MINING_RIGHT'),
  format: z.enum(IntakeFormat).optional(),
  authority: z.string().min(1).optional(),
  validFrom: day.optional(),
  validTo: day.optional(),
  sigma: metres.default(Number(DEFAULT_SIGMA_METRES)),
  sigmaZ: metres.optional(),
  srid: z.coerce.number('must be an EPSG code').int().optional(),
  licence: z.string().min(1).optional(),
  document: z.string().min(1).optional(),
  statedArea: z.string().transform(areaOf).optional(),
});

/** Name of the file with options beside an intake file: `notice.txt` → `notice.json`. */
const optionsFileOf = (path: string): string => `${path.replace(/\.[^./\\]+$/, '')}.json`;

/**
 * Flags before the options file beside the intake file (same words as the flags), that before defaults.
 * Errors: `BAD_USER_INPUT` naming the option at fault.
 */
export function readImportOptions(path: string, flags: ImportFlags, now: Date): ImportOptions {
  const { json: _json, dryRun, ...given } = flags;
  const words = upperCased({ ...optionsBeside(path), ...given });
  const parsed = SCHEMA.safeParse(words);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const option = issue?.path[0] === undefined ? '' : `--${flagOf(String(issue.path[0]))}: `;
    throw badInput(`${option}${issue?.message ?? 'not valid'}.`);
  }
  const { sigma, sigmaZ, document, statedArea, ...options } = parsed.data;
  const assumed: string[] = [];
  const assume = <T>(value: T | undefined, otherwise: T, flag: string): T => {
    if (value === undefined) assumed.push(`--${flag} ${JSON.stringify(otherwise)}`);
    return value ?? otherwise;
  };
  return {
    mine: options.mine ?? null,
    kind: options.kind,
    format: options.format ?? null,
    authority: assume(options.authority, UNSTATED_AUTHORITY, 'authority'),
    validFrom: assume(options.validFrom, legalDate(now), 'valid-from'),
    validTo: options.validTo ?? null,
    sigmaMetres: sigma,
    sigmaZMetres: sigmaZ ?? null,
    srid: options.srid ?? null,
    licence: options.licence ?? null,
    documentNumber: document ?? null,
    statedAreaSquareMetres: statedArea ?? null,
    dryRun: dryRun === true,
    assumed,
  };
}

function optionsBeside(path: string): Record<string, unknown> {
  const beside = optionsFileOf(path);
  if (beside === path || !existsSync(beside)) return {};
  try {
    const options = JSON.parse(readFileSync(beside, 'utf8')) as Record<string, unknown>;
    // A GeoJSON that happens to lie there says nothing about this file.
    return 'type' in options ? {} : options;
  } catch (error) {
    throw badInput(`${beside} is not JSON: ${(error as Error).message}.`);
  }
}

const upperCased = (words: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(words).map(([key, value]) => [
      key,
      (key === 'kind' || key === 'format') && typeof value === 'string'
        ? value.toUpperCase().replaceAll('-', '_')
        : value,
    ]),
  );

/** The flag of an option: `validFrom` is given as `--valid-from`. */
export const flagOf = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Square metres by unit; 1 mu (亩) is 2000/3 m². */
const UNITS: Readonly<Record<string, number>> = { m2: 1, km2: 1e6, ha: 1e4, mu: 2000 / 3 };

function areaOf(text: string, issue: z.RefinementCtx): number {
  const [, number = '', unit = ''] = /^([\d.]+)\s*(m2|km2|ha|mu)$/i.exec(text.trim()) ?? [];
  const square = Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (square > 0) return square;
  issue.addIssue({
    code: 'custom',
    message: `"${text}" is not an area with its unit, like 1.0685km2, 1068500m2, 106.85ha or 1602.75mu`,
  });
  return z.NEVER;
}
