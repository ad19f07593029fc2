import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { PreparedDocument } from '../prepared-operations.js';

/** The subscription that is answered by reading pages of the log. */
const UPDATES_FIELD = 'registryUpdates';

/** What a subscription asks for, whoever asks it. */
export interface UpdateShape {
  /** The name that the client gives the field. */
  readonly responseKey: string;
  readonly field: FieldNode;
  /** The query that reads a page of updates with the client's own selection. */
  readonly page: DocumentNode;
  /** Variables that the selection uses. */
  readonly variables: readonly string[];
  /** Tells shapes apart. */
  readonly number: number;
}

/** What one client asks for. */
export interface UpdateOperation {
  readonly shape: UpdateShape;
  readonly prepared: PreparedDocument;
  readonly operation: OperationDefinitionNode;
  readonly after: string | null;
  /** As the client wrote it. */
  readonly filter: object | null;
  /** Values of the variables that the selection uses. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Values of all variables. */
  readonly given: Readonly<Record<string, unknown>>;
}

const shapes = new WeakMap<OperationDefinitionNode, UpdateShape | null>();
let count = 0;

const PAGE = parse(`query ($mb_after: String, $mb_filter: UpdateFilter, $mb_first: Int) {
  updates(after: $mb_after, filter: $mb_filter, first: $mb_first) {
    edges { cursor node { __typename } }
    pageInfo { endCursor hasNextPage }
  }
}`);

/** null: the subscription is not about updates. Errors: a `GraphQLError` for variables that do not fit. */
export function updateOperation(
  schema: GraphQLSchema,
  prepared: PreparedDocument,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): UpdateOperation | null {
  let shape = shapes.get(operation);
  if (shape === undefined) {
    shape = shapeOf(prepared, operation);
    shapes.set(operation, shape);
  }
  const definition = schema.getSubscriptionType()?.getFields()[UPDATES_FIELD];
  if (shape === null || !definition) return null;
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given, {
    maxErrors: 20,
  });
  if (errors?.[0]) throw errors[0];
  const { after, filter } = getArgumentValues(definition, shape.field, coerced);
  return {
    shape,
    prepared,
    operation,
    after: (after as string | null | undefined) ?? null,
    filter: (filter as object | null | undefined) ?? null,
    variables: Object.fromEntries(shape.variables.map((name) => [name, given[name]])),
    given,
  };
}

function shapeOf(prepared: PreparedDocument, operation: OperationDefinitionNode): UpdateShape | null {
  const fields = rootFields(operation.selectionSet, prepared.fragments);
  const [field] = fields;
  if (!field || field.name.value !== UPDATES_FIELD) return null;
  const selections = fields.flatMap((each) => each.selectionSet?.selections ?? []);
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
  const fragments = fragmentsOf(selectionSet, prepared.fragments);
  const variables = variablesOf([selectionSet, ...fragments]);
  count += 1;
  return {
    responseKey: field.alias?.value ?? field.name.value,
    field,
    page: pageDocument(operation, selectionSet, fragments, variables),
    variables: [...variables],
    number: count,
  };
}

/** Validation has seen to it that they are one field, however often it stands there. */
function rootFields(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FieldNode[] {
  return set.selections.flatMap((selection: SelectionNode): readonly FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, fragments);
    const fragment = fragments.get(selection.name.value);
    return fragment ? rootFields(fragment.selectionSet, fragments) : [];
  });
}

/** Those that the selection spreads, and those that these spread. */
function fragmentsOf(
  set: SelectionSetNode,
  all: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FragmentDefinitionNode[] {
  const found = new Map<string, FragmentDefinitionNode>();
  const collect = (node: SelectionSetNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = all.get(name.value);
        if (!fragment || found.has(name.value)) return;
        found.set(name.value, fragment);
        collect(fragment);
      },
    });
  };
  collect(set);
  return [...found.values()];
}

function variablesOf(nodes: readonly (SelectionSetNode | FragmentDefinitionNode)[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}

function pageDocument(
  operation: OperationDefinitionNode,
  selectionSet: SelectionSetNode,
  fragments: readonly FragmentDefinitionNode[],
  variables: ReadonlySet<string>,
): DocumentNode {
  const page = visit(PAGE, {
    OperationDefinition: (node) => ({
      ...node,
      variableDefinitions: [
        ...(node.variableDefinitions ?? []),
        ...(operation.variableDefinitions ?? []).filter(({ variable }) => variables.has(variable.name.value)),
      ],
    }),
    Field: { leave: (node) => (node.name.value === 'node' ? { ...node, selectionSet } : undefined) },
  });
  return { ...page, definitions: [...page.definitions, ...fragments] };
}
