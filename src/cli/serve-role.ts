import { AppError } from '../platform/errors.js';
import { isSubgraphName, SUBGRAPH_NAMES, type SubgraphName } from '../subgraphs/index.js';

/** What one process does: everything, routing only, or one subgraph. */
export type Role =
  | { readonly kind: 'all' }
  | { readonly kind: 'gateway' }
  | { readonly kind: 'subgraph'; readonly name: SubgraphName };

/** Errors: `BAD_USER_INPUT` for anything but `all`, `gateway` and `subgraph:<name>`. */
export function parseRole(text: string): Role {
  if (text === 'all' || text === 'gateway') return { kind: text };
  const [kind, name = ''] = text.split(':');
  if (kind === 'subgraph' && isSubgraphName(name)) return { kind, name };
  const roles = ['all', 'gateway', ...SUBGRAPH_NAMES.map((known) => `subgraph:${known}`)];
  throw new AppError('BAD_USER_INPUT', `There is no role ${text}; the roles are ${roles.join(', ')}.`, {
    field: 'role',
  });
}
