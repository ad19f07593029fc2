import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from './clock.js';
import type { Logger } from './logging.js';
import { LOCAL_ADMINISTRATOR, type Principal } from './principal.js';

/** What every resolver, service and repository call carries: who asks, which request, what time it is. */
export interface RequestContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly loaders: LoaderScope;
}

/** The loaders of one request, made on first use, so that nothing is cached beyond it. */
export class LoaderScope {
  private readonly made = new Map<object, unknown>();

  /** The loaders of `owner` (a subgraph's composition root) in this request. */
  of<T>(owner: object, make: () => T): T {
    if (!this.made.has(owner)) this.made.set(owner, make());
    return this.made.get(owner) as T;
  }
}

export interface RequestContextParts {
  readonly log: Logger;
  readonly principal?: Principal | undefined;
  readonly requestId?: string | undefined;
  readonly clock?: Clock | undefined;
}

export function createRequestContext(parts: RequestContextParts): RequestContext {
  const requestId = parts.requestId ?? randomUUID();
  return {
    principal: parts.principal ?? LOCAL_ADMINISTRATOR,
    requestId,
    clock: parts.clock ?? systemClock,
    log: parts.log,
    loaders: new LoaderScope(),
  };
}
