import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isUnionType,
  parse,
  print,
  visit,
} from 'graphql';
import { type BuildSchemaOptions, buildSchema, createResolversMap } from 'type-graphql';
import type { RequestContext } from '../platform/context.js';
import './enums.js';
import { type References, resolveEntities } from './entities.js';
import { DateTime, GeoJsonGeometry, Json, LocalDate } from './scalars.js';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", ' +
  'import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag"])\n';

export type { ReferenceResolver } from './entities.js';

/**
 * type-graphql makes a promise of each argument, to be validated, also where nothing validates: of two hundred calls
 * for a list that is felt. A field named here is called without; its method and schema are type-graphql's as ever.
 */
export type DirectFields = Readonly<
  Record<string, Readonly<Record<string, GraphQLFieldResolver<never, RequestContext, never>>>>
>;

export type Follow = (args: never, context: RequestContext) => AsyncGenerator<unknown>;

export interface SubgraphDefinition {
  readonly name: string;
  /** Resolver instances; their classes carry the type-graphql metadata. */
  readonly resolvers: readonly object[];
  /** Object types that no resolver mentions, among them the stubs of foreign entities. */
  readonly types: readonly object[];
  /** By GraphQL type name. */
  readonly references: References;
  /** Fields asked once for every row of a list, by type and name: called as they are, see `DirectFields`. */
  readonly direct?: DirectFields;
  /** Where each subscription's values come from, by its field; type-graphql's own way knows topics only. */
  readonly subscriptions?: Readonly<Record<string, Follow>>;
  readonly stop?: () => Promise<void>;
}

/** A federation 2 subgraph: its name, its SDL with directives, and an executable schema. */
export interface Subgraph {
  readonly name: string;
  readonly typeDefs: DocumentNode;
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  /** Ends what goes on after an answer, before the database closes. */
  stop(): Promise<void>;
}

export async function buildSubgraph(definition: SubgraphDefinition): Promise<Subgraph> {
  const instances = new Map<unknown, object>(
    definition.resolvers.map((resolver) => [resolver.constructor, resolver]),
  );
  const schema = await buildSchema({
    resolvers: [...instances.keys()] as unknown as BuildSchemaOptions['resolvers'],
    orphanedTypes: [...definition.types] as NonNullable<BuildSchemaOptions['orphanedTypes']>,
    container: { get: (resolverClass) => instances.get(resolverClass) },
    scalarsMap: [{ type: Date, scalar: DateTime }],
    validate: false,
    pubSub: NO_TOPICS,
    // It would introspect the schema to find what is wrong; what is printed of it is validated below, in less time.
    skipCheck: true,
  });
  const typeDefs = inReadingOrder(parse(LINK + printSchemaWithDirectives(schema)));
  const resolvers = createResolversMap(schema) as Record<string, unknown>;
  for (const [type, resolve] of Object.entries(definition.references)) {
    resolvers[type] = { ...(resolvers[type] as object | undefined), __resolveReference: resolve };
  }
  for (const [type, fields] of Object.entries(definition.direct ?? {})) {
    resolvers[type] = { ...(resolvers[type] as object | undefined), ...fields };
  }
  // type-graphql tells a union's member by a promise, which a compiled operation does not wait for.
  for (const type of Object.values(schema.getTypeMap())) {
    if (isUnionType(type)) resolvers[type.name] = { __resolveType: typenameOf };
  }
  for (const [field, follow] of Object.entries(definition.subscriptions ?? {})) {
    resolvers['Subscription'] = {
      ...(resolvers['Subscription'] as object | undefined),
      [field]: {
        subscribe: (_root: unknown, args: never, context: RequestContext) => follow(args, context),
        resolve: (value: unknown) => value,
      },
    };
  }
  for (const scalar of [DateTime, GeoJsonGeometry, Json, LocalDate]) {
    if (schema.getType(scalar.name)) resolvers[scalar.name] = scalar;
  }
  const executable = buildSubgraphSchema({ typeDefs, resolvers } as unknown as Parameters<
    typeof buildSubgraphSchema
  >[0]);
  resolveEntities(executable, definition.references);
  return {
    name: definition.name,
    typeDefs,
    sdl: `${print(typeDefs)}\n`,
    schema: executable,
    stop: definition.stop ?? (() => Promise.resolve()),
  };
}

const typenameOf = (value: object): string => (value as { __typename: string }).__typename;

/** Updates come from the event log, which nobody publishes to. */
const NO_TOPICS: NonNullable<BuildSchemaOptions['pubSub']> = {
  publish: () => {
    throw new Error('Nothing is published; whoever changes a fact writes an event.');
  },
  subscribe: (topic) => {
    throw new Error(`The subscription to ${topic} says nowhere what it follows.`);
  },
};

/** Arguments as they stand in the resolver: parameter decorators run from the last to the first. */
const inReadingOrder = (typeDefs: DocumentNode): DocumentNode =>
  visit(typeDefs, {
    FieldDefinition: (field) => ({ ...field, arguments: [...(field.arguments ?? [])].reverse() }),
  });
