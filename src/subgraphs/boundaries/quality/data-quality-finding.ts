import type { FindingSeverity } from '../../../vocabulary/intake.js';

/** Something doubtful about stored data: told, never silently taken. Intakes notice some; the rest follows from what is stored. */
export interface DataQualityFinding {
  readonly id: string;
  readonly mineId: string;
  /** The area it is about; null: all areas of the document. */
  readonly areaId: string | null;
  readonly areaVersion: number | null;
  /** The licence it is about. */
  readonly licenceId?: string | null;
  /** The other mine of an overlap. */
  readonly otherMineId?: string | null;
  readonly code: string;
  readonly severity: FindingSeverity;
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
  readonly line: number | null;
  readonly ring: number | null;
  readonly vertex: number | null;
  readonly foundAt: Date;
}

export interface DataQualityFilter {
  readonly mineId?: string | null;
  readonly code?: readonly string[] | null;
  readonly severity?: readonly FindingSeverity[] | null;
}
