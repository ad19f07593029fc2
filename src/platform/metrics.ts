import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What this process measures of itself, in Prometheus' terms. */
export interface Metrics {
  httpRequest(method: string, route: string, status: number, seconds: number): void;
  subgraphOperation(subgraph: string, outcome: 'ok' | 'error'): void;
  /** `outcome`: DELIVERED, TIMED_OUT and so on. */
  webhookAttempt(outcome: string): void;
  bridgePublished(bridge: string, events: number): void;
  /** Somebody began (1) or ended (-1) to follow updates. */
  subscribers(change: 1 | -1): void;
  updatesTold(count: number): void;
  /** Why a subscription was ended: SLOW_CONSUMER and so on. */
  subscriptionEnded(code: string): void;
  /** The exposition text and its content type. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A registry of its own for each process (or test), so that nothing is global. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'minebound_' });
  const http = new Histogram({
    name: 'minebound_http_request_seconds',
    help: 'Time from the arrival of an HTTP request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
  const operations = new Counter({
    name: 'minebound_subgraph_operations_total',
    help: 'Operations that this process sent to a subgraph, or answered as one.',
    labelNames: ['subgraph', 'outcome'],
    registers: [registry],
  });
  const attempts = new Counter({
    name: 'minebound_webhook_attempts_total',
    help: 'Attempts to deliver an event to a webhook, by how they ended.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const bridged = new Counter({
    name: 'minebound_bridge_events_total',
    help: 'Events that another message system has acknowledged.',
    labelNames: ['bridge'],
    registers: [registry],
  });
  const subscribers = new Gauge({
    name: 'minebound_update_subscribers',
    help: 'Who follows updates over WebSocket or Server-Sent Events now.',
    registers: [registry],
  });
  const told = new Counter({
    name: 'minebound_updates_told_total',
    help: 'Updates told to subscribers, heartbeats included.',
    registers: [registry],
  });
  const ended = new Counter({
    name: 'minebound_update_subscriptions_ended_total',
    help: 'Subscriptions that the hub has ended, by the code of the error.',
    labelNames: ['code'],
    registers: [registry],
  });
  // Looking a label set up by its values costs more than counting; there are few of them.
  const series = new Map<string, { observe(value: number): void }>();
  const counters = new Map<string, { inc(): void }>();
  return {
    httpRequest: (method, route, status, seconds) =>
      known(series, `${method} ${route} ${status}`, () => http.labels(method, route, String(status))).observe(
        seconds,
      ),
    subgraphOperation: (subgraph, outcome) =>
      known(counters, `${subgraph} ${outcome}`, () => operations.labels(subgraph, outcome)).inc(),
    webhookAttempt: (outcome) => attempts.labels(outcome).inc(),
    bridgePublished: (bridge, events) => bridged.labels(bridge).inc(events),
    subscribers: (change) => subscribers.inc(change),
    updatesTold: (count) => told.inc(count),
    subscriptionEnded: (code) => ended.labels(code).inc(),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function known<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
