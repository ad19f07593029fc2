import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** An operation's questions about the graph itself, and those to the subgraphs; null where there are none. */
export interface SplitOperation {
  readonly introspection: DocumentNode | null;
  readonly data: DocumentNode | null;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/**
 * Parts what no subgraph can answer (`__schema`, `__type`) from the rest: the planner takes an operation as one or
 * the other by its first field. `__typename` goes with the data where there is any. An operation that asks for nothing,
 * as all of it is left out, is none for the planner either.
 */
export function splitIntrospection(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): SplitOperation {
  const asks = (wanted: (name: string) => boolean): SelectionSetNode | null =>
    filterRoot(operation.selectionSet, fragments, wanted);
  const introspection = asks(isIntrospection);
  const data = asks((name) => !name.startsWith('__'));
  if (data === null) return { introspection: document, data: null };
  if (introspection === null) return { introspection: null, data: document };
  const only = (selectionSet: SelectionSetNode | null): DocumentNode | null =>
    selectionSet && { ...document, definitions: [{ ...operation, selectionSet }, ...fragments.values()] };
  return { introspection: only(introspection), data: only(asks((name) => !isIntrospection(name))) };
}

const isIntrospection = (name: string): boolean => name === '__schema' || name === '__type';

/** Whether it says in the document itself, not by a variable, that what it stands at is left out. */
const leavesOut = ({ name, arguments: given }: DirectiveNode): boolean =>
  given?.some(
    ({ value }) =>
      value.kind === Kind.BOOLEAN &&
      (name.value === 'skip' ? value.value : name.value === 'include' && !value.value),
  ) ?? false;

/** The root selections whose names are wanted, fragments spelled out, without those left out; null when nothing is left. */
function filterRoot(
  set: SelectionSetNode,
  fragments: Fragments,
  wanted: (name: string) => boolean,
): SelectionSetNode | null {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.directives?.some(leavesOut)) return [];
    if (selection.kind === Kind.FIELD) return wanted(selection.name.value) ? [selection] : [];
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    const kept = inner && filterRoot(inner.selectionSet, fragments, wanted);
    if (!inner || !kept) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        ...(inner.typeCondition ? { typeCondition: inner.typeCondition } : {}),
        ...(selection.directives ? { directives: selection.directives } : {}),
        selectionSet: kept,
      },
    ];
  });
  return selections.length === 0 ? null : { kind: Kind.SELECTION_SET, selections };
}
