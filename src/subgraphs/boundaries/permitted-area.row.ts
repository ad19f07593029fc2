import type { PermittedArea } from './permitted-area.js';

const COLUMNS = [
  'id',
  'version',
  'mine_id',
  'licence_id',
  'kind',
  'name',
  'source_srid',
  'crs_class',
  'ceiling_m',
  'floor_m',
  'area_m2',
  'plane_area_m2',
  'stated_area_m2',
  'sigma_m',
  'sigma_z_m',
  'valid_from',
  'valid_to',
  'recorded_at',
  'superseded_at',
  'authority',
  'document_number',
];

/**
 * The columns of a version of `area`, without its geometry and corners, as one text: quoting each of them anew takes
 * longer than the rest of a statement's making.
 */
export const AREA_COLUMNS = COLUMNS.map((column) => `area.${column}`).join(', ');

export function mapArea(row: Record<string, unknown>): PermittedArea {
  return {
    id: row['id'] as string,
    version: row['version'] as number,
    mineId: row['mine_id'] as string,
    licenceId: row['licence_id'] as string | null,
    kind: row['kind'] as PermittedArea['kind'],
    name: row['name'] as string | null,
    sourceSrid: row['source_srid'] as number,
    crsClass: row['crs_class'] as PermittedArea['crsClass'],
    ceilingMetres: row['ceiling_m'] as number | null,
    floorMetres: row['floor_m'] as number | null,
    areaSquareMetres: row['area_m2'] as number,
    planeAreaSquareMetres: row['plane_area_m2'] as number,
    statedAreaSquareMetres: row['stated_area_m2'] as number | null,
    sigmaMetres: row['sigma_m'] as number,
    sigmaZMetres: row['sigma_z_m'] as number,
    validFrom: row['valid_from'] as string,
    validTo: row['valid_to'] as string | null,
    recordedAt: row['recorded_at'] as Date,
    supersededAt: row['superseded_at'] as Date | null,
    authority: row['authority'] as string,
    documentNumber: row['document_number'] as string | null,
  };
}

/** A version as a row, its geometries as hex EWKB. */
export function areaRow(area: PermittedArea): Record<string, unknown> {
  return {
    id: area.id,
    version: area.version,
    mine_id: area.mineId,
    licence_id: area.licenceId,
    kind: area.kind,
    name: area.name,
    source_srid: area.sourceSrid,
    crs_class: area.crsClass,
    ceiling_m: area.ceilingMetres,
    floor_m: area.floorMetres,
    area_m2: area.areaSquareMetres,
    plane_area_m2: area.planeAreaSquareMetres,
    stated_area_m2: area.statedAreaSquareMetres,
    sigma_m: area.sigmaMetres,
    sigma_z_m: area.sigmaZMetres,
    valid_from: area.validFrom,
    valid_to: area.validTo,
    recorded_at: area.recordedAt,
    superseded_at: area.supersededAt,
    authority: area.authority,
    document_number: area.documentNumber,
  };
}
