import type { RequestContext } from '../platform/context.js';

/** What the gateway's pipeline carries for one request. */
export interface GatewayContext {
  /** The one request context that every subgraph call of this request shares. */
  readonly hub: RequestContext;
  /** Fires when nobody waits for the answer any more; made only when a transport asks for it. */
  readonly cancelled: Cancellation;
}

/** An abort signal that costs nothing until somebody listens. */
export class Cancellation {
  private controller: AbortController | null = null;
  private reason: unknown = null;

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.reason !== null) this.controller.abort(this.reason);
    return this.controller.signal;
  }

  get isCancelled(): boolean {
    return this.reason !== null;
  }

  cancel(reason: unknown): void {
    this.reason = reason;
    this.controller?.abort(reason);
  }
}
