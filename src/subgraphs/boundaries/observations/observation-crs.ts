import { sourceCrs } from '../../../spatial/crs.js';
import { geoJsonSrid } from '../../../spatial/geojson-crs.js';

/** CGCS2000 and WGS 84, which is the same to centimetres. */
const TAKEN = [4490, 4326];

/**
 * Why a GeoJSON object of observations cannot be taken by what its old `crs` member says: they are in longitude and
 * latitude of CGCS2000, and degrees of other datums look the same. Null: it can.
 */
export function crsFault(value: unknown): string | null {
  const srid = geoJsonSrid(value);
  if (srid === null || (srid !== 'UNKNOWN' && TAKEN.includes(srid))) return null;
  const name = srid === 'UNKNOWN' ? null : (sourceCrs(srid)?.name ?? null);
  const said =
    srid === 'UNKNOWN'
      ? 'another coordinate reference system'
      : `EPSG:${srid}${name === null ? '' : ` (${name})`}`;
  return `Its crs member says ${said}; observations are taken in longitude and latitude of CGCS2000 (EPSG:4490) or WGS 84. Transform them first.`;
}
