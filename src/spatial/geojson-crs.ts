import { sourceCrs } from './crs.js';

/**
 * The SRID in the `crs` member of the GeoJSON of 2008, which GIS programs still write; null where there is none,
 * UNKNOWN where it names something else than an EPSG code.
 */
export function geoJsonSrid(value: unknown): number | 'UNKNOWN' | null {
  const { crs } = (value ?? {}) as { crs?: { properties?: { name?: unknown } | null } | null };
  if (crs === undefined || crs === null) return null;
  const name = crs.properties?.name;
  if (typeof name !== 'string') return 'UNKNOWN';
  if (/CRS84$/.test(name)) return 4326;
  const code = /EPSG:{1,2}(?:[\d.]*:)?(\d+)$/i.exec(name)?.[1];
  return code === undefined ? 'UNKNOWN' : Number(code);
}

/** CGCS2000 and WGS 84, which is the same to centimetres. */
const TAKEN = [4490, 4326];

/**
 * Why a GeoJSON object cannot be taken by what its old `crs` member says where longitude and latitude of CGCS2000 are
 * asked for: degrees of other datums look the same. Null: it can.
 */
export function crsFault(value: unknown): string | null {
  const srid = geoJsonSrid(value);
  if (srid === null || (srid !== 'UNKNOWN' && TAKEN.includes(srid))) return null;
  const name = srid === 'UNKNOWN' ? null : (sourceCrs(srid)?.name ?? null);
  const said =
    srid === 'UNKNOWN'
      ? 'another coordinate reference system'
      : `EPSG:${srid}${name === null ? '' : ` (${name})`}`;
  return `Its crs member says ${said}; what is taken here is longitude and latitude of CGCS2000 (EPSG:4490) or WGS 84. Transform it first.`;
}
