import type { Cancellation } from '../platform/cancellation.js';
import type { RequestContext } from '../platform/context.js';

/** What the gateway's pipeline carries for one request. */
export interface GatewayContext {
  /** The one request context that every subgraph call of this request shares. */
  readonly hub: RequestContext;
  /** Cancelled when nobody waits for the answer any more. */
  readonly cancelled: Cancellation;
}
