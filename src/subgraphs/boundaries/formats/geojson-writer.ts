import type { AreaWriter } from './area-writer.js';

/** The `crs` member of 2008, which GIS programs still read: nothing else can say that it is not WGS 84. */
const START =
  '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}},"features":[';
const END = '\n]}\n';

/** GeoJSON of the published geometries with all that is known of their areas, area by area. */
export const geoJsonWriter: AreaWriter = {
  extension: 'geojson',
  mediaType: 'application/geo+json',
  corners: 'NONE',
  statesCrs: true,
  statesFacts: true,
  async *write(areas) {
    const encoder = new TextEncoder();
    yield encoder.encode(START);
    let separator = '';
    // `id` would be read back as the name of an area without one.
    for await (const { id: areaId, polygons: _polygons, srid: _srid, geometry, ...facts } of areas) {
      const feature = { type: 'Feature', properties: { areaId, ...facts }, geometry };
      yield encoder.encode(`${separator}\n${JSON.stringify(feature)}`);
      separator = ',';
    }
    yield encoder.encode(END);
  },
};
