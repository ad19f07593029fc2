import { AppError } from '../../../platform/errors.js';
import type { IntakeOptions } from './intake.js';

/** Refuses options that no import could be made with. Errors: `BAD_USER_INPUT` with the option at fault. */
export function checkIntakeOptions(options: IntakeOptions): void {
  const refuse = (option: string, message: string): never => {
    throw new AppError('BAD_USER_INPUT', message, { field: `options.${option}` });
  };
  if (options.authority.trim() === '') refuse('authority', 'An area needs the authority that permitted it.');
  if (options.validTo != null && options.validTo <= options.validFrom) {
    refuse('validTo', `validTo is the first day no longer covered: it must come after ${options.validFrom}.`);
  }
  if (!isLength(options.sigmaMetres)) refuse('sigmaMetres', 'sigmaMetres is a number of metres, 0 or more.');
  if (options.sigmaZMetres != null && !isLength(options.sigmaZMetres)) {
    refuse('sigmaZMetres', 'sigmaZMetres is a number of metres, 0 or more.');
  }
  if (options.statedAreaSquareMetres != null && !(options.statedAreaSquareMetres > 0)) {
    refuse('statedAreaSquareMetres', 'A stated area is above 0 square metres.');
  }
  const { floorMetres, ceilingMetres } = options;
  if (floorMetres != null && ceilingMetres != null && floorMetres > ceilingMetres) {
    refuse('floorMetres', `The floor of ${floorMetres} m lies above the ceiling of ${ceilingMetres} m.`);
  }
}

const isLength = (metres: number): boolean => Number.isFinite(metres) && metres >= 0;
