import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { polygon } from '@turf/helpers';
import type { BBox, Feature, Polygon } from 'geojson';
import type { CornerArea } from './corner-area.js';

interface Shell {
  readonly area: CornerArea;
  readonly shape: Feature<Polygon>;
  readonly box: BBox;
}

/** Comparisons of a corner and an edge that one file is worth; beyond them boxes decide, and PostGIS after that. */
const MOST_COMPARISONS = 2_000_000;
/** What asking costs beside the edges. */
const COMPARISONS_OF_A_QUESTION = 20;

/** The areas that a listing adds, to be asked which of them hold a hole. */
export class ShellIndex {
  private readonly shells: readonly Shell[];
  private budget = MOST_COMPARISONS;

  constructor(areas: readonly CornerArea[]) {
    this.shells = areas.filter(isRing).map((area) => {
      const ring = area.corners.map(({ x, y }) => [y, x]);
      const box = boxOf(area);
      return { area, box, shape: polygon([[...ring, ...ring.slice(0, 1)]], {}, { bbox: box }) };
    });
  }

  /**
   * The areas that hold `hole`. Where none does, `outside` is the index of the corner that leaves the one that
   * follows it farthest.
   */
  holding(hole: CornerArea): { readonly areas: readonly CornerArea[]; readonly outside: number } {
    let outside = 0;
    const areas = this.shells.flatMap((shell) => {
      const corner = this.firstOutside(hole, shell);
      outside = Math.max(outside, corner);
      return corner < 0 ? [shell.area] : [];
    });
    return { areas, outside };
  }

  /** Index of the first corner of `hole` outside the shell, or -1. */
  private firstOutside(hole: CornerArea, { area, shape, box: [west, south, east, north] }: Shell): number {
    return hole.corners.findIndex(({ x, y }) => {
      if (y < west || y > east || x < south || x > north) return true;
      if (this.budget <= 0) return false;
      this.budget -= area.corners.length + COMPARISONS_OF_A_QUESTION;
      return !booleanPointInPolygon([y, x], shape);
    });
  }
}

export const isRing = (area: CornerArea): boolean =>
  area.corners.length >= 3 && area.corners.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));

function boxOf(area: CornerArea): BBox {
  let [west, south, east, north] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const { x, y } of area.corners) {
    west = Math.min(west, y);
    east = Math.max(east, y);
    south = Math.min(south, x);
    north = Math.max(north, x);
  }
  return [west, south, east, north];
}
