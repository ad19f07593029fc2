import { AppError } from './errors.js';
import type { Principal } from './principal.js';

/**
 * Who somebody is now. What goes on for long, like following updates, asks again before it tells more: rights change
 * meanwhile. `null`: not known any more, or not allowed in.
 */
export interface PrincipalSource {
  current(principal: Principal): Promise<Principal | null>;
}

/** While no identity provider is configured, nobody's rights change. */
export const unchangingPrincipals: PrincipalSource = { current: async (principal) => principal };

/** Errors: `UNAUTHENTICATED`. */
export async function presentRights(source: PrincipalSource, principal: Principal): Promise<Principal> {
  const now = await source.current(principal);
  if (now) return now;
  throw new AppError('UNAUTHENTICATED', 'You may not follow updates any more; sign in again.');
}

export const sameRights = (a: Principal, b: Principal): boolean =>
  a === b || (a.id === b.id && JSON.stringify(a.divisions) === JSON.stringify(b.divisions));
