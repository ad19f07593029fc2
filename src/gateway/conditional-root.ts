import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';

const CONDITIONS: ReadonlySet<string> = new Set(['skip', 'include']);

/**
 * What stands at the root of a subscription on a condition, which the specification rules out. To be asked before anything
 * else is: the validation of graphql-js breaks off on a condition that a variable decides.
 */
export function conditionalRoots({ definitions }: DocumentNode): readonly GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  return definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION && each.operation === OperationTypeNode.SUBSCRIPTION
      ? conditionsIn(each.selectionSet, fragments, new Set())
      : [],
  );
}

function conditionsIn(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen: Set<string>,
): readonly GraphQLError[] {
  return selections.flatMap((selection) => {
    const own = (selection.directives ?? [])
      .filter(({ name }) => CONDITIONS.has(name.value))
      .map(
        (directive) =>
          new GraphQLError(
            `What a subscription follows may not depend on @${directive.name.value}; leave it out, or do not subscribe.`,
            { nodes: directive },
          ),
      );
    if (selection.kind === Kind.FIELD) return own;
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return [...own, ...conditionsIn(selection.selectionSet, fragments, seen)];
    const fragment = fragments.get(selection.name.value);
    if (!fragment || seen.has(selection.name.value)) return own;
    seen.add(selection.name.value);
    return [...own, ...conditionsIn(fragment.selectionSet, fragments, seen)];
  });
}
