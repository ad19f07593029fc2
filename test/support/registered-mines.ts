import type { Knex } from 'knex';
import { DivisionRepository } from '../../src/subgraphs/registry/division.repository.js';
import type { MineFacts } from '../../src/subgraphs/registry/mine.js';
import { createRegistryService } from '../../src/subgraphs/registry/services.js';
import { DIVISIONS } from './builders.js';
import { testContext } from './context.js';
import { serviceParts } from './service-parts.js';

/** Stores mines, and the divisions that mines of tests lie in. */
export async function registerMines(knex: Knex, mines: readonly MineFacts[]): Promise<void> {
  await new DivisionRepository(knex).upsert(knex, DIVISIONS);
  const registry = createRegistryService(serviceParts(knex));
  const { rejected } = await registry.upsertMines(testContext(), mines);
  if (rejected.length > 0) throw new Error(rejected.map(({ message }) => message).join(' '));
}
