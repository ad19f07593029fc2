import { zipSync } from 'fflate';
import type { MultiPolygon } from 'geojson';
import { AREA_COLUMNS, layerName } from './area-columns.js';
import type { AreaWriter, ExportedArea } from './area-writer.js';
import { crsWkt } from './crs-print.js';
import { printTable } from './shapefile-dbf-print.js';
import { printShapes } from './shapefile-shp-print.js';

const NOT_KEPT: MultiPolygon = { type: 'MultiPolygon', coordinates: [] };

/** Zip entries carry a time; one for all keeps the file the same for the same areas. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * Shapefiles in a zip: one for each CRS that areas were issued in, corners as issued, attributes in UTF-8. As the format
 * wants it, shells run clockwise and holes counterclockwise, so that a ring may begin as issued and run the other way.
 */
export const shapefileWriter: AreaWriter = {
  extension: 'zip',
  mediaType: 'application/zip',
  corners: 'ISSUED',
  statesCrs: true,
  statesFacts: true,
  async *write(areas) {
    const layers = new Map<number, ExportedArea[]>();
    for await (const written of areas) {
      // Corners are written, not the geometry, which would take most of the memory.
      const area = { ...written, geometry: NOT_KEPT };
      const layer = layers.get(area.srid);
      if (layer) layer.push(area);
      else layers.set(area.srid, [area]);
    }
    const files = [...layers].flatMap(([srid, layer]) => layerFiles(srid, layer));
    yield zipSync(Object.fromEntries(files), { mtime: NO_TIME });
  },
};

function layerFiles(srid: number, areas: readonly ExportedArea[]): [name: string, bytes: Uint8Array][] {
  const name = layerName(srid);
  const { shp, shx } = printShapes(areas.map(({ polygons }) => polygons));
  return [
    [`${name}.shp`, shp],
    [`${name}.shx`, shx],
    [`${name}.dbf`, printTable(AREA_COLUMNS, areas)],
    [`${name}.prj`, Buffer.from(crsWkt(srid, 'ESRI'))],
    [`${name}.cpg`, Buffer.from('UTF-8')],
  ];
}
