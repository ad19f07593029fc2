import type { Observation, ObservationRecord } from './observation.js';

/** The columns that a version of an observation is read from, its geometry aside. */
const VERSION_COLUMNS = [
  'id',
  'version',
  'provider',
  'provider_ref',
  'mine_id',
  'activity',
  'method',
  'observed_at',
  'sigma_m',
  'z_min_m',
  'z_max_m',
  'sigma_z_m',
  'seam',
  'area_m2',
  'recorded_at',
];

/** The same as one text. */
export const OBSERVATION_VERSION_COLUMNS = VERSION_COLUMNS.map((column) => `observation.${column}`).join(
  ', ',
);

/** Those that it is written to; `observed_on` follows from them. */
export const WRITTEN_COLUMNS: readonly string[] = [...VERSION_COLUMNS, 'geom', 'content_digest'];

/** Of an observation as it stands, which may have been withdrawn. */
export const OBSERVATION_COLUMNS = `${OBSERVATION_VERSION_COLUMNS}, observation.withdrawn_at, observation.withdrawal_reason,
  observation.withdrawal_document_number`;

export function mapObservation(row: Record<string, unknown>): Observation {
  return {
    id: row['id'] as string,
    version: row['version'] as number,
    provider: row['provider'] as string,
    providerRef: row['provider_ref'] as string | null,
    mineId: row['mine_id'] as string | null,
    activity: row['activity'] as Observation['activity'],
    method: row['method'] as Observation['method'],
    observedAt: row['observed_at'] as Date,
    sigmaMetres: row['sigma_m'] as number,
    zMinMetres: row['z_min_m'] as number | null,
    zMaxMetres: row['z_max_m'] as number | null,
    sigmaZMetres: row['sigma_z_m'] as number | null,
    seam: row['seam'] as string | null,
    areaSquareMetres: row['area_m2'] as number,
    recordedAt: row['recorded_at'] as Date,
    withdrawal:
      row['withdrawn_at'] == null
        ? null
        : {
            at: row['withdrawn_at'] as Date,
            reason: row['withdrawal_reason'] as string,
            documentNumber: row['withdrawal_document_number'] as string | null,
          },
  };
}

export const observationRow = (observation: ObservationRecord): Record<string, unknown> => ({
  id: observation.id,
  version: observation.version,
  provider: observation.provider,
  provider_ref: observation.providerRef,
  mine_id: observation.mineId,
  activity: observation.activity,
  method: observation.method,
  observed_at: observation.observedAt,
  geom: observation.geom,
  sigma_m: observation.sigmaMetres,
  z_min_m: observation.zMinMetres,
  z_max_m: observation.zMaxMetres,
  sigma_z_m: observation.sigmaZMetres,
  seam: observation.seam,
  area_m2: observation.areaSquareMetres,
  recorded_at: observation.recordedAt,
  content_digest: observation.contentDigest,
});
