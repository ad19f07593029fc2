import type { MultiPolygon } from 'geojson';
import type { Corner, PermittedArea } from '../areas/permitted-area.js';
import type { ExportedArea } from '../formats/area-writer.js';

/** An area with all that a file may say of it. */
export interface StoredArea {
  readonly area: PermittedArea;
  readonly geometry: MultiPolygon;
  readonly corners: readonly Corner[];
  readonly mine: { readonly code: string; readonly name: string };
  readonly licenceNumber: string | null;
}

/** Its corners, in a CRS. */
export type CornersIn = Pick<ExportedArea, 'srid' | 'polygons'>;

export const exportedArea = (
  { area, geometry, mine, licenceNumber }: StoredArea,
  { srid, polygons }: CornersIn,
): ExportedArea => ({
  id: area.id,
  version: area.version,
  mineCode: mine.code,
  mineName: mine.name,
  kind: area.kind,
  name: area.name,
  licenceNumber,
  ceilingMetres: area.ceilingMetres,
  floorMetres: area.floorMetres,
  areaSquareMetres: area.areaSquareMetres,
  statedAreaSquareMetres: area.statedAreaSquareMetres,
  sigmaMetres: area.sigmaMetres,
  sigmaZMetres: area.sigmaZMetres,
  validFrom: area.validFrom,
  validTo: area.validTo,
  recordedAt: area.recordedAt,
  authority: area.authority,
  documentNumber: area.documentNumber,
  crsClass: area.crsClass,
  srid,
  polygons,
  geometry,
});
