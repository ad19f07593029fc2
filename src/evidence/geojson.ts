import type { FeatureCollection, Geometry } from 'geojson';
import type { PackFacts, RowFact } from './pack-facts.js';
import { packJson } from './pack-json.js';
import { readWkb } from './wkb.js';

/** Columns that are geometry, or how a geometry is drawn. */
const NOT_PROPERTIES = new Set(['geom', 'plane', 'plane_geom', 'plane_point', 'plane_corners']);

/** Everything that lies somewhere, as GeoJSON (RFC 7946; longitude and latitude in CGCS2000), by file path. */
export function geoJsonFiles(facts: PackFacts): ReadonlyMap<string, string> {
  const { violation, observations, areas, findings } = facts;
  return new Map([
    ['geojson/violation.geojson', collection([violation])],
    ['geojson/observations.geojson', collection(observations)],
    ['geojson/permitted-areas.geojson', collection(areas)],
    ['geojson/findings.geojson', collection(findings)],
  ]);
}

function collection(rows: readonly (RowFact & { readonly geom: string })[]): string {
  const features: FeatureCollection['features'] = rows.map((row) => ({
    type: 'Feature',
    properties: Object.fromEntries(Object.entries(row).filter(([name]) => !NOT_PROPERTIES.has(name))),
    geometry: geoJson(row.geom),
  }));
  return packJson({ type: 'FeatureCollection', features } satisfies FeatureCollection);
}

/** To the last bit: rounded, corners that overlays leave near each other would meet, and the rings cross themselves. */
function geoJson(hex: string): Geometry {
  const geometry = readWkb(hex);
  return geometry.type === 'Point'
    ? { type: 'Point', coordinates: [...geometry.coordinates] }
    : {
        type: 'MultiPolygon',
        coordinates: geometry.coordinates.map((rings) => rings.map((ring) => ring.map(([x, y]) => [x, y]))),
      };
}
