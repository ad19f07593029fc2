import type { Knex } from 'knex';
import type { Config } from '../src/config.js';
import type { RequestContext } from '../src/platform/context.js';
import { underAdvisoryLock } from '../src/platform/migrations.js';
import { createTransact } from '../src/platform/transact.js';
import type { SubgraphDeps } from '../src/subgraphs/deps.js';
import { DivisionRepository } from '../src/subgraphs/registry/division.repository.js';
import { type OnSeedProgress, seedDemo } from './demo.js';
import { allDivisions } from './divisions.js';

type Seed = 'divisions' | 'demo';

/**
 * What a hub does at start, and each command before it works: loads the administrative divisions where they are
 * missing and, where `seed` says so, the demo into an empty registry. Of several processes that start together one
 * does it.
 */
export async function fillRegistry(
  seed: Config['seed'],
  deps: SubgraphDeps,
  context: RequestContext,
  onProgress?: OnSeedProgress,
): Promise<void> {
  await underAdvisoryLock(deps.knex, async () => {
    const seeds: Seed[] = [];
    if (!(await hasDivisions(deps.knex))) seeds.push('divisions');
    if (seed === 'demo' && (await isEmpty(deps.knex))) seeds.push('demo');
    await runSeeds(seeds, deps, context, onProgress);
  });
}

/** Loads `seeds` whatever the registry holds; what is there already stays as it is. Each is there whole or not at all. */
export async function runSeeds(
  seeds: readonly Seed[],
  deps: SubgraphDeps,
  context: RequestContext,
  onProgress?: OnSeedProgress,
): Promise<void> {
  const run: Readonly<Record<Seed, () => Promise<void>>> = {
    divisions: () => new DivisionRepository(deps.knex).upsert(deps.knex, allDivisions()),
    demo: () =>
      deps.knex.transaction((knex) =>
        seedDemo({ ...deps, knex, transact: createTransact(knex) }, context, onProgress),
      ),
  };
  const seedSource: Knex.SeedSource<Seed> = {
    getSeeds: async () => [...seeds],
    getSeed: async (name) => ({ seed: run[name] }),
  };
  try {
    await deps.knex.seed.run({ seedSource });
  } catch (error) {
    // knex wraps what a seed throws; callers know the original's code.
    throw (error as { original?: unknown }).original ?? error;
  }
}

async function hasDivisions(knex: Knex): Promise<boolean> {
  return (await knex('registry.published_division').first('code')) !== undefined;
}

async function isEmpty(knex: Knex): Promise<boolean> {
  return (await knex('registry.published_mine').first('id')) === undefined;
}
