import { type ASTNode, type DocumentNode, GraphQLError, Kind, visit } from 'graphql';
import { checkTexts, unstorable } from '../platform/storable-text.js';
import { SPEC_CODES } from './client-error.js';

/** Errors: `BAD_USER_INPUT` for a text among the values of variables that could not be kept, with its place. */
export const checkVariables = (variables: Readonly<Record<string, unknown>> | null | undefined): void =>
  checkTexts(variables ?? {}, '');

/** What is wrong with the texts that stand in the document itself. */
export function literalFaults(document: DocumentNode): GraphQLError[] {
  const faults: GraphQLError[] = [];
  visit(document, {
    StringValue(node, _key, parent, _path, ancestors) {
      const found = unstorable(node.value);
      if (found === null) return;
      const field = placeOf(parent ? [...ancestors, parent] : ancestors);
      const message = `${field} holds ${found}, which no text may.`;
      faults.push(new GraphQLError(message, { nodes: node, extensions: { code: SPEC_CODES.INPUT, field } }));
    },
  });
  return faults;
}

/** The same as an exception, for who executes a document without keeping it. */
export function checkLiterals(document: DocumentNode): void {
  const [fault] = literalFaults(document);
  if (fault) throw fault;
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
