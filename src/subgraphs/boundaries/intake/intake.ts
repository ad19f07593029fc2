import type { PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import type { IntakeEncoding, IntakeFormat } from '../../../vocabulary/intake.js';
import type { PermittedArea } from '../areas/permitted-area.js';
import type { DataQualityFinding } from '../quality/data-quality-finding.js';
import type { StatedArea } from './stated-area.js';

/** What a file of permitted areas does not say itself. */
export interface IntakeOptions {
  readonly kind: PermittedAreaKind;
  readonly authority: string;
  /** Days in Asia/Shanghai, `[validFrom, validTo)`. */
  readonly validFrom: string;
  readonly validTo?: string | null;
  /** Positional accuracy of the corners, 1σ, metres. */
  readonly sigmaMetres: number;
  /** Accuracy of the elevation band, 1σ, metres; 0 unless given. */
  readonly sigmaZMetres?: number | null;
  /** EPSG code, only where the file does not say. */
  readonly srid?: number | null;
  readonly licenceId?: string | null;
  readonly documentNumber?: string | null;
  /** Of all areas of the file together. */
  readonly statedAreaSquareMetres?: number | null;
  /** Elevation band, metres, of areas whose file gives none. */
  readonly ceilingMetres?: number | null;
  readonly floorMetres?: number | null;
  /** Why the file is imported again, for those of its areas that it corrects. */
  readonly reason?: string | null;
  /** Check and tell, but write nothing. */
  readonly dryRun?: boolean | null;
}

export interface IntakeRequest {
  readonly mineId: string;
  /** Null: told by the content. */
  readonly format: IntakeFormat | null;
  readonly content: string;
  readonly encoding: IntakeEncoding;
  readonly options: IntakeOptions;
}

/** A fault of a file: nothing of it was written. */
export interface IntakeRejection {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
  readonly line: number | null;
  readonly ring: number | null;
  readonly vertex: number | null;
}

export interface IntakeResult {
  /** In the order of the file; unchanged ones as they are stored. */
  readonly areas: readonly PermittedArea[];
  readonly recorded: number;
  readonly corrected: number;
  readonly unchanged: number;
  readonly statedArea: StatedArea | null;
  readonly findings: readonly DataQualityFinding[];
  readonly rejected: readonly IntakeRejection[];
  /** What the import changed in the verdicts; null: nothing was judged again. */
  readonly judgementDiffId: string | null;
}
