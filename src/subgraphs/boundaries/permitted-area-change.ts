import type { IntakeEncoding, IntakeFormat } from '../../vocabulary/intake.js';
import type { PermittedArea } from './permitted-area.js';

/** The right outline of an area: a file that holds one area. */
export interface CorrectedOutline {
  readonly format: IntakeFormat;
  readonly content: string;
  readonly encoding: IntakeEncoding;
  /** EPSG code, only where the file does not say. */
  readonly srid?: number | null;
}

/** What was on record wrongly, as it should have been; what is left out stays. */
export interface AreaCorrection {
  readonly outline?: CorrectedOutline | null;
  readonly validFrom?: string | null;
  /** Null: without end. */
  readonly validTo?: string | null | undefined;
  readonly ceilingMetres?: number | null | undefined;
  readonly floorMetres?: number | null | undefined;
  readonly statedAreaSquareMetres?: number | null | undefined;
  readonly sigmaMetres?: number | null;
  readonly sigmaZMetres?: number | null;
  readonly authority?: string | null;
}

type Corrected = Pick<
  PermittedArea,
  | 'validFrom'
  | 'validTo'
  | 'ceilingMetres'
  | 'floorMetres'
  | 'statedAreaSquareMetres'
  | 'sigmaMetres'
  | 'sigmaZMetres'
  | 'authority'
>;

/** The facts as corrected: null takes away what may be absent, and leaves alone what may not. */
export function correctedFacts(area: PermittedArea, correction: AreaCorrection): Corrected {
  const optional = <K extends 'validTo' | 'ceilingMetres' | 'floorMetres' | 'statedAreaSquareMetres'>(
    key: K,
  ) => (correction[key] === undefined ? area[key] : correction[key]) as PermittedArea[K];
  return {
    validFrom: correction.validFrom ?? area.validFrom,
    validTo: optional('validTo'),
    ceilingMetres: optional('ceilingMetres'),
    floorMetres: optional('floorMetres'),
    statedAreaSquareMetres: optional('statedAreaSquareMetres'),
    sigmaMetres: correction.sigmaMetres ?? area.sigmaMetres,
    sigmaZMetres: correction.sigmaZMetres ?? area.sigmaZMetres,
    authority: correction.authority ?? area.authority,
  };
}

/** Why an area's validity cannot end on `on`, the first day not covered; null: it can. */
export function endingFault({ validFrom, validTo }: PermittedArea, on: string): string | null {
  if (on <= validFrom) {
    return `An area valid from ${validFrom} cannot end on ${on}: if it never was in force, withdraw it.`;
  }
  if (validTo !== null && validTo <= on) {
    return `The area ends on ${validTo} already; to have it end later, correct it.`;
  }
  return null;
}
