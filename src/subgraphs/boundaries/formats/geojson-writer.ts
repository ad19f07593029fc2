import type { AreaWriter, ExportedArea } from './area-writer.js';
import { COLLECTION_END, collectionStart, featureText } from './geojson-print.js';

/** SRID of the geometries that are published. */
const PUBLISHED_SRID = 4490;

/** GeoJSON of the published geometries with all that is known of their areas, area by area. */
export const geoJsonWriter: AreaWriter = {
  extension: 'geojson',
  mediaType: 'application/geo+json',
  corners: 'NONE',
  statesCrs: true,
  async *write(areas) {
    const encoder = new TextEncoder();
    yield encoder.encode(collectionStart(PUBLISHED_SRID));
    let separator = '';
    for await (const area of areas) {
      yield encoder.encode(`${separator}${featureText(propertiesOf(area), area.geometry)}`);
      separator = ',';
    }
    yield encoder.encode(COLLECTION_END);
  },
};

function propertiesOf({
  polygons: _polygons,
  geometry: _geometry,
  srid: _srid,
  ...facts
}: ExportedArea): object {
  return facts;
}
