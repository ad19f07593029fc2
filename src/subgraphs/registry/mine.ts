import type { Point } from 'geojson';
import type { MineScale, MineStatus, MiningMethod, ResourceKind } from '../../vocabulary/registry.js';

/** The unit everything hangs on (矿山). */
export interface Mine {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly resource: ResourceKind;
  readonly method: MiningMethod;
  readonly scale: MineScale;
  readonly status: MineStatus;
  readonly capacityTonnesPerYear: number | null;
  readonly operatorId: string;
  readonly divisionCode: string;
  readonly updatedAt: Date;
}

/** A mine as it is stored, with what most readers do not ask for. */
export interface MineRecord extends Mine {
  /** Longitude, latitude in CGCS2000. */
  readonly location: Point | null;
}

/** A permitted area that has a new version, as its mine lies in another zone. */
export interface RedrawnArea {
  readonly id: string;
  readonly version: number;
  readonly mineId: string;
  readonly kind: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly contentDigest: string;
}

/** What a source says of a mine; `code` is its key. */
export interface MineFacts {
  readonly code: string;
  readonly name: string;
  readonly resource: ResourceKind;
  readonly method: MiningMethod;
  readonly scale: MineScale;
  readonly status: MineStatus;
  readonly capacityTonnesPerYear: number | null;
  readonly location: Point | null;
  readonly divisionCode: string;
  readonly operatorName: string;
  readonly operatorCreditCode: string;
}

export interface MineFilter {
  readonly divisionCode?: string | null;
  readonly resource?: readonly ResourceKind[] | null;
  readonly method?: readonly MiningMethod[] | null;
  readonly scale?: readonly MineScale[] | null;
  readonly status?: readonly MineStatus[] | null;
  readonly operatorId?: string | null;
  /** Part of the name or the code. */
  readonly search?: string | null;
}

export const MineOrder = { ID: 'ID', CODE: 'CODE', NAME: 'NAME', UPDATED_AT: 'UPDATED_AT' } as const;
export type MineOrder = keyof typeof MineOrder;
