/**
 * The SRID in the `crs` member of the GeoJSON of 2008, which GIS programs still write; null where there is none,
 * UNKNOWN where it names something else than an EPSG code.
 */
export function geoJsonSrid(value: unknown): number | 'UNKNOWN' | null {
  const { crs } = (value ?? {}) as { crs?: { properties?: { name?: unknown } | null } | null };
  if (crs === undefined || crs === null) return null;
  const name = String(crs.properties?.name ?? '');
  if (/CRS84$/.test(name)) return 4326;
  const code = /EPSG:{1,2}(?:[\d.]*:)?(\d+)$/i.exec(name)?.[1];
  return code === undefined ? 'UNKNOWN' : Number(code);
}
