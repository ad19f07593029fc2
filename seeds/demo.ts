import type { RequestContext } from '../src/platform/context.js';
import { AppError } from '../src/platform/errors.js';
import { idFromKey } from '../src/platform/ids.js';
import { createIntakeService, createObservationService } from '../src/subgraphs/boundaries/services.js';
import type { SubgraphDeps } from '../src/subgraphs/deps.js';
import { createLicencesService } from '../src/subgraphs/licences/services.js';
import { createRegistryService } from '../src/subgraphs/registry/services.js';
import type { DemoArea } from './demo-facts.js';
import { demoWorld } from './world.js';

/** Tells how far it has come: `done` of `total` steps, and what is in hand. */
export type OnSeedProgress = (done: number, total: number, what: string) => void;

const AREAS_PER_STEP = 120;
const OBSERVATIONS_PER_STEP = 100;

/**
 * Writes the demo through the same use cases as anybody's data: mines, licences, a listing for each area,
 * observations, which are judged as they come in. What is there already stays as it is.
 */
export async function seedDemo(
  deps: SubgraphDeps,
  context: RequestContext,
  onProgress: OnSeedProgress = () => {},
): Promise<void> {
  const world = demoWorld();
  const intake = createIntakeService(deps);
  const observations = createObservationService(deps);
  const total =
    2 +
    Math.ceil(world.areas.length / AREAS_PER_STEP) +
    Math.ceil(world.observations.length / OBSERVATIONS_PER_STEP);
  let done = 0;
  const step = async (what: string, work: () => Promise<{ readonly rejected: readonly object[] }>) => {
    onProgress(done, total, what);
    refuseRejections(what, (await work()).rejected);
    done += 1;
  };

  await step('mines', () => createRegistryService(deps).upsertMines(context, world.mines));
  await step('licences', () => createLicencesService(deps).upsertLicences(context, world.licences));
  for (const part of chunks(world.areas, AREAS_PER_STEP)) {
    await step('permitted areas', async () => {
      const results = await intake.importAll(context, part.map(intakeRequest));
      return { rejected: results.flatMap(({ rejected }) => rejected) };
    });
  }
  for (const part of chunks(world.observations, OBSERVATIONS_PER_STEP)) {
    await step('observations', () =>
      observations.submit(
        context,
        part.map((each) => ({ ...each, observedAt: new Date(each.observedAt) })),
      ),
    );
  }
  onProgress(total, total, 'done');
}

const chunks = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));

const intakeRequest = ({ mineCode, listing, licenceNumber, ...options }: DemoArea) => ({
  mineId: idFromKey('mine', mineCode),
  format: 'CORNER_LIST' as const,
  content: listing,
  encoding: 'UTF8' as const,
  options: { ...options, licenceId: licenceNumber && idFromKey('licence', licenceNumber) },
});

/** The demo is ours: a rejection is a fault of the generator, to be seen at once. */
function refuseRejections(what: string, rejected: readonly object[]): void {
  if (rejected.length === 0) return;
  throw new AppError('INTERNAL', `The demo's ${what} were rejected: ${JSON.stringify(rejected.slice(0, 3))}`);
}
