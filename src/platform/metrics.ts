import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** What this process measures of itself, in Prometheus' terms. */
export interface Metrics {
  httpRequest(method: string, route: string, status: number, seconds: number): void;
  subgraphOperation(subgraph: string, outcome: 'ok' | 'error'): void;
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
  return {
    httpRequest: (method, route, status, seconds) =>
      http.labels(method, route, String(status)).observe(seconds),
    subgraphOperation: (subgraph, outcome) => operations.labels(subgraph, outcome).inc(),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
