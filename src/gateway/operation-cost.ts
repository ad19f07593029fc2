import {
  type ArgumentNode,
  type ConstValueNode,
  type FloatValueNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  type IntValueNode,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from '../platform/keyset.js';
import { FIELD_WEIGHTS, LIST_SIZES, type ListSize, TYPE_WEIGHTS, UNPAGED_LIST_SIZE } from './list-sizes.js';

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
 * Fields times the sizes of the lists around them: `first` for pages (50 when it is absent), for other lists 10, or what
 * `LIST_SIZES` says. A field counts once, or as its weight says.
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
    if (!set || !field) return { fixed: weightOf(name, parent, field), perItem: 0 };
    const inner = this.ofSet(set, getNamedType(field.type));
    if (field.args.some((arg) => arg.name === 'first')) {
      const size = this.pageSize(args);
      const list = isList(field.type) ? inner.fixed + UNPAGED_LIST_SIZE * inner.perItem : inner.perItem;
      return { fixed: 1 + (isList(field.type) ? 0 : inner.fixed) + size * list, perItem: 0 };
    }
    const one = inner.fixed + UNPAGED_LIST_SIZE * inner.perItem;
    const size = LIST_SIZES[`${parent?.name}.${name}`];
    if (size) return { fixed: 1 + this.sizeOf(size, args) * one, perItem: 0 };
    return isList(field.type) ? { fixed: 1, perItem: one } : { fixed: 1 + one, perItem: 0 };
  }

  private pageSize(args: readonly ArgumentNode[]): number {
    return Math.max(0, this.numberIn(args, 'first') ?? DEFAULT_PAGE_SIZE);
  }

  private sizeOf({ argument, of }: ListSize, args: readonly ArgumentNode[]): number {
    return of(argument ? (this.numberIn(args, argument.name) ?? argument.otherwise) : 0);
  }

  /** The number that an argument is given, in the document or by a variable. */
  private numberIn(args: readonly ArgumentNode[], name: string): number | null {
    const value = args.find((arg) => arg.name.value === name)?.value;
    if (value?.kind === Kind.INT || value?.kind === Kind.FLOAT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return null;
    this.sizeVariables.add(value.name.value);
    const given = this.variables[value.name.value];
    return typeof given === 'number' ? given : null;
  }
}

function weightOf(
  name: string,
  parent: GraphQLNamedType | null | undefined,
  field: GraphQLField<unknown, unknown> | undefined,
): number {
  const ofType = field && TYPE_WEIGHTS[getNamedType(field.type).name];
  return FIELD_WEIGHTS[`${parent?.name}.${name}`] ?? ofType ?? 1;
}

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type));

const isNumber = (value: ConstValueNode | undefined): value is IntValueNode | FloatValueNode =>
  value?.kind === Kind.INT || value?.kind === Kind.FLOAT;

function defaultsOf(
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = { ...variables };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (values[variable.name.value] === undefined && isNumber(defaultValue)) {
      values[variable.name.value] = Number(defaultValue.value);
    }
  }
  return values;
}
