import type { CornerArea, Report } from './corner-area.js';
import { isRing, ShellIndex } from './corner-list-shells.js';
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
  const shells = areas.filter((area) => area.sign === 1);
  remarks.push(...shells.filter(isUpsideDown).map(upsideDown));
  const index = new ShellIndex(shells);
  for (const hole of areas.filter((area) => area.sign === -1)) {
    if (shells.length === 0) {
      const place = { index: hole.index, line: hole.line, ring: 1 };
      report('HOLE_WITHOUT_SHELL', 'The sign -1 cuts an area out, but the file adds none.', place);
      continue;
    }
    const holding = shellsHolding(hole, index, report);
    const meeting = holding.filter((shell) => bandsMeet(hole, shell));
    const [first] = holding;
    if (first && isUpsideDown(hole)) remarks.push(upsideDown({ ...hole, index: first.index }));
    if (first && meeting.length === 0) remarks.push(cutsNothing(hole, first));
    for (const shell of meeting) {
      const cut = holes.get(shell);
      if (cut) cut.push(hole);
      else holes.set(shell, [hole]);
      if (!sameBand(hole, shell)) remarks.push(bandDiffers(hole, shell));
    }
  }
  const features = shells.map((area) => feature(area, holes.get(area) ?? [], srid ?? 0));
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

function shellsHolding(hole: CornerArea, index: ShellIndex, report: Report): readonly CornerArea[] {
  if (!isRing(hole)) return [];
  const { areas, outside } = index.holding(hole);
  if (areas.length === 0) {
    const where = hole.corners[outside];
    const message = `Corner ${where?.number} of the area to cut out lies outside every area that the file adds.`;
    const line = where?.line ?? hole.line;
    report('HOLE_OUTSIDE_SHELL', message, { index: hole.index, line, ring: 1, vertex: outside + 1 });
  }
  return areas;
}

const bandOf = ({ elevations: [one, other] }: CornerArea): readonly [number, number] =>
  one === null || other === null
    ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    : [Math.min(one, other), Math.max(one, other)];

/** A band without height has nothing to share, and is met by a hole that goes through it. */
function bandsMeet(hole: CornerArea, shell: CornerArea): boolean {
  const [[holeFloor, holeCeiling], [floor, ceiling]] = [bandOf(hole), bandOf(shell)];
  return (holeFloor < ceiling && floor < holeCeiling) || sameBand(hole, shell);
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

const cutsNothing = (hole: CornerArea, shell: CornerArea): IntakeRemark => ({
  code: 'HOLE_CUTS_NOTHING',
  severity: 'WARNING',
  message: `The area to cut out at line ${hole.line} reaches from ${hole.elevations.join(' to ')} m, the area that holds it from ${shell.elevations.join(' to ')} m: nothing was cut out.`,
  advice: 'Compare the elevations of both with the document: one may be mistyped.',
  index: shell.index,
  line: hole.line,
  ring: null,
  vertex: null,
});

/** Documents list the top first. */
const isUpsideDown = ({ elevations: [one, other] }: CornerArea): boolean =>
  one !== null && other !== null && one < other;

const upsideDown = ({ elevations: [one, other], index, line }: CornerArea): IntakeRemark => ({
  code: 'ELEVATION_BAND_UPSIDE_DOWN',
  severity: 'WARNING',
  message: `The elevation band is listed from ${one} m to ${other} m, the bottom first; it was taken with ${other} m as its ceiling.`,
  advice: 'Compare the elevations with the document: a sign may be missing where they are negative.',
  index,
  line,
  ring: null,
  vertex: null,
});
