import {
  type DocumentNode,
  executeSync,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { GraphQlResponse } from './graphql-message.js';

export interface CompletedRequest {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Asked {
  readonly document: DocumentNode;
  /** Something in it may be of several types. */
  readonly isAbstract: boolean;
}

/**
 * Makes of what the planner put together an answer by the specification: null where a value is required makes the nearest
 * parent null that may be. The planner does that for one level, and not for what may be of several types: it leaves of
 * those an empty object.
 */
export class AnswerCompletion {
  private readonly known = new WeakMap<DocumentNode, Asked>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** The document to ask the planner with, so that its answer says of what type everything is. */
  asked(document: DocumentNode): DocumentNode {
    return this.prepared(document).document;
  }

  /** Of an answer without errors to a document in which all types are fixed, nothing needs to be looked at. */
  completed(
    { document, operationName, variables }: CompletedRequest,
    answer: GraphQlResponse,
  ): GraphQlResponse {
    if (answer.data == null || !(answer.errors || this.prepared(document).isAbstract)) return answer;
    const { data = null } = executeSync({
      schema: this.schema,
      document,
      operationName,
      variableValues: variables,
      rootValue: answer.data,
      fieldResolver: answeredValue,
      typeResolver: (value) => (value as { readonly __typename: string }).__typename,
    });
    // Why something is missing stands in the errors already, or is no error: it is gone, or may not be seen.
    return { ...answer, data };
  }

  private prepared(document: DocumentNode): Asked {
    const known = this.known.get(document);
    if (known) return known;
    const typed = withTypes(this.schema, document);
    const made = { document: typed, isAbstract: typed !== document };
    this.known.set(document, made);
    return made;
  }
}

const answeredValue: GraphQLFieldResolver<Record<string, unknown>, unknown> = (
  source,
  _args,
  _context,
  info,
) => source[info.path.key];

/** The same document where nothing may be of several types. */
function withTypes(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet: {
        leave: (set): SelectionSetNode | undefined =>
          isAbstractType(types.getParentType())
            ? { ...set, selections: [...set.selections, TYPENAME] }
            : undefined,
      },
    }),
  );
}

const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;
