import type { FindingSeverity } from '../../vocabulary/intake.js';

/** What an intake noticed about the data it took: told, never silently imported. */
export interface DataQualityFinding {
  readonly id: string;
  readonly mineId: string;
  /** The area it is about; null: all areas of the document. */
  readonly areaId: string | null;
  readonly areaVersion: number | null;
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
