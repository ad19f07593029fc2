import type { Activity, ObservationMethod } from '../../../vocabulary/boundaries.js';
import type { SightingInstant, Withdrawal } from '../../../vocabulary/versions.js';

/** Where an activity was seen (图斑). Its geometry is read apart. */
export interface Observation {
  readonly id: string;
  readonly version: number;
  readonly provider: string;
  readonly providerRef: string | null;
  readonly mineId: string | null;
  readonly activity: Activity;
  readonly method: ObservationMethod;
  readonly observedAt: Date;
  /** Horizontal accuracy, 1σ, metres. */
  readonly sigmaMetres: number;
  readonly zMinMetres: number | null;
  readonly zMaxMetres: number | null;
  readonly sigmaZMetres: number | null;
  readonly seam: string | null;
  readonly areaSquareMetres: number;
  readonly recordedAt: Date;
  /** Null: it counts. */
  readonly withdrawal: Withdrawal | null;
  /** What it was read at; absent: now. */
  readonly readAt?: SightingInstant;
}

/** Names one version of an observation in one text. */
export const observationVersionId = ({ id, version }: Pick<Observation, 'id' | 'version'>): string =>
  `${id}@${version}`;

/** An observation as it is stored. */
export interface ObservationRecord extends Observation {
  /** Hex EWKB in EPSG:4490. */
  readonly geom: string;
  readonly contentDigest: string;
}

/** An observation as a write finds it. */
export interface StoredObservation {
  readonly observation: Observation;
  readonly contentDigest: string;
  /** Whether the principal may see it, as every read decides; who may not must neither change it nor be told of it. */
  readonly visible: boolean;
}

/** A record that has been stored: its geometry is now looked up. */
export function observed(record: ObservationRecord): Observation {
  const { geom: _geom, contentDigest: _digest, ...observation } = record;
  return observation;
}

/** What a provider says of what was seen; keyed by provider and providerRef where that is given. */
export interface ObservationFacts {
  readonly provider: string;
  readonly providerRef?: string | null;
  readonly mineCode?: string | null;
  readonly activity: Activity;
  readonly method: ObservationMethod;
  readonly observedAt: Date;
  /** GeoJSON Polygon or MultiPolygon, longitude and latitude in CGCS2000. */
  readonly geometry: object;
  readonly sigmaMetres: number;
  readonly zMinMetres?: number | null;
  readonly zMaxMetres?: number | null;
  readonly sigmaZMetres?: number | null;
  readonly seam?: string | null;
}

export interface ObservationFilter {
  readonly mineIds?: readonly string[] | null;
  readonly divisionCode?: string | null;
  readonly activity?: readonly Activity[] | null;
  readonly method?: readonly ObservationMethod[] | null;
  readonly provider?: string | null;
  readonly observedFrom?: Date | null;
  /** The first instant no longer meant. */
  readonly observedTo?: Date | null;
  /** Those that were withdrawn, in place of those that count. */
  readonly withdrawn?: boolean | null;
}

export interface ObservationRejection {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly ring: number | null;
  readonly vertex: number | null;
}

export interface ObservationSubmission {
  readonly observations: readonly Observation[];
  readonly judgements: readonly { readonly id: string }[];
  readonly violations: readonly { readonly id: string }[];
  /** What observations that were known in another version changed; null: there was none. */
  readonly judgementDiffId: string | null;
  readonly rejected: readonly ObservationRejection[];
}
