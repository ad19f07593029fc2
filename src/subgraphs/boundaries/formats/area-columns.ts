import type { ExportedArea } from './area-writer.js';

/** A column of exported areas: its name fits a dBASE table, and the readers know it. */
export interface AreaColumn {
  readonly name: string;
  readonly type: 'TEXT' | 'INTEGER' | 'REAL' | 'DATE';
  readonly value: (area: ExportedArea) => string | number | null;
}

/** What formats with a feature table write of each area beside its geometry. */
export const AREA_COLUMNS: readonly AreaColumn[] = [
  { name: 'area_id', type: 'TEXT', value: ({ id }) => id },
  { name: 'version', type: 'INTEGER', value: ({ version }) => version },
  { name: 'mine_code', type: 'TEXT', value: ({ mineCode }) => mineCode },
  { name: 'mine_name', type: 'TEXT', value: ({ mineName }) => mineName },
  { name: 'kind', type: 'TEXT', value: ({ kind }) => kind },
  { name: 'name', type: 'TEXT', value: ({ name }) => name },
  { name: 'licence', type: 'TEXT', value: ({ licenceNumber }) => licenceNumber },
  { name: 'ceiling_m', type: 'REAL', value: ({ ceilingMetres }) => ceilingMetres },
  { name: 'floor_m', type: 'REAL', value: ({ floorMetres }) => floorMetres },
  { name: 'area_m2', type: 'REAL', value: ({ areaSquareMetres }) => areaSquareMetres },
  { name: 'stated_m2', type: 'REAL', value: ({ statedAreaSquareMetres }) => statedAreaSquareMetres },
  { name: 'sigma_m', type: 'REAL', value: ({ sigmaMetres }) => sigmaMetres },
  { name: 'sigma_z_m', type: 'REAL', value: ({ sigmaZMetres }) => sigmaZMetres },
  { name: 'valid_from', type: 'DATE', value: ({ validFrom }) => validFrom },
  { name: 'valid_to', type: 'DATE', value: ({ validTo }) => validTo },
  { name: 'recorded', type: 'TEXT', value: ({ recordedAt }) => recordedAt.toISOString() },
  { name: 'authority', type: 'TEXT', value: ({ authority }) => authority },
  { name: 'document', type: 'TEXT', value: ({ documentNumber }) => documentNumber },
  { name: 'crs_class', type: 'TEXT', value: ({ crsClass }) => crsClass },
];

/** Name of the table or layer of the areas of one CRS. */
export const layerName = (srid: number): string => `permitted_areas_${srid}`;
