import { LARGEST_RING } from '../../../spatial/rings.js';
import { LARGEST_LIST } from './area-collector.js';
import {
  collectFaults,
  EndOfReading,
  type ListedCorner,
  listedCorner,
  quoted,
  type Report,
} from './corner-area.js';
import { type PlacedCorner, resolveCornerZone } from './corner-list-zone.js';
import type { IntakeCorner, IntakeFeature, IntakeFile, IntakeRemark, TextReader } from './intake-file.js';
import { type LandHeader, landSrid, readHeader, transformation } from './land-header.js';
import { linesOf, type TextLine } from './text.js';

/** Lines before the plots that are looked at: a header has a dozen, and other sections may stand before it. */
const LONGEST_HEADER = 1000;

/**
 * The land-parcel text file used across government: a block `[属性描述]` that names the CRS, and `[地块坐标]` with
 * plots. A plot is a header `points,area,number,name,面,sheet,use,class,@` and its points `J1,ring,X,Y` (X northing);
 * each ring ends with its first point, ring 1 is the shell, the others are holes. Source: docs/formats.md.
 */
export const readLandTxt: TextReader = (text, srid): IntakeFile =>
  collectFaults((report) => {
    const { header, plots, isComplete } = readSections(text, report);
    if (!isComplete) return { features: [], remarks: [] };
    const stated = landSrid(header, prefixOf(plots), srid, report);
    const crs = { srid: stated, datum: null };
    const zone = stated === null ? null : resolveCornerZone(() => placedIn(plots), crs, report);
    const rings = plots.map((plot) => closedRings(plot, report));
    const features = zone === null ? [] : plots.map((plot, i) => featureOf(plot, rings[i] ?? [], zone));
    return { features, remarks: remarksOf(transformation(header)) };
  });

interface Sections {
  readonly header: LandHeader;
  readonly plots: readonly Plot[];
  readonly isComplete: boolean;
}

function readSections(text: string, report: Report): Sections {
  const header: TextLine[] = [];
  const plots: Plot[] = [];
  let hasPlots = false;
  for (const line of linesOf(text)) {
    if (isSection(line.text, '地块坐标')) hasPlots = true;
    else if (hasPlots) readPlotLine(line, plots, report);
    else if (header.length < LONGEST_HEADER) header.push(line);
  }
  for (const plot of plots) checkCount(plot, report);
  if (!hasPlots && header.length > 0) {
    report('UNREADABLE', 'The section [地块坐标] is missing: it lists the plots.', {});
  }
  return { header: readHeader(header), plots, isComplete: hasPlots && plots.length > 0 };
}

function readPlotLine(line: TextLine, plots: Plot[], report: Report): void {
  if (!/[@＠][,，\s]*$/.test(line.text)) {
    readPoint(line, plots.at(-1), report);
    return;
  }
  const index = plots.length;
  if (index >= LARGEST_LIST) {
    report('TOO_MANY_AREAS', `The file lists more than ${LARGEST_LIST} plots.`, { index, line: line.number });
    throw new EndOfReading();
  }
  plots.push(readPlot(line, index, report));
}

