import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { RequestContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';

/** Resolves an entity from the key fields that the gateway sends; null when the caller may not see it. */
export type ReferenceResolver = (reference: never, context: RequestContext) => unknown;

export type References = Readonly<Record<string, ReferenceResolver>>;

interface Reference {
  readonly __typename: string;
}

/**
 * Puts a resolver of ours behind `_entities`: Apollo's makes a promise of every entity, also of those that are there
 * already, and a list of fifty mines asks for a hundred of them. No entity of ours is an interface.
 */
export function resolveEntities(schema: GraphQLSchema, references: References): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  if (field) field.resolve = entitiesOf(schema, references);
}

const entitiesOf =
  (schema: GraphQLSchema, references: References): GraphQLFieldResolver<unknown, RequestContext> =>
  (_root, { representations }: { representations: readonly Reference[] }, context) =>
    representations.map((reference) => {
      const resolve = references[reference.__typename];
      if (!resolve && !schema.getType(reference.__typename)) {
        throw badInput(`There is no entity ${reference.__typename} here.`, { field: 'representations' });
      }
      // A stub without a resolver has nothing but its key.
      const entity = resolve ? resolve(reference as never, context) : reference;
      return isPromise(entity)
        ? entity.then((found) => named(found, reference.__typename))
        : named(entity, reference.__typename);
    });

/** The union of all entities is told apart by `__typename`, which rows do not have. */
function named(entity: unknown, typename: string): unknown {
  if (typeof entity !== 'object' || entity === null || entity instanceof Error) return entity;
  return '__typename' in entity && entity.__typename === typename
    ? entity
    : { ...entity, __typename: typename };
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
