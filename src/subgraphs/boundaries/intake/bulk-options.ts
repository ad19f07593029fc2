import { z } from 'zod';
import { isCalendarDay } from '../../../platform/calendar-day.js';
import { AppError } from '../../../platform/errors.js';
import { idFromKey } from '../../../platform/ids.js';
import { PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import type { BulkFacts } from '../formats/geopackage-bulk.js';
import { kindNamed } from '../formats/kind-words.js';
import type { IntakeOptions } from './intake.js';
import { checkIntakeOptions } from './intake-options.js';

const day = z.string().refine(isCalendarDay, 'give a day like 2025-12-01');
const metres = z.coerce.number('give a number of metres').min(0, 'give 0 or more metres');

const FACTS = z.object({
  kind: z
    .string()
    .transform((words) => kindNamed(words) ?? words)
    .pipe(z.enum(PermittedAreaKind, `give one of ${Object.keys(PermittedAreaKind).join(', ')}`)),
  authority: z.string().min(1),
  document: z.string().optional(),
  licence: z.string().optional(),
  validFrom: day,
  validTo: day.optional(),
  sigma: metres,
  sigmaZ: metres.optional(),
  statedArea: z.coerce.number('give a number of square metres').optional(),
});

/** Options of a bulk import as facts of every row that does not say otherwise. */
export function defaultFacts(options: IntakeOptions, licenceNumber: string | null): BulkFacts {
  return {
    kind: options.kind,
    authority: options.authority,
    validFrom: options.validFrom,
    sigma: String(options.sigmaMetres),
    ...(options.sigmaZMetres != null && { sigmaZ: String(options.sigmaZMetres) }),
    ...(options.validTo != null && { validTo: options.validTo }),
    ...(options.documentNumber != null && { document: options.documentNumber }),
    ...(licenceNumber !== null && { licence: licenceNumber }),
  };
}

/** The options of one document; text says why its rows cannot be imported. */
export function optionsOf(facts: BulkFacts, options: IntakeOptions): IntakeOptions | string {
  const parsed = FACTS.safeParse(facts);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const column = String(issue?.path[0] ?? '');
    return `${column} is ${JSON.stringify(facts[column as keyof BulkFacts] ?? null)}: ${issue?.message}.`;
  }
  const { sigma, sigmaZ, statedArea, document, licence, validTo, ...rest } = parsed.data;
  const own = {
    ...options,
    ...rest,
    sigmaMetres: sigma,
    sigmaZMetres: sigmaZ ?? null,
    statedAreaSquareMetres: statedArea ?? null,
    validTo: validTo ?? null,
    documentNumber: document ?? null,
    licenceId: licence === undefined ? null : idFromKey('licence', licence),
  };
  try {
    checkIntakeOptions(own);
    return own;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
