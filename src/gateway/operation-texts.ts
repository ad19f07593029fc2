import {
  type ASTNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
  Kind,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { DateTime, LocalDate } from '../graph/scalars.js';
import { checkTexts, unstorable } from '../platform/storable-text.js';
import { SPEC_CODES } from './client-error.js';

/** Errors: `BAD_USER_INPUT` for a text among the values of variables that could not be kept, with its place. */
export const checkVariables = (variables: Readonly<Record<string, unknown>> | null | undefined): void =>
  checkTexts(variables ?? {}, '');

/** What a supergraph says of these is only that they are there; a subgraph would say that a value is wrong, and not why. */
const SCALARS: ReadonlyMap<string, GraphQLScalarType> = new Map(
  [DateTime, LocalDate].map((scalar) => [scalar.name, scalar]),
);

/** What is wrong with the values that stand in the document itself, each with its place. */
export function literalFaults(schema: GraphQLSchema, document: DocumentNode): GraphQLError[] {
  const faults: GraphQLError[] = [];
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      enter(node, _key, parent, _path, ancestors) {
        if (!isLiteral(node)) return;
        const fault = faultOf(node, SCALARS.get(getNamedType(types.getInputType())?.name ?? ''));
        if (fault === null) return;
        const field = placeOf(parent ? [...ancestors, parent] : ancestors);
        const extensions = { code: SPEC_CODES.INPUT, field };
        faults.push(new GraphQLError(`${field}: ${fault}`, { nodes: node, extensions }));
      },
    }),
  );
  return faults;
}

/** The same as an exception, for who executes a document without keeping it. */
export function checkLiterals(schema: GraphQLSchema, document: DocumentNode): void {
  const [fault] = literalFaults(schema, document);
  if (fault) throw fault;
}

const LITERALS: ReadonlySet<string> = new Set([Kind.STRING, Kind.INT, Kind.FLOAT, Kind.BOOLEAN, Kind.ENUM]);

const isLiteral = (node: ASTNode): node is ValueNode => LITERALS.has(node.kind);

function faultOf(node: ValueNode, scalar: GraphQLScalarType | undefined): string | null {
  const found = node.kind === Kind.STRING ? unstorable(node.value) : null;
  if (found !== null) return `the text holds ${found}, which no text may.`;
  try {
    scalar?.parseLiteral(node);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Names of the argument, or of the variable that has a default, and of the input fields below it. */
const placeOf = (ancestors: readonly (ASTNode | readonly ASTNode[])[]): string =>
  ancestors
    .flatMap((node) => {
      if (!('kind' in node)) return [];
      if (node.kind === Kind.VARIABLE_DEFINITION) return [node.variable.name.value];
      return node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD ? [node.name.value] : [];
    })
    .join('.');
