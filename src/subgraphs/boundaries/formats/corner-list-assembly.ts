import { booleanPointInPolygon, polygon } from '@turf/turf';
import type { CornerArea, Report } from './corner-list-lines.js';
import type { IntakeCorner, IntakeFeature, IntakeRemark } from './intake-file.js';

interface Assembled {
  readonly features: readonly IntakeFeature[];
  readonly remarks: readonly IntakeRemark[];
}

/**
 * Makes features of a listing's areas: one for each area with sign 1, with the areas of sign -1 cut out of every one
 * that holds them and whose elevation band meets theirs. Nothing comes of areas with faults.
 */
export function assembleAreas(areas: readonly CornerArea[], srid: number | null, report: Report): Assembled {
  const remarks: IntakeRemark[] = [];
  const holes = new Map<CornerArea, CornerArea[]>();
  for (const hole of areas.filter((area) => area.sign === -1)) {
    for (const shell of shellsOf(hole, areas, report)) {
      holes.set(shell, [...(holes.get(shell) ?? []), hole]);
      if (!sameBand(hole, shell)) remarks.push(bandDiffers(hole, shell));
    }
  }
  const features = areas
    .filter((area) => area.sign === 1)
    .map((area) => feature(area, holes.get(area) ?? [], srid ?? 0));
  return { features, remarks };
}

function feature(area: CornerArea, holes: readonly CornerArea[], srid: number): IntakeFeature {
  const [one, other] = area.elevations;
  return {
    index: area.index,
    name: area.name,
    srid,
    // The listed order of top and bottom varies.
    ceilingMetres: one === null || other === null ? null : Math.max(one, other),
    floorMetres: one === null || other === null ? null : Math.min(one, other),
    polygons: [[area, ...holes].map((ring) => ring.corners.map(corner))],
  };
}

const corner = ({ number, x, y, line }: IntakeCorner): IntakeCorner => ({ number, x, y, line });

function shellsOf(hole: CornerArea, areas: readonly CornerArea[], report: Report): CornerArea[] {
  const place = { index: hole.index, line: hole.line, ring: 1 };
  const shells = areas.filter((area) => area.sign === 1);
  if (shells.length === 0) {
    report('HOLE_WITHOUT_SHELL', 'The sign -1 cuts an area out, but the file adds none.', place);
    return [];
  }
  if (!isRing(hole)) return [];
  const outside = shells.map((shell) => (isRing(shell) ? firstOutside(hole, shell) : 0));
  const holding = shells.filter((_, i) => outside[i] === -1);
  if (holding.length === 0) {
    const at = Math.max(0, ...outside);
    const where = hole.corners[at];
    report(
      'HOLE_OUTSIDE_SHELL',
      `Corner ${where?.number} of the area to cut out lies outside every area that the file adds.`,
      {
        ...place,
        line: where?.line ?? hole.line,
        vertex: at + 1,
      },
    );
  }
  const meeting = holding.filter((shell) => bandsMeet(hole, shell));
  return meeting.length > 0 ? meeting : holding;
}

const isRing = (area: CornerArea): boolean =>
  area.corners.length >= 3 && area.corners.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));

/** Index of the first corner of `hole` that lies outside `shell`, or -1. */
function firstOutside(hole: CornerArea, shell: CornerArea): number {
  const ring = shell.corners.map(({ x, y }) => [y, x]);
  const within = polygon([[...ring, ring[0] ?? []]]);
  return hole.corners.findIndex(({ x, y }) => !booleanPointInPolygon([y, x], within));
}

const bandOf = ({ elevations: [one, other] }: CornerArea): readonly [number, number] =>
  one === null || other === null
    ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    : [Math.min(one, other), Math.max(one, other)];

function bandsMeet(a: CornerArea, b: CornerArea): boolean {
  const [[aFloor, aCeiling], [bFloor, bCeiling]] = [bandOf(a), bandOf(b)];
  return aFloor < bCeiling && bFloor < aCeiling;
}

/** Whether the hole goes through the whole height of the shell. */
function sameBand(hole: CornerArea, shell: CornerArea): boolean {
  const [[holeFloor, holeCeiling], [floor, ceiling]] = [bandOf(hole), bandOf(shell)];
  return holeFloor <= floor && holeCeiling >= ceiling;
}

const bandDiffers = (hole: CornerArea, shell: CornerArea): IntakeRemark => ({
  code: 'HOLE_BAND_DIFFERS',
  severity: 'WARNING',
  message: `The area cut out at line ${hole.line} reaches from ${hole.elevations.join(' to ')} m, the area it is cut out of from ${shell.elevations.join(' to ')} m.`,
  advice: 'The hole was cut through the whole height. Check with the document whether that is meant.',
  index: shell.index,
  line: hole.line,
  ring: null,
  vertex: null,
});
