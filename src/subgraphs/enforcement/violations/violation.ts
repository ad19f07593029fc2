import type {
  FindingVerdict,
  VerdictClass,
  ViolationKind,
  ViolationState,
} from '../../../vocabulary/enforcement.js';
import type { MineScale, MiningMethod, ResourceKind } from '../../../vocabulary/registry.js';

/** A lasting thing with identity, built from findings over time. Its geometry is read on its own, when asked for. */
export interface Violation {
  readonly id: string;
  /** Null: no mine could be named (UNLICENSED). */
  readonly mineId: string | null;
  /** The neighbour whose right is encroached upon. */
  readonly otherMineId: string | null;
  readonly kind: ViolationKind;
  readonly verdict: VerdictClass;
  readonly state: ViolationState;
  readonly reason: string | null;
  readonly areaSquareMetres: number;
  readonly firstAreaSquareMetres: number;
  readonly overrunMetres: number | null;
  readonly depthOverrunMetres: number | null;
  readonly firstObservedAt: Date;
  readonly lastObservedAt: Date;
  /** Null as long as it was observed once only. */
  readonly growthSquareMetresPerDay: number | null;
  readonly openedAt: Date;
  readonly updatedAt: Date;
  /** As known at this instant; absent: as it is known now. */
  readonly known?: Date;
}

/** What one judgement found in one place. */
export interface Finding {
  readonly id: string;
  readonly judgementId: string;
  readonly observationId: string;
  readonly ordinal: number;
  readonly mineId: string | null;
  readonly otherMineId: string | null;
  readonly kind: ViolationKind;
  readonly verdict: FindingVerdict;
  /** What the kind alone does not say, for example NOT_YET_VALID. */
  readonly reason: string | null;
  readonly areaSquareMetres: number;
  readonly shareOfFootprint: number;
  readonly overrunMetres: number | null;
  readonly depthOverrunMetres: number | null;
  readonly volumeCubicMetres: number | null;
  readonly observedAt: Date;
}

export interface ViolationFilter {
  readonly mineIds?: readonly string[] | null;
  readonly divisionCode?: string | null;
  readonly kind?: readonly ViolationKind[] | null;
  readonly verdict?: readonly VerdictClass[] | null;
  readonly state?: readonly ViolationState[] | null;
  readonly resource?: readonly ResourceKind[] | null;
  readonly method?: readonly MiningMethod[] | null;
  readonly scale?: readonly MineScale[] | null;
  readonly minAreaSquareMetres?: number | null;
  /** Seen at or after this instant. */
  readonly observedFrom?: Date | null;
  /** First seen before this instant. */
  readonly observedTo?: Date | null;
}

export const ViolationOrder = {
  ID: 'ID',
  AREA_DESC: 'AREA_DESC',
  OVERRUN_DESC: 'OVERRUN_DESC',
  DEPTH_OVERRUN_DESC: 'DEPTH_OVERRUN_DESC',
  GROWTH_DESC: 'GROWTH_DESC',
  FIRST_OBSERVED: 'FIRST_OBSERVED',
  LAST_OBSERVED: 'LAST_OBSERVED',
} as const;
export type ViolationOrder = keyof typeof ViolationOrder;

/** Square metres in mu (亩), the unit in which field checks are ordered: 1 mu = 2000/3 m². */
export const muOf = (squareMetres: number): number => (squareMetres * 3) / 2000;