const isSection = (line: string, name: string): boolean =>
  line.replace(/[[\]【】\s]/g, '') === name && /^[[【]/.test(line);

interface PlotRing {
  readonly number: string;
  readonly corners: ListedCorner[];
  points: number;
}

interface Plot {
  readonly index: number;
  readonly line: number;
  readonly points: number | null;
  readonly name: string | null;
  readonly rings: PlotRing[];
}

function readPlot({ text, number: line }: TextLine, index: number, report: Report): Plot {
  const [points = '', , number = '', name = '', shape = ''] = text
    .split(/[,，]/)
    .map((field) => field.trim());
  if (shape !== '' && shape !== '面') {
    report('GEOMETRY_TYPE', `A plot is an area (面); this one is ${quoted(shape)}.`, { index, line });
  }
  if (!/^\d{1,9}$/.test(points)) {
    const message = `${quoted(text)} does not begin with the number of the plot's points.`;
    report('UNREADABLE', message, { index, line });
  }
  const called = [name, number].find((word) => word !== '');
  return {
    index,
    line,
    points: /^\d{1,9}$/.test(points) ? Number(points) : null,
    name: called ?? null,
    rings: [],
  };
}

function readPoint({ text, number: line }: TextLine, plot: Plot | undefined, report: Report): void {
  const fields = text.split(/[,，]/).map((field) => field.trim());
  const [number = '', ring = '', xText = '', yText = '', ...rest] = fields;
  if (!plot || number === '' || !/^\d{1,4}$/.test(ring) || rest.some((field) => field !== '')) {
    const message = plot
      ? `${quoted(text)} is neither a point (number,ring,X,Y) nor the header of a plot (…,@).`
      : `${quoted(text)} stands before the first plot: its header (…,@) is missing.`;
    report('UNREADABLE', message, { index: plot?.index ?? 0, line });
    return;
  }
  const current = ringOf(plot, ring, line, report);
  const place = { index: plot.index, line, ring: plot.rings.length, vertex: current.corners.length + 1 };
  current.points += 1;
  const corner = listedCorner(number, xText, yText, place, report);
  // One more than the closing point of the largest ring is enough to refuse it.
  if (current.corners.length <= LARGEST_RING + 1) current.corners.push(corner);
}

/** The ring a point belongs to: the one being read, or the next. */
function ringOf(plot: Plot, number: string, line: number, report: Report): PlotRing {
  const current = plot.rings.at(-1);
  if (current?.number === number) return current;
  const expected = plot.rings.length + 1;
  if (Number(number) !== expected) {
    const message = `Ring ${number} stands where ring ${expected} belongs: rings count from 1, each in one piece.`;
    report('CORNER_OUT_OF_ORDER', message, { index: plot.index, line, ring: expected });
  }
  const ring: PlotRing = { number, corners: [], points: 0 };
  plot.rings.push(ring);
  return ring;
}

/** The header counts the points, with or without those that close the rings: programs differ. */
function checkCount(plot: Plot, report: Report): void {
  const lines = plot.rings.reduce((sum, ring) => sum + ring.points, 0);
  const { points, index, line } = plot;
  if (points === null || points === lines || points === lines - plot.rings.length) return;
  report('COUNT_DIFFERS', `The plot's header counts ${points} points, but ${lines} follow.`, { index, line });
}

/** Rings without the point that closes them, which each must have. */
function closedRings(plot: Plot, report: Report): (readonly ListedCorner[])[] {
  if (plot.rings.length === 0)
    report('EMPTY', 'The plot has no points.', { index: plot.index, line: plot.line });
  return plot.rings.map(({ corners, points }, i) => {
    // Its end was not kept, nor need it be: the ring is too large.
    if (points > corners.length) return corners;
    const [first, last] = [corners[0], corners.at(-1)];
    if (first && last && corners.length > 1 && first.x === last.x && first.y === last.y)
      return corners.slice(0, -1);
    const isNumber = first && last && !Number.isNaN(first.x + first.y + last.x + last.y);
    if (isNumber) {
      const message = `The ring is not closed: its first point, ${first.number}, must stand again at its end.`;
      report('UNCLOSED', message, {
        index: plot.index,
        line: last.line,
        ring: i + 1,
        vertex: corners.length,
      });
    }
    return corners;
  });
}

function* placedIn(plots: readonly Plot[]): Iterable<PlacedCorner> {
  for (const { index, rings } of plots) {
    for (const [ring, { corners }] of rings.entries()) {
      for (const [vertex, corner] of corners.entries()) {
        yield { corner, place: { index, line: corner.line, ring: ring + 1, vertex: vertex + 1 } };
      }
    }
  }
}

/** The number that leads the first easting, which the longer of its two coordinates is, exchanged or not. */
function prefixOf(plots: readonly Plot[]): number | null {
  const corner = plots[0]?.rings[0]?.corners[0];
  if (!corner || Number.isNaN(corner.x) || Number.isNaN(corner.y)) return null;
  const easting = Math.max(corner.x, corner.y);
  return easting >= 1e7 ? Math.floor(easting / 1e6) : null;
}

const featureOf = (plot: Plot, rings: readonly (readonly ListedCorner[])[], srid: number): IntakeFeature => ({
  index: plot.index,
  name: plot.name,
  srid,
  ceilingMetres: null,
  floorMetres: null,
  polygons: [rings.map((ring) => ring.map(cornerOf))],
});

const cornerOf = ({ number, x, y, line }: ListedCorner): IntakeCorner => ({ number, x, y, line });

const remarksOf = (parameters: { value: string; line: number } | null): IntakeRemark[] =>
  parameters === null
    ? []
    : [
        {
          code: 'TRANSFORMATION_NOT_APPLIED',
          severity: 'WARNING',
          message: `转换参数 is ${quoted(parameters.value)}; it was not applied.`,
          advice:
            'Check with the source that the coordinates are those of the coordinate system the file names.',
          index: 0,
          line: parameters.line,
          ring: null,
          vertex: null,
        },
      ];
