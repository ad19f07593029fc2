import type { Config } from '../config.js';
import { createJudging } from '../judgement/judging.js';
import { unheeding } from '../platform/cancellation.js';
import type { Database } from '../platform/database.js';
import { EventHub } from '../platform/events/event-hub.js';
import type { Logger } from '../platform/logging.js';
import { createTransact } from '../platform/transact.js';
import type { GraphDeps } from '../subgraphs/deps.js';

/** What subgraphs and their services are made of, on a database that need not have its schema yet. */
export function createGraphDeps({ knex, kind }: Database, config: Config, log: Logger): GraphDeps {
  const events = new EventHub({ knex, kind, ...config.events, log });
  return {
    knex,
    transact: createTransact(knex, () => unheeding(events.committed)),
    ...createJudging(),
    partsAtOnce: kind === 'embedded' ? 1 : config.judgingConnections,
    events,
    webhooks: config.webhooks,
    extent: config.extent,
  };
}
