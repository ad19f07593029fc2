import type { MultiPolygon } from 'geojson';
import type { IntakeFeature, IntakeRing } from './intake-file.js';

/** What begins a FeatureCollection: the `crs` member of 2008, which GIS programs still read, and nothing else can say. */
export const collectionStart = (srid: number): string =>
  `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::${srid}"}},"features":[`;
export const COLLECTION_END = '\n]}\n';

export const featureText = (properties: object, geometry: object): string =>
  `\n${JSON.stringify({ type: 'Feature', properties, geometry })}`;

/** A FeatureCollection of `features` in the CRS they have in common: what `readGeoJson` reads back as the same. */
export function printGeoJson(features: readonly IntakeFeature[]): string {
  const texts = features.map(({ name, ceilingMetres, floorMetres, polygons }) =>
    featureText({ name, ceilingMetres, floorMetres }, multiPolygon(polygons)),
  );
  return `${collectionStart(features[0]?.srid ?? 0)}${texts.join(',')}${COLLECTION_END}`;
}

const multiPolygon = (polygons: readonly (readonly IntakeRing[])[]): MultiPolygon => ({
  type: 'MultiPolygon',
  coordinates: polygons.map((rings) =>
    rings.map((ring) => [...ring, ...ring.slice(0, 1)].map(({ x, y }) => [y, x])),
  ),
});
