import { type HealthCheck, readiness } from './health.js';
import type { Route } from './http-server.js';
import type { Metrics } from './metrics.js';

/**
 * `/healthz` (the process runs), `/readyz` (it can answer), `/metrics` (Prometheus). What `beside` gives is told by
 * `/readyz` as well, and decides nothing.
 */
export function operationsRoutes(
  checks: readonly HealthCheck[],
  metrics: Metrics,
  beside: () => object = () => ({}),
): readonly Route[] {
  const noStore = { 'cache-control': 'no-store' };
  return [
    { path: '/healthz', handle: (exchange) => exchange.sendJson(200, { status: 'ok' }, noStore) },
    {
      path: '/readyz',
      handle: async (exchange) => {
        const report = await readiness(checks);
        exchange.sendJson(report.status === 'ready' ? 200 : 503, { ...report, ...beside() }, noStore);
      },
    },
    {
      path: '/metrics',
      handle: async (exchange) => {
        const { contentType, text } = await metrics.expose();
        exchange.send(200, contentType, text, noStore);
      },
    },
  ];
}
