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
  private readonly made = new Map<object, Map<string, unknown>>();

  /**
   * The loaders of `owner` (a subgraph's composition root, or a service) in this request. Fields that are asked with
   * arguments have loaders for each `asked`: equal arguments share a statement.
   */
  of<T>(owner: object, make: () => T, asked?: unknown): T {
    const made = this.made.get(owner) ?? new Map<string, unknown>();
    const key = asked === undefined ? '' : JSON.stringify(asked);
    if (!made.has(key)) this.made.set(owner, made.set(key, make()));
    return made.get(key) as T;
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
