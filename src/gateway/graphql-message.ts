import type { GraphQLError } from 'graphql';

export interface GraphQlRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface GraphQlResponse {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[];
}
