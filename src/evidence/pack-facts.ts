import type { Activity, CrsClass, ObservationMethod, PermittedAreaKind } from '../vocabulary/boundaries.js';
import type { FindingVerdict, ViolationKind, ViolationState } from '../vocabulary/enforcement.js';

/**
 * What a pack is made of: rows as the hub's views publish them, under the columns' own names, so that `verify` can load
 * them again as they were. Instants are RFC 3339 in UTC, days are Asia/Shanghai, geometries hex EWKB: `geom` in
 * EPSG:4490, `plane` in the plane of judging. Columns that no page or map speaks of travel along unnamed.
 */
export interface PackFacts {
  readonly violation: ViolationFact;
  /** Steps of its life, oldest first. */
  readonly history: readonly TransitionFact[];
  /** Oldest first. */
  readonly series: readonly DayFact[];
  /**
   * By instant of observation: those of the violation, and where it depends on them which findings are its, those of
   * other violations that are connected with it.
   */
  readonly observations: readonly ObservationFact[];
  readonly judgements: readonly JudgementFact[];
  /** Of those judgements, by judgement and ordinal, those of other violations among them. */
  readonly findings: readonly FindingFact[];
  /** Every version that the engine looked at, used in the end or not. */
  readonly areas: readonly AreaFact[];
  readonly licences: readonly RowFact[];
  readonly mines: readonly MineFact[];
  readonly policies: readonly PolicyFact[];
  readonly engine: EngineFact;
  /** What people decided that findings alone do not tell: which of them stay together. None in most packs. */
  readonly decisions: readonly DecisionFact[];
}

/** A row whose columns are only passed on. */
export type RowFact = Readonly<Record<string, unknown>>;

export interface ViolationFact extends RowFact {
  readonly id: string;
  readonly mine_id: string | null;
  readonly other_mine_id: string | null;
  readonly kind: ViolationKind;
  readonly verdict: FindingVerdict;
  readonly state: ViolationState;
  readonly reason: string | null;
  readonly area_m2: number;
  readonly first_area_m2: number;
  readonly overrun_m: number | null;
  readonly depth_overrun_m: number | null;
  readonly first_observed_at: string;
  readonly last_observed_at: string;
  readonly growth_m2_per_day: number | null;
  readonly geom: string;
}

export interface TransitionFact {
  readonly action: string;
  readonly from: ViolationState;
  readonly to: ViolationState;
  readonly by: string;
  readonly at: string;
  readonly note: string | null;
}

/** A violation that people dismissed or closed: it keeps its findings and takes no others, whatever they touch. */
export interface DecisionFact {
  readonly violation_id: string;
  readonly action: string;
  readonly at: string;
  readonly by: string;
  /** Of the findings in the pack those that are its. */
  readonly findings: readonly string[];
}

export interface DayFact {
  readonly observed_on: string;
  readonly area_m2: number;
  readonly overrun_m: number | null;
  readonly depth_overrun_m: number | null;
  readonly growth_m2_per_day: number | null;
}

export interface ObservationFact extends RowFact {
  readonly id: string;
  readonly version: number;
  readonly provider: string;
  readonly provider_ref: string | null;
  readonly mine_id: string | null;
  readonly activity: Activity;
  readonly method: ObservationMethod;
  readonly observed_at: string;
  readonly sigma_m: number;
  readonly z_min_m: number | null;
  readonly z_max_m: number | null;
  readonly sigma_z_m: number | null;
  readonly seam: string | null;
  readonly area_m2: number;
  readonly geom: string;
  readonly plane: string;
}

export interface JudgementFact extends RowFact {
  readonly id: string;
  readonly observation_id: string;
  readonly observation_version: number;
  readonly observed_at: string;
  readonly mine_id: string | null;
  readonly attribution: string;
  readonly plan_verdict: string;
  readonly depth_verdict: string | null;
  readonly depth_overrun_m: number | null;
  readonly footprint_area_m2: number;
  readonly within_area_m2: number;
  readonly excess_area_m2: number;
  readonly sliver_area_m2: number;
  readonly sliver_count: number;
  readonly judging_srid: number;
  readonly areas: readonly { readonly id: string; readonly version: number }[];
  readonly policy_version: number;
  readonly engine: Readonly<Record<string, string>>;
  readonly known_at: string;
  readonly judged_at: string;
  readonly digest: string;
}

export interface FindingFact extends RowFact {
  readonly id: string;
  readonly judgement_id: string;
  readonly observation_id: string;
  readonly ordinal: number;
  readonly mine_id: string | null;
  readonly other_mine_id: string | null;
  readonly kind: ViolationKind;
  readonly verdict: FindingVerdict;
  readonly reason: string | null;
  readonly observed_at: string;
  readonly area_m2: number;
  readonly share: number;
  readonly overrun_m: number | null;
  readonly depth_overrun_m: number | null;
  readonly volume_m3: number | null;
  /** Whether it is one of this violation's. */
  readonly ours: boolean;
  readonly geom: string;
  readonly plane: string;
  /** Where the overrun is greatest. */
  readonly plane_point: string | null;
}

/** A corner as issued: x northing, y easting (latitude, longitude) in the source CRS. */
export interface CornerFact {
  readonly number: string;
  readonly x: number;
  readonly y: number;
  readonly ring: number;
}

export interface AreaFact extends RowFact {
  readonly id: string;
  readonly version: number;
  readonly mine_id: string;
  readonly kind: PermittedAreaKind;
  readonly name: string | null;
  readonly source_srid: number;
  readonly crs_class: CrsClass;
  readonly ceiling_m: number | null;
  readonly floor_m: number | null;
  readonly area_m2: number;
  readonly plane_area_m2: number;
  readonly sigma_m: number;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly recorded_at: string;
  readonly superseded_at: string | null;
  readonly authority: string;
  readonly document_number: string | null;
  readonly corners: readonly CornerFact[];
  /** Observations whose judgement names it; the others only had it in view. */
  readonly used_by: readonly string[];
  readonly geom: string;
  readonly plane_geom: string;
  readonly plane: string;
  /** The corners' numbers and places in the plane of judging: easting, northing. */
  readonly plane_corners: readonly (readonly [number: string, easting: number, northing: number])[];
}

export interface MineFact extends RowFact {
  readonly id: string;
  /** Null: whoever asked for the pack may not see this mine. */
  readonly code: string | null;
  readonly name: string | null;
  readonly division_code: string | null;
  readonly division_name: string | null;
  readonly operator_name: string | null;
  readonly location: string | null;
}

export interface PolicyFact extends RowFact {
  readonly version: number;
  readonly k_probable: number;
  readonly k_confirmed: number;
  readonly min_area_m2: number;
  readonly attribution_radius_m: number;
}

export interface EngineFact {
  /** Package version of the hub that issued the pack. */
  readonly hub: string;
  readonly versions: Readonly<Record<string, string>>;
  /** The statements by file name, as the database runs them. */
  readonly sql: Readonly<Record<string, string>>;
}
