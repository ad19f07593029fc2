import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import type { Limits } from '../config.js';
import { AppError } from '../platform/errors.js';
import { located, SPEC_CODES } from './client-error.js';
import { conditionalRoots } from './conditional-root.js';
import { withSignedExponents } from './float-spelling.js';
import { type SplitOperation, splitIntrospection } from './introspection.js';
import { LruMap } from './lru-map.js';
import { estimateCost } from './operation-cost.js';
import { checkShape } from './operation-shape.js';
import { literalFaults } from './operation-texts.js';

/** A query text that was parsed, checked and validated once, for all requests that send it again. */
export interface PreparedDocument {
  readonly document: DocumentNode;
  readonly operations: readonly OperationDefinitionNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** What is wrong with it; empty when it can be executed. */
  readonly errors: readonly GraphQLError[];
  readonly costs: Map<OperationDefinitionNode, KnownCosts>;
  readonly splits: Map<OperationDefinitionNode, SplitOperation>;
}

/** Costs reckoned before, by the values of the variables they depend on. */
interface KnownCosts {
  readonly sizeVariables: readonly string[];
  readonly bySizes: LruMap<string, number>;
}

const DOCUMENTS = 1_000;
const COSTS_PER_OPERATION = 20;
const MOST_TOKENS = 10_000;
/** A document is kept as a key; data belongs into variables, which are not. */
const LONGEST_DOCUMENT = 100_000;

/** Parses, checks the shape of, and validates documents against the graph; keeps what it found. */
export class PreparedOperations {
  private readonly documents = new LruMap<string, PreparedDocument>(DOCUMENTS);

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly limits: Limits,
  ) {}

  /** Errors: `REQUEST_TOO_LARGE`, `QUERY_TOO_DEEP`, `QUERY_TOO_MANY_ALIASES`, a `GraphQLError` of the parser. */
  document(text: string): PreparedDocument {
    const known = this.documents.get(text);
    if (known) return known;
    const made = this.prepare(text);
    this.documents.set(text, made);
    return made;
  }

  /** The operation to run: the named one, or the only one. */
  operation(prepared: PreparedDocument, name: string | null): OperationDefinitionNode {
    const { operations } = prepared;
    const found =
      name === null
        ? operations.length === 1 && operations[0]
        : operations.find((operation) => operation.name?.value === name);
    if (found) return found;
    throw new GraphQLError(
      name === null
        ? 'The document has several operations; say in operationName which to run.'
        : `The document has no operation named ${name}.`,
      { extensions: { code: SPEC_CODES.VALIDATION } },
    );
  }

  /** Which part of the operation the subgraphs answer, and which the graph's own description. */
  split(prepared: PreparedDocument, operation: OperationDefinitionNode): SplitOperation {
    const known = prepared.splits.get(operation);
    if (known) return known;
    const made = splitIntrospection(prepared.document, operation, prepared.fragments);
    prepared.splits.set(operation, made);
    return made;
  }

  /** What the operation is reckoned to cost. Errors: `QUERY_TOO_COSTLY`. */
  checkCost(
    prepared: PreparedDocument,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): number {
    const cost = this.cost(prepared, operation, variables);
    if (cost <= this.limits.cost) return cost;
    throw new AppError(
      'QUERY_TOO_COSTLY',
      `The query is reckoned to cost ${cost}, the fields times the sizes of the lists around them; at most ` +
        `${this.limits.cost} is answered (LIMIT_COST). Ask for smaller pages with first, or for fewer fields.`,
      { cost, limit: this.limits.cost },
    );
  }

  private cost(
    prepared: PreparedDocument,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): number {
    const known = prepared.costs.get(operation);
    const before = known?.bySizes.get(sizesKey(known.sizeVariables, variables));
    if (before !== undefined) return before;
    const { cost, sizeVariables } = estimateCost(this.schema, prepared.fragments, operation, variables);
    const costs = known ?? { sizeVariables, bySizes: new LruMap(COSTS_PER_OPERATION) };
    costs.bySizes.set(sizesKey(sizeVariables, variables), cost);
    prepared.costs.set(operation, costs);
    return cost;
  }

  private prepare(text: string): PreparedDocument {
    if (text.length > LONGEST_DOCUMENT) {
      throw new AppError(
        'REQUEST_TOO_LARGE',
        `A query document may have no more than ${LONGEST_DOCUMENT} characters; send data in variables.`,
      );
    }
    const document = withSignedExponents(parseDocument(text));
    checkShape(document, this.limits);
    const operations: OperationDefinitionNode[] = [];
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const definition of document.definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
      else if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    }
    return {
      document,
      operations,
      fragments,
      errors: faultsOf(this.schema, document),
      costs: new Map(),
      splits: new Map(),
    };
  }
}

/** Values are looked at in a document that makes sense. */
function faultsOf(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const conditional = conditionalRoots(document);
  const invalid = (conditional.length > 0 ? conditional : validate(schema, document)).map((error) =>
    coded(error, SPEC_CODES.VALIDATION),
  );
  return invalid.length > 0 ? invalid : literalFaults(schema, document);
}

const sizesKey = (names: readonly string[], variables: Readonly<Record<string, unknown>>): string =>
  names.map((name) => String(variables[name])).join();

function parseDocument(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: MOST_TOKENS });
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, SPEC_CODES.PARSE) : error;
  }
}

const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, { ...located(error), extensions: { code } });
