import type { IntakeEncoding, IntakeFormat } from '../../../vocabulary/intake.js';
import type { ChangeGrounds } from '../../../vocabulary/versions.js';
import { contentDigest } from '../intake/intake-draft.js';
import {
  type DraftArea,
  following,
  type PermittedArea,
  stored,
  type WholeVersion,
} from './permitted-area.js';

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

/** What stands, and what is to stand after a change. */
export interface ChangedArea {
  readonly before: PermittedArea;
  readonly after: DraftArea;
  /** Whether they differ in their validity only. */
  readonly alike: boolean;
}

/** The version that comes after `last` when it says what `changed` does; null: it says the same already. */
export function nextVersion(
  last: WholeVersion,
  changed: WholeVersion,
  { reason, documentNumber }: ChangeGrounds,
  at: Date,
): ChangedArea | null {
  const { draft, rings } = changed;
  const digest = contentDigest(draft, draft.corners, rings);
  if (digest === last.draft.contentDigest) return null;
  const before = stored(last.draft);
  const { validFrom, validTo } = draft;
  const grounds = { changeReason: reason, changeDocumentNumber: documentNumber };
  return {
    before,
    after: following({ ...draft, ...grounds, contentDigest: digest, recordedAt: at }, before),
    alike: digest === contentDigest({ ...before, validFrom, validTo }, last.draft.corners, last.rings),
  };
}

/** The same area with its validity ended on `on`, the first day not covered. */
export const endedOn = ({ draft, rings }: WholeVersion, on: string): WholeVersion => ({
  draft: { ...draft, validTo: on, change: 'ENDED' },
  rings,
});
