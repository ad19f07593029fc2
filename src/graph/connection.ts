import { type ClassType, Directive, Field, Int, ObjectType } from 'type-graphql';
import type { CountedPage } from '../platform/keyset.js';

@ObjectType({ description: 'Where a page lies in its list (Relay).', simpleResolvers: true })
@Directive('@shareable')
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean)
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

/** What a connection resolver returns: see `connection`. */
export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
  readonly count: () => Promise<number>;
}

/** A counted page in the shape of a Relay connection; the count is read only when `totalCount` is asked for. */
export function connection<T>(page: CountedPage<T>): Connection<T> {
  return {
    edges: page.items,
    nodes: page.items.map((item) => item.node),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: page.items[0]?.cursor ?? null,
      endCursor: page.items.at(-1)?.cursor ?? null,
    },
    count: page.count,
  };
}

/** The GraphQL class of a Relay connection over `node`. */
export function connectionType<T extends object>(name: string, node: ClassType<T>): ClassType<Connection<T>> {
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class Edge {
    @Field(() => String)
    cursor!: string;

    @Field(() => node)
    node!: T;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class ConnectionOf {
    @Field(() => [Edge])
    edges!: Edge[];

    @Field(() => [node])
    nodes!: T[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;

    count!: () => Promise<number>;

    @Field(() => Int, { name: 'totalCount', description: 'Rows in the whole list, not only on this page.' })
    totalCount(): Promise<number> {
      return this.count();
    }
  }
  return ConnectionOf as ClassType<Connection<T>>;
}
