import type { AreaConvention } from '../../../vocabulary/intake.js';
import type { Ground } from '../areas/permitted-area.js';

/** A document's stated area beside the two that the hub computes for all its areas together. */
export interface StatedArea {
  readonly statedSquareMetres: number;
  readonly ellipsoidalSquareMetres: number;
  readonly planeSquareMetres: number;
  readonly convention: AreaConvention;
  /** Whether the plane area agrees as well, so that the figure alone does not tell the two apart. */
  readonly planeAgrees: boolean;
}

/**
 * What rounding alone can do. Stated areas have four decimals of a square kilometre (±50 m²; precision rule of the
 * registry, docs/formats.md), computed ones differ between programs by a few parts in a million (where edges are
 * taken as straight).
 */
const HALF_LAST_DECIMAL_SQUARE_METRES = 50;
const RELATIVE_METHOD_TOLERANCE = 5e-6;

/**
 * Which convention a stated area was computed by. The ellipsoidal one is the area of record (August 2022 notice,
 * TD/T 1055-2019 appendix D), so it is the answer wherever it agrees; older documents state the plane area.
 */
export function compareStatedArea(stated: number, ground: Ground): StatedArea {
  const { areaSquareMetres: ellipsoidal, planeAreaSquareMetres: plane } = ground;
  const agrees = (computed: number): boolean =>
    Math.abs(computed - stated) <= HALF_LAST_DECIMAL_SQUARE_METRES + RELATIVE_METHOD_TOLERANCE * stated;
  const planeAgrees = agrees(plane);
  return {
    statedSquareMetres: stated,
    ellipsoidalSquareMetres: ellipsoidal,
    planeSquareMetres: plane,
    convention: agrees(ellipsoidal) ? 'ELLIPSOIDAL' : planeAgrees ? 'PLANE' : 'NEITHER',
    planeAgrees,
  };
}
