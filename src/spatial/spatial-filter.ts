import type { Knex } from 'knex';
import { AppError } from '../platform/errors.js';
import { crsFault } from './geojson-crs.js';
import { geoJsonRings, shown } from './geojson-rings.js';
import { validityFaults } from './geometry-validity.js';
import { STORAGE_SRID, spatial } from './postgis.js';

/** What `SpatialFilter` of the graph holds. */
export interface SpatialFilterInput {
  readonly bbox?: readonly number[] | null | undefined;
  readonly intersects?: object | null | undefined;
  readonly near?:
    | { readonly longitude: number; readonly latitude: number; readonly radiusMetres: number }
    | null
    | undefined;
}

const LARGEST_RADIUS_METRES = 1_000_000;

/**
 * To be asked before `applySpatialFilter`: PostGIS fails on a surface that crosses itself only where it meets a row, and
 * then without saying where. Errors: `BAD_SPATIAL_FILTER`, with the place.
 */
export async function checkSpatialFilter(
  knex: Knex,
  filter: SpatialFilterInput | null | undefined,
): Promise<void> {
  const { type } = (filter?.intersects ?? {}) as { type?: unknown };
  if (!filter?.intersects || (type !== 'Polygon' && type !== 'MultiPolygon')) return;
  checkLiteral(filter.intersects);
  const [detail] = await knex
    .select(knex.raw('detail.valid, detail.reason, ST_X(detail.location) as x, ST_Y(detail.location) as y'))
    .from(knex.raw('ST_IsValidDetail(?) as detail', [spatial(knex).stored(filter.intersects)]));
  if (detail.valid) return;
  const at = detail.x === null ? null : ([detail.x, detail.y] as const);
  const { polygons } = geoJsonRings(filter.intersects);
  const [fault] = validityFaults(polygons, detail.reason, at);
  const { message, ring, vertex } = fault ?? { message: '', ring: null, vertex: null };
  const where = ring === null ? '' : ` (ring ${ring}, vertex ${vertex})`;
  throw bad(
    `intersects is not a valid ${type}. ${message.replace(/\.$/, '')}${where}. Mend it there, or ask for its parts one by one.`,
    { ...(ring === null ? {} : { ring }), ...(vertex === null ? {} : { vertex }) },
  );
}

/**
 * Narrows `query` to rows whose `column` (EPSG:4490) meets the filter. The literal is brought to the column,
 * never the column to the literal, so that the GiST index answers. Errors: `BAD_SPATIAL_FILTER`.
 */
export function applySpatialFilter(
  knex: Knex,
  query: Knex.QueryBuilder,
  column: string,
  filter: SpatialFilterInput | null | undefined,
): void {
  if (!filter) return;
  const given = [filter.bbox, filter.intersects, filter.near].filter((part) => part != null);
  if (given.length !== 1) {
    throw bad(`within takes exactly one of bbox, intersects and near; ${given.length} were given.`);
  }
  const st = spatial(knex);
  if (filter.bbox) {
    const [west, south, east, north] = checkBox(filter.bbox);
    query.whereRaw(st.sharesPoint(column, st.makeEnvelope(west, south, east, north, STORAGE_SRID)));
  } else if (filter.intersects) {
    checkLiteral(filter.intersects);
    query.whereRaw(st.sharesPoint(column, st.stored(filter.intersects)));
  } else if (filter.near) {
    const { longitude, latitude, radiusMetres } = filter.near;
    checkPosition(longitude, latitude);
    if (!(radiusMetres > 0 && radiusMetres <= LARGEST_RADIUS_METRES)) {
      throw bad(
        `near.radiusMetres must be above 0 and at most ${LARGEST_RADIUS_METRES}, not ${radiusMetres}.`,
      );
    }
    const point = st.setSRID(st.makePoint(longitude, latitude), STORAGE_SRID);
    query.whereRaw(st.withinMetres(column, point, radiusMetres));
  }
}

/** How deep positions lie in the coordinates of a geometry, and how many one of its lines or rings needs. */
const SHAPES: ReadonlyMap<unknown, readonly [depth: number, positions: number]> = new Map([
  ['Point', [0, 1]],
  ['MultiPoint', [1, 1]],
  ['LineString', [1, 2]],
  ['MultiLineString', [2, 2]],
  ['Polygon', [2, 4]],
  ['MultiPolygon', [3, 4]],
]);

/** Refuses a literal that PostGIS would fail on, or misread: no empty parts, open rings, or places off the globe. */
function checkLiteral(geometry: object): void {
  const otherCrs = crsFault(geometry);
  if (otherCrs !== null) throw bad(`intersects cannot be taken as it is. ${otherCrs}`);
  const { type, coordinates } = geometry as { type?: unknown; coordinates?: unknown };
  const shape = SHAPES.get(type);
  if (!shape) throw bad('intersects takes a GeoJSON Point, LineString, Polygon, or several of one of them.');
  const [depth, positions] = shape;
  checkLevel(coordinates, depth, positions);
}

function checkLevel(value: unknown, depth: number, positions: number): void {
  if (!Array.isArray(value)) throw bad('The coordinates of intersects are not nested as its type asks.');
  if (depth === 0) {
    const [longitude, latitude] = value as unknown[];
    if (typeof longitude !== 'number' || typeof latitude !== 'number' || !value.every(Number.isFinite)) {
      throw bad(`${shown(value)} in intersects is not a longitude and a latitude.`);
    }
    checkPosition(longitude, latitude);
    return;
  }
  const needed = depth === 1 ? positions : 1;
  if (value.length < needed)
    throw bad(`intersects has a part of ${value.length} positions; it needs ${needed}.`);
  for (const part of value) checkLevel(part, depth - 1, positions);
  if (depth === 1 && positions === 4 && String(value[0]) !== String(value.at(-1))) {
    throw bad(
      `intersects has a ring that is not closed: it begins at ${value[0]} and ends at ${value.at(-1)}.`,
    );
  }
}

function checkBox(box: readonly number[]): readonly [number, number, number, number] {
  const [west, south, east, north] = box;
  if (
    box.length !== 4 ||
    west === undefined ||
    south === undefined ||
    east === undefined ||
    north === undefined
  ) {
    throw bad(`bbox takes four numbers (west, south, east, north); ${box.length} were given.`);
  }
  checkPosition(west, south);
  checkPosition(east, north);
  if (west >= east || south >= north) {
    throw bad(
      'bbox runs west, south, east, north with west < east and south < north; a box across the antimeridian must be asked for in two parts.',
    );
  }
  return [west, south, east, north];
}

function checkPosition(longitude: number, latitude: number): void {
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) {
    throw bad(`${longitude}, ${latitude} is not a longitude and latitude in degrees (in that order).`);
  }
}

const bad = (message: string, place: { readonly ring?: number; readonly vertex?: number } = {}): AppError =>
  new AppError('BAD_SPATIAL_FILTER', message, { field: 'within', ...place });
