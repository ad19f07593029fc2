import { createRequestContext } from '../../../platform/context.js';
import { AppError } from '../../../platform/errors.js';
import type { Exchange } from '../../../platform/http-exchange.js';
import type { Route } from '../../../platform/http-server.js';
import { SilenceLimit } from '../../../platform/silence-limit.js';
import type { EvidenceService } from './evidence.service.js';

const NAME = /^\/evidence\/([0-9a-fA-F-]{36})\.zip$/;

/**
 * `GET /evidence/<violation id>.zip`: issues a pack of a violation that whoever asks may see, as the next link of the
 * chain, so that it is never answered from a cache. One that is not there in `timeoutMs` is not issued.
 */
export const evidenceRoute = (service: EvidenceService, timeoutMs: number): Route => ({
  path: '/evidence/',
  handle: (exchange) => answer(service, exchange, timeoutMs),
});

async function answer(service: EvidenceService, exchange: Exchange, timeoutMs: number): Promise<void> {
  if (exchange.method !== 'GET') {
    const refusal = new AppError('METHOD_NOT_ALLOWED', 'An evidence pack is asked for with GET.');
    exchange.sendError(refusal, { allow: 'GET' });
    return;
  }
  const id = NAME.exec(exchange.path)?.[1];
  if (id === undefined) {
    throw new AppError('NOT_FOUND', 'Evidence packs are at /evidence/<id of a violation>.zip.');
  }
  const context = createRequestContext({ log: exchange.log, requestId: exchange.requestId });
  const limit = new SilenceLimit(timeoutMs, exchange.response);
  // A printer that hangs costs the report in PDF, not the pack.
  const { bytes, fileName, pack } = await limit.within(() => service.issue(context, id, timeoutMs / 2));
  exchange.send(200, 'application/zip', Buffer.from(bytes), {
    'content-disposition': `attachment; filename="${fileName}"`,
    'cache-control': 'no-store',
    'x-evidence-digest': pack.digest,
    'x-evidence-sequence': String(pack.sequence),
  });
}
