import type { Activity, PermittedAreaKind } from '../../src/vocabulary/boundaries.js';
import type { Shape } from './situation.js';

/**
 * A situation as an oracle reads it: plain facts, nothing of the hub. Coordinates are metres from `origin` in the plane
 * `srid`; mines are ids; days are `YYYY-MM-DD` in Asia/Shanghai, periods half-open. The Python oracle reads the same as JSON.
 */
export interface OracleSituation {
  readonly number: number;
  readonly srid: number;
  readonly origin: { readonly x: number; readonly y: number };
  /** Instant at which it is judged. */
  readonly known: string;
  readonly policy: OraclePolicy;
  /** Mines by id, each with a code that the registry knows it by. */
  readonly mines: readonly { readonly id: string; readonly code: string }[];
  readonly areas: readonly OracleArea[];
  readonly licences: readonly OracleLicence[];
  readonly observation: OracleObservation;
}

export interface OraclePolicy {
  readonly kProbable: number;
  readonly kConfirmed: number;
  readonly minArea: number;
  readonly radius: number;
}

export interface OracleArea {
  readonly id: string;
  readonly version: number;
  readonly mine: string;
  readonly kind: PermittedAreaKind;
  readonly shape: Shape;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly recordedAt: string;
  readonly supersededAt: string | null;
  readonly sigma: number;
  readonly sigmaZ: number;
  readonly ballpark: boolean;
  readonly ceiling: number | null;
  readonly floor: number | null;
}

export interface OracleLicence {
  readonly id: string;
  readonly mine: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly seams: readonly string[];
}

export interface OracleObservation {
  readonly id: string;
  readonly mine: string | null;
  readonly activity: Activity;
  readonly observedAt: string;
  /** One polygon or several that do not touch. */
  readonly shapes: readonly Shape[];
  readonly sigma: number;
  readonly zMin: number | null;
  readonly zMax: number | null;
  readonly sigmaZ: number | null;
  readonly seam: string | null;
}

/** What an oracle says of a situation. */
export interface OracleVerdict {
  readonly number: number;
  /** Why nothing can be said of kinds and classes: a figure lies on a limit. */
  readonly doubts: readonly string[];
  readonly mine: string | null;
  readonly attribution: string;
  readonly plan: string;
  readonly depth: string | null;
  readonly depthOverrun: number | null;
  /** m² on the ellipsoid. */
  readonly footprint: number;
  readonly slivers: number;
  readonly sliverArea: number;
  readonly findings: readonly OracleFinding[];
}

export interface OracleFinding {
  readonly kind: string;
  readonly reason: string | null;
  readonly verdict: string;
  readonly other: string | null;
  readonly area: number;
  /** Bounds of the greatest distance, metres; null where there was nothing to measure it to. */
  readonly overrun: Range | null;
  readonly depthOverrun: number | null;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}
