import type { AreaVersionRef } from '../areas/permitted-area.js';

/** Mining rights of two mines that overlap in plan and in elevation. */
export interface BoundaryConflict {
  readonly id: string;
  readonly area: AreaVersionRef;
  readonly mineId: string;
  readonly otherArea: AreaVersionRef;
  readonly otherMineId: string;
  /** Of the overlap, on the ellipsoid. */
  readonly areaSquareMetres: number;
}

/** Another mine whose mining right is near. */
export interface Neighbour {
  readonly mineId: string;
  /** Between the mining rights, on the ellipsoid; 0 where they touch or overlap. */
  readonly distanceMetres: number;
}

export interface ConflictQuery {
  readonly divisionCode: string | null;
  /** Day on which both rights are in force. */
  readonly validOn: string;
  /** Overlaps below this are rounding of a common edge. */
  readonly minAreaSquareMetres: number;
}
