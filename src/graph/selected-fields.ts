import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import type { FieldSelection } from '../platform/columns.js';

type Fragments = GraphQLResolveInfo['fragments'];

const ofLists = new WeakMap<readonly FieldNode[], FieldSelection>();
const ofNodes = new WeakMap<readonly FieldNode[], FieldSelection>();

/** What a query asks of each item of a list field. */
export const selectedFields = (info: GraphQLResolveInfo): FieldSelection =>
  once(ofLists, info, (names) => {
    for (const node of info.fieldNodes) collect(node.selectionSet, info.fragments, [], names);
  });

/** What a query asks of each node of a connection, through `nodes` and through `edges`. */
export const selectedNodeFields = (info: GraphQLResolveInfo): FieldSelection =>
  once(ofNodes, info, (names) => {
    for (const node of info.fieldNodes) {
      collect(node.selectionSet, info.fragments, ['nodes'], names);
      collect(node.selectionSet, info.fragments, ['edges', 'node'], names);
    }
  });

/** A compiled query hands the same nodes to every call, so that the work is done once a query. */
function once(
  known: WeakMap<readonly FieldNode[], FieldSelection>,
  info: GraphQLResolveInfo,
  read: (names: Set<string>) => void,
): FieldSelection {
  const before = known.get(info.fieldNodes);
  if (before) return before;
  const names = new Set<string>();
  read(names);
  names.delete('__typename');
  const made = { names, key: [...names].sort().join() };
  known.set(info.fieldNodes, made);
  return made;
}

/** Adds the names of the fields found below `path`; what `@skip` or `@include` may leave out counts as asked. */
function collect(
  set: SelectionSetNode | undefined,
  fragments: Fragments,
  path: readonly string[],
  names: Set<string>,
): void {
  const [next, ...rest] = path;
  for (const selection of set?.selections ?? []) {
    if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, fragments, path, names);
    else if (selection.kind === Kind.FRAGMENT_SPREAD)
      collect(fragments[selection.name.value]?.selectionSet, fragments, path, names);
    else if (next === undefined) names.add(selection.name.value);
    else if (selection.name.value === next) collect(selection.selectionSet, fragments, rest, names);
  }
}
