import { type Datum, geographicSrid, noSuchZone, sourceCrs, sridOfZonePrefix } from '../../../spatial/crs.js';
import { bareCandidates, resolveCrs } from './crs-resolution.js';
import type { CsvColumns } from './csv-columns.js';
import type { CoordinateColumn } from './csv-coordinates.js';
import type { CsvRow } from './csv-rows.js';
import type { IntakeCorner } from './intake-file.js';
import { FileFault, type IssueList } from './issue-list.js';
import { type NamedCrs, namedCrs } from './named-crs.js';

/** What a table says of the CRS of its rows: in columns for it, and in the names of its coordinates. */
export interface TableCrs {
  readonly srid: number | null;
  readonly datum: Datum | null;
  /** Words that name no datum that is known, or several, and what is wrong with them; null: none do. */
  readonly unclear: string | null;
}

/** An SRID as a cell writes it; null where it is blank. Errors: `FileFault` CRS_UNKNOWN. */
export function sridIn(cell: string, line: number): number | null {
  if (cell === '') return null;
  const [, code] = /^(?:EPSG:)?(\d{4,6})$/i.exec(cell) ?? [];
  if (code !== undefined) return Number(code);
  throw new FileFault('CRS_UNKNOWN', `"${cell.slice(0, 40)}" is no EPSG code.`, { line });
}

/** Errors: `FileFault` CRS_CONFLICT where rows or names of columns contradict each other. */
export function statedCrs(
  columns: CsvColumns,
  coordinates: readonly Pick<CoordinateColumn, 'name' | 'crs'>[],
  rows: readonly CsvRow[],
): TableCrs {
  const line = rows[0]?.line ?? 1;
  const cell = sameInAll(rows, columns.datum);
  const srid = sridIn(sameInAll(rows, columns.srid) ?? '', line);
  const said: Said[] = coordinates.flatMap(({ name, crs }) => (crs ? [{ name, ...crs }] : []));
  if (cell !== null) said.push({ name: cell, ...namedCrs(cell) });
  if (srid !== null) said.push({ name: `EPSG:${srid}`, datum: null, srid, unclear: null });
  const { name, unclear } = said.find((one) => one.unclear !== null) ?? {};
  return {
    srid: theOnly(said, 'srid', 'codes', line),
    datum: theOnly(said, 'datum', 'datums', line),
    unclear: unclear ? `"${name?.slice(0, 40)}" ${unclear}` : null,
  };
}

type Said = NamedCrs & { readonly name: string };

/** What all that say it say. Errors: `FileFault` CRS_CONFLICT. */
function theOnly<K extends 'srid' | 'datum'>(
  said: readonly Said[],
  key: K,
  what: string,
  line: number,
): Said[K] | null {
  const [first, ...others] = said.filter((one) => one[key] !== null);
  const other = others.find((one) => one[key] !== first?.[key]);
  if (!first || !other) return first?.[key] ?? null;
  const message = `"${first.name.slice(0, 40)}" and "${other.name.slice(0, 40)}" name different ${what}.`;
  throw new FileFault('CRS_CONFLICT', message, { line });
}

/** What the cells of a column say, all of them the same; null where they are blank. */
function sameInAll(rows: readonly CsvRow[], column: number | undefined): string | null {
  if (column === undefined) return null;
  const cellOf = ({ cells }: CsvRow): string => (cells[column] ?? '').trim();
  const first = rows.find((row) => cellOf(row) !== '');
  if (!first) return null;
  const words = cellOf(first);
  const other = rows.find((row) => cellOf(row) !== words && cellOf(row) !== '');
  if (!other) return words;
  const message = `The row says ${cellOf(other).slice(0, 40)}, a row before it ${words.slice(0, 40)}: the corners of a file are in one system.`;
  throw new FileFault('CRS_CONFLICT', message, { line: other.line });
}

/** Refuses an SRID that has another datum than the table names. Errors: `FileFault` CRS_CONFLICT. */
export function checkDatum({ datum }: TableCrs, srid: number | null, line: number | null): void {
  const crs = srid === null ? null : sourceCrs(srid);
  if (!crs || datum === null || crs.datum === datum) return;
  throw new FileFault('CRS_CONFLICT', `The file names another datum than EPSG:${srid} has (${crs.name}).`, {
    line,
  });
}

/** Corners of the rings of an area. */
export interface CornerRings {
  readonly index: number;
  readonly rings: readonly { readonly corners: readonly IntakeCorner[] }[];
}

const ZONE_WIDTH = 1_000_000;
const LARGEST_ANGLE = 360;

