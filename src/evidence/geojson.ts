import type { FeatureCollection, Geometry } from 'geojson';
import { canonicalJson } from './canonical-json.js';
import type { PackFacts, RowFact } from './pack-facts.js';
import { type Position, readWkb } from './wkb.js';

/** 9 decimals of a degree: 0.1 mm. */
const DECIMALS = 1e9;

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
  return canonicalJson({ type: 'FeatureCollection', features } satisfies FeatureCollection);
}

function geoJson(hex: string): Geometry {
  const geometry = readWkb(hex);
  return geometry.type === 'Point'
    ? { type: 'Point', coordinates: rounded(geometry.coordinates) }
    : {
        type: 'MultiPolygon',
        coordinates: geometry.coordinates.map((rings) => rings.map((ring) => ring.map(rounded))),
      };
}

const rounded = ([x, y]: Position): number[] => [
  Math.round(x * DECIMALS) / DECIMALS,
  Math.round(y * DECIMALS) / DECIMALS,
];
