import type { ExportedArea } from '../../src/subgraphs/boundaries/formats/area-writer.js';
import type { BulkRequest, BulkResult } from '../../src/subgraphs/boundaries/intake/bulk-intake.js';
import type { BulkIntakeService } from '../../src/subgraphs/boundaries/intake/bulk-intake.service.js';
import type { IntakeOptions } from '../../src/subgraphs/boundaries/intake/intake.js';
import { aMine } from './builders.js';
import { testContext } from './context.js';
import { openTestDatabase, type TestDatabase } from './database.js';
import { square } from './exported-area.js';
import { registerMines } from './registered-mines.js';

// What bulk imports are tried with: six mines, and files of areas for them.

export async function aDatabase(): Promise<TestDatabase> {
  const database = await openTestDatabase();
  const mines = Array.from({ length: 6 }, (_, i) =>
    aMine({ code: `M-${i + 1}`, divisionCode: '210381', location: null }),
  );
  await registerMines(database.knex, mines);
  return database;
}

export const options: IntakeOptions = {
  kind: 'MINING_RIGHT',
  authority: '辽宁省自然资源厅',
  validFrom: '2025-12-01',
  sigmaMetres: 0.1,
};

export const request = (bytes: Uint8Array, more: Partial<BulkRequest> = {}): BulkRequest => ({
  fileName: 'mines.gpkg',
  bytes,
  layer: null,
  mineColumn: null,
  options,
  licenceNumber: null,
  ...more,
});

export const importAll = (service: BulkIntakeService, bytes: Uint8Array): Promise<BulkResult> =>
  service.import(testContext(), request(bytes), () => {});

export const place = (n: number): ExportedArea['polygons'] => [
  [square(4_507_000 + n * 1000, 41_473_000, 100)],
];
