import type { Knex } from 'knex';
import type { Extent } from '../config.js';
import type { Judge } from '../judgement/judge.js';
import type { EventHub } from '../platform/events/event-hub.js';
import type { Transact } from '../platform/transact.js';

/** What services are made of, also without anybody to serve. */
export interface SubgraphDeps {
  readonly knex: Knex;
  readonly transact: Transact;
  readonly judge: Judge;
  /** Where geometries must lie; null: anywhere. */
  readonly extent: Extent;
}

/** What every subgraph's composition root is given. */
export interface GraphDeps extends SubgraphDeps {
  readonly events: EventHub;
}
