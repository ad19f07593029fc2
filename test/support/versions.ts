import type { Knex } from 'knex';
import type { RequestContext } from '../../src/platform/context.js';
import { geographicPosition } from '../../src/spatial/position.js';
import type { IntakeOptions } from '../../src/subgraphs/boundaries/intake/intake.js';
import type { ObservationFacts } from '../../src/subgraphs/boundaries/observations/observation.js';
import {
  createBoundariesService,
  createLicenceAreasService,
  createObservationWithdrawalService,
  createPermittedAreaChangeService,
} from '../../src/subgraphs/boundaries/services.js';
import { createEnforcementService } from '../../src/subgraphs/enforcement/services.js';
import { createLicenceChangeService, createLicencesService } from '../../src/subgraphs/licences/services.js';
import { aMine, mineId } from './builders.js';
import { registerMines } from './registered-mines.js';
import { serviceParts } from './service-parts.js';

/** The services that write versions, on one database with one engine. */
export async function openVersions(knex: Knex, mines: readonly string[]) {
  const deps = serviceParts(knex);
  await registerMines(
    knex,
    mines.map((code) => aMine({ code, location: { type: 'Point', coordinates: [120, 42.98] } })),
  );
  return {
    knex,
    boundaries: createBoundariesService(deps),
    licenceAreas: createLicenceAreasService(deps),
    areaChanges: createPermittedAreaChangeService(deps),
    withdrawals: createObservationWithdrawalService(deps),
    enforcement: createEnforcementService(deps),
    licences: createLicencesService(deps),
    licenceChanges: createLicenceChangeService(deps),
  };
}

export type Versions = Awaited<ReturnType<typeof openVersions>>;

/** A square of `metres` in the zone at 120°E, `east` metres from the mines' place, as WKT. */
export function squareOutline(metres: number, east = 0): string {
  const [x, y] = [500_000 + east, 4_760_000];
  return `SRID=4549;POLYGON((${x} ${y}, ${x + metres} ${y}, ${x + metres} ${y + metres}, ${x} ${y + metres}, ${x} ${y}))`;
}

/** Imports a square as the area of a document; the same document again corrects it. Returns the area's id. */
export async function importSquare(
  { boundaries }: Versions,
  context: RequestContext,
  mine: string,
  document: string,
  { metres = 500, east = 0, ...options }: { metres?: number; east?: number } & Partial<IntakeOptions> = {},
): Promise<string> {
  const { areas, rejected } = await boundaries.importPermittedAreas(context, {
    mineId: mineId(mine),
    format: 'WKT',
    encoding: 'UTF8',
    content: squareOutline(metres, east),
    options: {
      kind: 'MINING_RIGHT',
      authority: 'Department of Natural Resources',
      validFrom: '2024-01-01',
      validTo: '2030-01-01',
      sigmaMetres: 0.1,
      documentNumber: document,
      ...options,
    },
  });
  const [area] = areas;
  if (!area) throw new Error(`the square was refused: ${rejected.map(({ message }) => message).join(' ')}`);
  return area.id;
}

/** What is seen of `metres` by `metres` at `east`, judged in the same call. Returns the observation's id. */
export async function seeSquare(
  { boundaries, knex }: Versions,
  context: RequestContext,
  mine: string,
  ref: string,
  { metres = 100, east = 0, ...facts }: { metres?: number; east?: number } & Partial<ObservationFacts> = {},
): Promise<string> {
  const corners = [0, 1, 2, 3, 0].map((i) => [i % 3 === 0 ? 0 : metres, i < 2 ? 0 : metres] as const);
  const ring = await Promise.all(
    corners.map(([x, y]) => geographicPosition(knex, 500_000 + east + x, 4_760_000 + y, 4549)),
  );
  const { observations, rejected } = await boundaries.submitObservations(context, [
    {
      provider: 'survey',
      providerRef: ref,
      mineCode: mine,
      activity: 'EXTRACTION',
      method: 'GNSS_SURVEY',
      observedAt: new Date('2026-02-01T04:00:00Z'),
      geometry: { type: 'Polygon', coordinates: [ring] },
      sigmaMetres: 0.1,
      ...facts,
    },
  ]);
  const [observation] = observations;
  if (!observation) throw new Error(`not taken: ${rejected.map(({ message }) => message).join(' ')}`);
  return observation.id;
}

export const BECAUSE = { reason: 'Found wrong on review', documentNumber: 'R-1' };
