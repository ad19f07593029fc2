import { AppError } from '../../../platform/errors.js';
import {
  type Bounds,
  boundsFault,
  ELEVATION,
  SIGMA,
  STATED_SQUARE_METRES,
} from '../../../vocabulary/bounds.js';
import type { IntakeOptions } from './intake.js';

/** As files with half a band are refused. */
const HALF_BAND = 'An elevation band has a floor and a ceiling, or there is none:';

/** Numbers of an area's document, each with what it may be. */
const NUMBERS = {
  sigmaMetres: SIGMA,
  sigmaZMetres: SIGMA,
  statedAreaSquareMetres: STATED_SQUARE_METRES,
  ceilingMetres: ELEVATION,
  floorMetres: ELEVATION,
} as const satisfies Partial<Record<keyof IntakeOptions, Bounds>>;

/** Refuses options that no import could be made with. Errors: `BAD_USER_INPUT` with the option at fault. */
export function checkIntakeOptions(options: IntakeOptions): void {
  const refuse = (option: string, message: string): never => {
    throw new AppError('BAD_USER_INPUT', message, { field: `options.${option}` });
  };
  if (options.authority.trim() === '') refuse('authority', 'An area needs the authority that permitted it.');
  if (options.validTo != null && options.validTo <= options.validFrom) {
    refuse('validTo', `validTo is the first day no longer covered: it must come after ${options.validFrom}.`);
  }
  for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    const value = options[name];
    const fault = value == null ? null : boundsFault(name, value, NUMBERS[name]);
    if (fault !== null) refuse(name, fault);
  }
  const { floorMetres, ceilingMetres } = options;
  if ((floorMetres == null) !== (ceilingMetres == null)) {
    const missing = floorMetres == null ? 'floorMetres' : 'ceilingMetres';
    refuse(missing, `${HALF_BAND} ${missing} is missing.`);
  }
  if (floorMetres != null && ceilingMetres != null && floorMetres > ceilingMetres) {
    refuse('floorMetres', `The floor of ${floorMetres} m lies above the ceiling of ${ceilingMetres} m.`);
  }
}
