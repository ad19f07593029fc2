import { Columns } from '../../platform/columns.js';
import type { Licence } from './licence.js';

/** The columns of a version of `licence`. */
export const LICENCE_COLUMNS = new Columns({
  columns: {
    id: 'licence.id',
    version: 'licence.version',
    mineId: 'licence.mine_id',
    kind: 'licence.kind',
    number: 'licence.number',
    issuer: 'licence.issuer',
    validFrom: 'licence.valid_from',
    validTo: 'licence.valid_to',
    suspendedFrom: 'licence.suspended_from',
    suspendedTo: 'licence.suspended_to',
    revokedOn: 'licence.revoked_on',
    statedAreaSquareKilometres: 'licence.stated_area_km2',
    capacityTonnesPerYear: 'licence.capacity_tonnes_per_year',
    seams: 'licence.seams',
    supersedesId: 'licence.supersedes_id',
    recordedAt: 'licence.recorded_at',
    supersededAt: 'licence.superseded_at',
    change: 'licence.change',
    changeReason: 'licence.change_reason',
    changeDocumentNumber: 'licence.change_document_number',
    withdrawalReason: 'licence.withdrawal_reason',
    withdrawalDocumentNumber: 'licence.withdrawal_document_number',
  },
  always: ['id', 'mineId'],
  readBy: {
    mine: ['mineId'],
    status: ['validFrom', 'validTo', 'suspendedFrom', 'suspendedTo', 'revokedOn'],
    supersedes: ['supersedesId'],
    updatedAt: ['recordedAt'],
    withdrawal: ['supersededAt', 'withdrawalReason', 'withdrawalDocumentNumber'],
    history: [],
  },
});

export function mapLicence(row: Record<string, unknown>): Licence {
  return {
    id: row['id'] as string,
    version: row['version'] as number,
    mineId: row['mine_id'] as string,
    kind: row['kind'] as Licence['kind'],
    number: row['number'] as string,
    issuer: row['issuer'] as string,
    validFrom: row['valid_from'] as string,
    validTo: row['valid_to'] as string | null,
    suspendedFrom: row['suspended_from'] as string | null,
    suspendedTo: row['suspended_to'] as string | null,
    revokedOn: row['revoked_on'] as string | null,
    statedAreaSquareKilometres: row['stated_area_km2'] as number | null,
    capacityTonnesPerYear: row['capacity_tonnes_per_year'] as number | null,
    seams: row['seams'] as readonly string[],
    supersedesId: row['supersedes_id'] as string | null,
    recordedAt: row['recorded_at'] as Date,
    supersededAt: row['superseded_at'] as Date | null,
    change: row['change'] as Licence['change'],
    changeReason: row['change_reason'] as string | null,
    changeDocumentNumber: row['change_document_number'] as string | null,
    withdrawal: mapWithdrawal(row),
  };
}

const mapWithdrawal = (row: Record<string, unknown>): Licence['withdrawal'] =>
  row['withdrawal_reason'] == null
    ? null
    : {
        at: row['superseded_at'] as Date,
        reason: row['withdrawal_reason'] as string,
        documentNumber: row['withdrawal_document_number'] as string | null,
      };

/** A version as it is inserted. */
export const licenceRow = (licence: Licence): Record<string, unknown> => ({
  id: licence.id,
  version: licence.version,
  mine_id: licence.mineId,
  kind: licence.kind,
  number: licence.number,
  issuer: licence.issuer,
  valid_from: licence.validFrom,
  valid_to: licence.validTo,
  suspended_from: licence.suspendedFrom,
  suspended_to: licence.suspendedTo,
  revoked_on: licence.revokedOn,
  stated_area_km2: licence.statedAreaSquareKilometres,
  capacity_tonnes_per_year: licence.capacityTonnesPerYear,
  seams: [...licence.seams],
  supersedes_id: licence.supersedesId,
  recorded_at: licence.recordedAt,
  change: licence.change,
  change_reason: licence.changeReason,
  change_document_number: licence.changeDocumentNumber,
});
