import type { Knex } from 'knex';
import type { Extent, WebhookConfig } from '../config.js';
import type { Judging } from '../judgement/judging.js';
import type { EventHub } from '../platform/events/event-hub.js';
import type { Transact } from '../platform/transact.js';

/** What services are made of, also without anybody to serve. */
export interface SubgraphDeps extends Judging {
  readonly knex: Knex;
  readonly transact: Transact;
  /** Where geometries must lie; null: anywhere. */
  readonly extent: Extent;
  /** How many parts of a run are judged side by side, each on a connection of its own; absent: one. */
  readonly partsAtOnce?: number;
}

/** What every subgraph's composition root is given. */
export interface GraphDeps extends SubgraphDeps {
  readonly events: EventHub;
  readonly webhooks: WebhookConfig;
}
