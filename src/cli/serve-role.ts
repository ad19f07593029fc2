import { AppError } from '../platform/errors.js';
import { isSubgraphName, SUBGRAPH_NAMES, type SubgraphName } from '../subgraphs/index.js';

/** What one process does: everything, routing only, or one subgraph. */
export type Role =
  | { readonly kind: 'all' }
  | { readonly kind: 'gateway' }
  | { readonly kind: 'subgraph'; readonly name: SubgraphName };

/** Whether what belongs to a subgraph is done in a process of this role. */
export const serves = (role: Role, name: SubgraphName): boolean =>
  role.kind === 'all' || (role.kind === 'subgraph' && role.name === name);

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
