import {
  type ArgumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from '../platform/keyset.js';

/** Items expected in a list that is not paged: a mine's licences, an area's corners. */
const UNPAGED_LIST_SIZE = 10;

/** Fields once, and fields once for each item of the page around them. */
interface Cost {
  readonly fixed: number;
  readonly perItem: number;
}

/** What an operation is reckoned to cost, and the variables that decide it. */
export interface CostEstimate {
  readonly cost: number;
  readonly sizeVariables: readonly string[];
}

/**
 * Fields times the sizes of the lists around them: `first` for pages (50 when it is absent), 10 for other lists.
 * What fragments select counts at every spread, and `@skip` and `@include` count as if absent.
 */
export function estimateCost(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): CostEstimate {
  const reader = new CostReader(schema, fragments, defaultsOf(operation, variables));
  const { fixed, perItem } = reader.ofSet(operation.selectionSet, schema.getRootType(operation.operation));
  return { cost: fixed + UNPAGED_LIST_SIZE * perItem, sizeVariables: [...reader.sizeVariables] };
}

class CostReader {
  readonly sizeVariables = new Set<string>();
  private readonly known = new Map<string, Cost>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly variables: Readonly<Record<string, unknown>>,
  ) {}

  ofSet(set: SelectionSetNode, parent: GraphQLNamedType | null | undefined): Cost {
    let fixed = 0;
    let perItem = 0;
    for (const selection of set.selections) {
      let cost: Cost;
      if (selection.kind === Kind.FIELD) {
        cost = this.ofField(selection.name.value, selection.arguments ?? [], selection.selectionSet, parent);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) cost = this.ofFragment(selection.name.value);
      else {
        const condition = selection.typeCondition?.name.value;
        cost = this.ofSet(selection.selectionSet, condition ? this.schema.getType(condition) : parent);
      }
      fixed += cost.fixed;
      perItem += cost.perItem;
    }
    return { fixed, perItem };
  }

  private ofFragment(name: string): Cost {
    const before = this.known.get(name);
    if (before) return before;
    const fragment = this.fragments.get(name);
    const cost = fragment
      ? this.ofSet(fragment.selectionSet, this.schema.getType(fragment.typeCondition.name.value))
      : { fixed: 0, perItem: 0 };
    this.known.set(name, cost);
    return cost;
  }

  private ofField(
    name: string,
    args: readonly ArgumentNode[],
    set: SelectionSetNode | undefined,
    parent: GraphQLNamedType | null | undefined,
  ): Cost {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (!set || !field) return { fixed: 1, perItem: 0 };
    const inner = this.ofSet(set, getNamedType(field.type));
    if (field.args.some((arg) => arg.name === 'first')) {
      const size = this.pageSize(args);
      const list = isList(field.type) ? inner.fixed + UNPAGED_LIST_SIZE * inner.perItem : inner.perItem;
      return { fixed: 1 + (isList(field.type) ? 0 : inner.fixed) + size * list, perItem: 0 };
    }
    const one = inner.fixed + UNPAGED_LIST_SIZE * inner.perItem;
    return isList(field.type) ? { fixed: 1, perItem: one } : { fixed: 1 + one, perItem: 0 };
  }

  private pageSize(args: readonly ArgumentNode[]): number {
    const value = args.find((arg) => arg.name.value === 'first')?.value;
    if (value?.kind === Kind.INT) return Math.max(0, Number(value.value));
    if (value?.kind === Kind.VARIABLE) {
      this.sizeVariables.add(value.name.value);
      const given = this.variables[value.name.value];
      if (typeof given === 'number') return Math.max(0, given);
    }
    return DEFAULT_PAGE_SIZE;
  }
}

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type));

function defaultsOf(
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = { ...variables };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (values[variable.name.value] === undefined && defaultValue?.kind === Kind.INT) {
      values[variable.name.value] = Number(defaultValue.value);
    }
  }
  return values;
}
