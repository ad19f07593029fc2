import type { Knex } from 'knex';
import { AppError } from '../platform/errors.js';
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

const bad = (message: string): AppError => new AppError('BAD_SPATIAL_FILTER', message, { field: 'within' });