/**
 * The CRS of a table of corners: `given`, else what it says itself, else the zone of its datum (CGCS2000 where it names
 * none) whose number leads the eastings. Null where no easting can be read, so that nothing says which zone it is.
 * Errors: `FileFault`; corners in other zones are told in `list`.
 */
export function crsOfCorners(
  stated: TableCrs,
  { isGeographic, areas }: { readonly isGeographic: boolean; readonly areas: readonly CornerRings[] },
  given: number | null,
  list: IssueList,
): number | null {
  const readable = firstReadable(areas);
  const first = readable?.corner;
  const { line } = first ?? areas[0]?.rings[0]?.corners[0] ?? { line: null };
  const place = { index: readable?.index ?? 0, line };
  const srid = resolveGiven(stated, given, place.line);
  if (srid === null && stated.unclear !== null) {
    throw new FileFault('CRS_AMBIGUOUS', `${stated.unclear}. Give srid.`, place);
  }
  if (srid === null && !isGeographic) {
    if (!readable || !first) return null;
    const prefix = Math.floor(first.y / ZONE_WIDTH);
    if (prefix > 0) {
      const zone = zoneOf(readable, prefix, stated.datum);
      checkZones(areas, prefix, list);
      return zone;
    }
    // Less is no easting but, in a table of x and y, an angle.
    if (first.y > LARGEST_ANGLE) throw new FileFault('CRS_AMBIGUOUS', bareCandidates(stated.datum), place);
  }
  const own = srid ?? (isGeographic && stated.datum !== null ? geographicSrid(stated.datum) : null);
  const crs = resolveCrs(null, own, { file: 'The file names no datum', place });
  if (isGeographic && sourceCrs(crs)?.kind !== 'GEOGRAPHIC') {
    throw new FileFault('CRS_CONFLICT', `The columns are degrees, and EPSG:${crs} is a plane.`, place);
  }
  return crs;
}

interface ReadableCorner {
  readonly corner: IntakeCorner;
  /** Of its area. */
  readonly index: number;
  readonly ring: number;
  readonly vertex: number;
}

/** The first corner whose coordinates are numbers. */
function firstReadable(areas: readonly CornerRings[]): ReadableCorner | null {
  for (const { index, rings } of areas) {
    for (const [i, { corners }] of rings.entries()) {
      const at = corners.findIndex(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y));
      const corner = corners[at];
      if (corner) return { corner, index, ring: i + 1, vertex: at + 1 };
    }
  }
  return null;
}

function resolveGiven(stated: TableCrs, given: number | null, line: number | null): number | null {
  if (given !== null && stated.srid !== null && given !== stated.srid) {
    const message = `The file says EPSG:${stated.srid}, the import EPSG:${given}; leave srid out.`;
    throw new FileFault('CRS_CONFLICT', message, { line });
  }
  const srid = given ?? stated.srid;
  checkDatum(stated, srid, line);
  return srid;
}

function zoneOf(first: ReadableCorner, prefix: number, datum: Datum | null): number {
  const { corner, ...at } = first;
  const swapped = sridOfZonePrefix(Math.floor(corner.x / ZONE_WIDTH)) !== null && prefix < 13;
  if (swapped) {
    const message =
      'X and Y are exchanged: X is the northing (7 digits before the point), Y the easting (8).';
    throw new FileFault('AXES_SWAPPED', message, { ...at, line: corner.line });
  }
  const zone = datum === 'WGS_84' ? null : sridOfZonePrefix(prefix, datum ?? undefined);
  if (zone !== null) return zone;
  const what = datum === 'WGS_84' ? 'WGS 84 has no Gauss-Krüger zones' : noSuchZone(prefix);
  throw new FileFault('ZONE_UNKNOWN', `${what}: say srid.`, { index: at.index, line: corner.line });
}

function checkZones(areas: readonly CornerRings[], expected: number, list: IssueList): void {
  for (const { index, rings } of areas) {
    for (const [i, { corners }] of rings.entries()) {
      const vertex = corners.findIndex(
        ({ y }) => !Number.isNaN(y) && Math.floor(y / ZONE_WIDTH) !== expected,
      );
      const corner = corners[vertex];
      if (!corner) continue;
      const message = `Corner ${corner.number} lies in zone ${Math.floor(corner.y / ZONE_WIDTH)}, while the first corner lies in zone ${expected}.`;
      list.add('MIXED_ZONE', message, { index, line: corner.line, ring: i + 1, vertex: vertex + 1 });
    }
  }
}
