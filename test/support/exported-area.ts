import type { AreaWriter, ExportedArea } from '../../src/subgraphs/boundaries/formats/area-writer.js';
import type { IntakeRing } from '../../src/subgraphs/boundaries/formats/intake-file.js';

/** A square in CGCS2000 zone 41 whose south-west corner is at `northing`, `easting`. */
export const square = (northing: number, easting: number, side: number): IntakeRing =>
  [
    [northing, easting],
    [northing + side, easting],
    [northing + side, easting + side],
    [northing, easting + side],
  ].map(([x = 0, y = 0], i) => ({ number: String(i + 1), x, y, line: null }));

/** An area as it is exported: a square of 100 m, unless the test says otherwise. */
export const anExportedArea = (facts: Partial<ExportedArea> = {}): ExportedArea => ({
  id: '00000000-0000-8000-8000-000000000000',
  version: 1,
  mineCode: 'M-1',
  mineName: '一号矿',
  kind: 'MINING_RIGHT',
  name: null,
  licenceNumber: null,
  ceilingMetres: null,
  floorMetres: null,
  areaSquareMetres: 10_000,
  statedAreaSquareMetres: null,
  sigmaMetres: 0.1,
  sigmaZMetres: 0,
  validFrom: '2025-12-01',
  validTo: null,
  recordedAt: new Date('2026-06-01T04:00:00Z'),
  authority: '辽宁省自然资源厅',
  documentNumber: null,
  crsClass: 'EXACT',
  srid: 4529,
  polygons: [[square(4_507_000, 41_473_000, 100)]],
  geometry: { type: 'MultiPolygon', coordinates: [] },
  ...facts,
});

/** The bytes that a writer makes of areas. */
export async function written(writer: AreaWriter, areas: readonly ExportedArea[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  async function* each(): AsyncIterable<ExportedArea> {
    yield* areas;
  }
  for await (const chunk of writer.write(each())) chunks.push(chunk);
  return Buffer.concat(chunks);
}
