import type { BridgeDefinition } from '../bridges/bridge.js';
import { BridgeRepository } from '../bridges/bridge.repository.js';
import { BridgeRunner } from '../bridges/bridge-runner.js';
import type { Config } from '../config.js';
import { systemClock } from '../platform/clock.js';
import { systemIds } from '../platform/ids.js';
import type { Logger } from '../platform/logging.js';
import type { Metrics } from '../platform/metrics.js';
import { unchangingPrincipals } from '../platform/principal-source.js';
import type { GraphDeps } from '../subgraphs/deps.js';
import { AddressRules } from '../webhooks/address-rules.js';
import { DispatchRepository } from '../webhooks/dispatch.repository.js';
import { RETRY_POLICY } from '../webhooks/retry-policy.js';
import { secretBoxOf } from '../webhooks/secret-box.repository.js';
import { WebhookDispatcher } from '../webhooks/webhook-dispatcher.js';
import { WebhookSender } from '../webhooks/webhook-sender.js';

/** What sends events out of the hub without having been asked for each. */
export interface Outlets {
  /** Ends after what is under way, or cuts it after a few seconds; nothing is lost. */
  stop(): Promise<void>;
}

interface Outlet {
  start(): void;
  stop(): Promise<void>;
}

/** Webhooks, and the bridges that are configured. Several processes share them by leases in the database. */
export async function startOutlets(
  config: Config,
  deps: GraphDeps,
  log: Logger,
  metrics: Metrics,
): Promise<Outlets> {
  const outlets: Outlet[] = [await webhookDispatcher(config, deps, log, metrics)];
  for (const definition of await bridgesOf(config)) {
    outlets.push(
      new BridgeRunner({
        definition,
        positions: new BridgeRepository(deps.knex, systemIds.random()),
        feed: deps.events.feed,
        cursors: await deps.events.cursors(),
        logger: log,
        onPublished: (events) => metrics.bridgePublished(definition.name, events),
      }),
    );
  }
  for (const outlet of outlets) outlet.start();
  return {
    stop: async () => {
      await Promise.all(outlets.map((outlet) => outlet.stop()));
    },
  };
}

async function webhookDispatcher(
  { webhooks }: Config,
  { knex, events, transact }: GraphDeps,
  logger: Logger,
  metrics: Metrics,
): Promise<WebhookDispatcher> {
  const rules = new AddressRules(webhooks.allowedNetworks);
  return new WebhookDispatcher({
    endpoints: new DispatchRepository(knex, secretBoxOf(knex)),
    feed: events.feed,
    cursors: await events.cursors(),
    sender: new WebhookSender({ rules, clock: systemClock, deadlineMs: webhooks.deadlineMs }),
    principals: unchangingPrincipals,
    transact,
    clock: systemClock,
    ids: systemIds,
    logger,
    policy: RETRY_POLICY,
    historyDays: webhooks.historyDays,
    onAttempt: (outcome) => metrics.webhookAttempt(outcome),
  });
}

/** Their libraries are loaded only where they are used. */
async function bridgesOf({ nats, mqtt }: Config): Promise<readonly BridgeDefinition[]> {
  return [
    ...(nats === null ? [] : [(await import('../bridges/nats-bridge.js')).natsBridge(nats)]),
    ...(mqtt === null ? [] : [(await import('../bridges/mqtt-bridge.js')).mqttBridge(mqtt)]),
  ];
}
