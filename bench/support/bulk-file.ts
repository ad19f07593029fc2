import type { ExportedArea } from '../../src/subgraphs/boundaries/formats/area-writer.js';
import { geoPackageWriter } from '../../src/subgraphs/boundaries/formats/geopackage-writer.js';
import type { IntakeRing } from '../../src/subgraphs/boundaries/formats/intake-file.js';

const CORNERS = 14;
/** CGCS2000, 3° zone 40: the zone of the mines of `fillCountry`, with prefix. */
const SRID = 4528;

/** A GeoPackage of `count` areas, `perMine` to each of the mines of `fillCountry`. */
export async function bulkFile(count: number, perMine: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of geoPackageWriter.write(areas(count, perMine))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* areas(count: number, perMine: number): AsyncIterable<ExportedArea> {
  for (let i = 0; i < count; i++) {
    const mine = Math.floor(i / perMine);
    yield {
      id: '',
      version: 1,
      mineCode: `BENCH-${mine}`,
      mineName: `Mine ${mine}`,
      kind: 'MINING_RIGHT',
      name: `采区 ${i % perMine}`,
      licenceNumber: null,
      ceilingMetres: 900,
      floorMetres: 400,
      areaSquareMetres: 1,
      statedAreaSquareMetres: null,
      sigmaMetres: 0.1,
      sigmaZMetres: 0,
      validFrom: '2020-01-01',
      validTo: '2030-01-01',
      recordedAt: new Date('2026-01-01T00:00:00Z'),
      authority: 'Bench authority',
      documentNumber: `B-${mine}`,
      crsClass: 'EXACT',
      srid: SRID,
      polygons: [[star(mine, i % perMine)]],
      geometry: { type: 'MultiPolygon', coordinates: [] },
    };
  }
}

/** Where `fillCountry` puts the mine, in millimetres as documents have them. */
function star(mine: number, part: number): IntakeRing {
  const easting = 40_500_000 + ((mine % 150) - 75) * 1500;
  const northing = 4_700_000 + Math.floor(mine / 150) * 1500 + part * 700;
  return Array.from({ length: CORNERS }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / CORNERS;
    const radius = 150 + 150 * Math.abs(Math.sin(mine * 7.13 + corner * 3.7 + part));
    const millimetres = (value: number): number => Math.round(value * 1000) / 1000;
    return {
      number: String(corner + 1),
      x: millimetres(northing + radius * Math.sin(angle)),
      y: millimetres(easting + radius * Math.cos(angle)),
      line: null,
    };
  });
}
