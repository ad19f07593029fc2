import type { Knex } from 'knex';
import type { Extent } from '../../src/config.js';
import type { Judge } from '../../src/judgement/judge.js';
import { createJudging } from '../../src/judgement/judging.js';
import { createTransact } from '../../src/platform/transact.js';
import { testEvents, testWebhooks } from './events.js';

/** The extent of a hub that was told no other. */
export const CHINA = [73, 3, 136, 54] as const;

/** What services are made of: one database and one engine; the whole world, unless the test says otherwise. */
export const serviceParts = (knex: Knex, extent: Extent = null) => ({
  knex,
  transact: createTransact(knex),
  ...createJudging(),
  extent,
});

/** What a whole subgraph is made of: events of this process, and webhooks that nobody sends. */
export const subgraphParts = (knex: Knex, extent: Extent = null) => ({
  ...serviceParts(knex, extent),
  events: testEvents(knex),
  webhooks: testWebhooks,
});

/** Reaches no verdicts, where a test is about what is written without them. */
export const SILENT_JUDGE: Judge = {
  judge: async () => ({ judgementIds: [], violationIds: [], changed: 0 }),
};
