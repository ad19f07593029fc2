import { Columns } from '../../../platform/columns.js';
import type { DraftArea, PermittedArea } from './permitted-area.js';

/** The columns of a version of `area`, without its geometry and corners. */
export const AREA_COLUMNS = new Columns({
  columns: {
    id: 'area.id',
    version: 'area.version',
    mineId: 'area.mine_id',
    licenceId: 'area.licence_id',
    kind: 'area.kind',
    name: 'area.name',
    sourceSrid: 'area.source_srid',
    crsClass: 'area.crs_class',
    ceilingMetres: 'area.ceiling_m',
    floorMetres: 'area.floor_m',
    areaSquareMetres: 'area.area_m2',
    planeAreaSquareMetres: 'area.plane_area_m2',
    statedAreaSquareMetres: 'area.stated_area_m2',
    sigmaMetres: 'area.sigma_m',
    sigmaZMetres: 'area.sigma_z_m',
    validFrom: 'area.valid_from',
    validTo: 'area.valid_to',
    recordedAt: 'area.recorded_at',
    supersededAt: 'area.superseded_at',
    authority: 'area.authority',
    documentNumber: 'area.document_number',
    change: 'area.change',
    changeReason: 'area.change_reason',
    changeDocumentNumber: 'area.change_document_number',
    withdrawalReason: 'area.withdrawal_reason',
    withdrawalDocumentNumber: 'area.withdrawal_document_number',
  },
  always: ['id', 'version', 'mineId'],
  readBy: {
    mine: ['mineId'],
    licence: ['licenceId'],
    versionId: [],
    geometry: [],
    corners: [],
    history: [],
    withdrawal: ['supersededAt', 'withdrawalReason', 'withdrawalDocumentNumber'],
  },
});

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
    change: row['change'] as PermittedArea['change'],
    changeReason: row['change_reason'] as string | null,
    changeDocumentNumber: row['change_document_number'] as string | null,
    withdrawal: mapWithdrawal(row),
  };
}

const mapWithdrawal = (row: Record<string, unknown>): PermittedArea['withdrawal'] =>
  row['withdrawal_reason'] == null
    ? null
    : {
        at: row['superseded_at'] as Date,
        reason: row['withdrawal_reason'] as string,
        documentNumber: row['withdrawal_document_number'] as string | null,
      };

/** A version as a row, without its geometries and corners. */
export function areaRow(area: DraftArea): Record<string, unknown> {
  return {
    id: area.id,
    version: area.version,
    content_digest: area.contentDigest,
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
    change: area.change,
    change_reason: area.changeReason,
    change_document_number: area.changeDocumentNumber,
  };
}
