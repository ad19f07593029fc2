import type { Knex } from 'knex';
import { type CursorType, isCursorValue } from './cursor-value.js';
import { AppError, badInput } from './errors.js';

/** One column of a total order. `expression` comes from the repository, never from a request. */
export interface OrderColumn {
  readonly expression: string;
  readonly direction: 'asc' | 'desc';
  /** PostgreSQL type the cursor's value is cast to. */
  readonly type: CursorType;
}

/** A named total order: its last column is unique. The name goes into cursors, so that they fit one order only. */
export interface Ordering {
  readonly name: string;
  readonly columns: readonly OrderColumn[];
}

export interface PageRequest {
  readonly first: number;
  readonly after: string | null;
}

export const DEFAULT_PAGE_SIZE = 50;
export const LARGEST_PAGE_SIZE = 500;

/** Checks the paging arguments of a list field. */
export function pageRequest(first: number | null | undefined, after: string | null | undefined): PageRequest {
  const size = first ?? DEFAULT_PAGE_SIZE;
  if (size < 0 || size > LARGEST_PAGE_SIZE) {
    throw badInput(
      `first must be between 0 and ${LARGEST_PAGE_SIZE}, not ${size}; ask for further pages with after.`,
      { field: 'first' },
    );
  }
  return { first: size, after: after ?? null };
}

/** A page of rows, each with the cursor that continues after it. */
export interface Page<T> {
  readonly items: readonly { readonly cursor: string; readonly node: T }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A page and, on demand, the number of rows in all. */
export interface CountedPage<T> extends Page<T> {
  count(): Promise<number>;
}

const KEY = 'keyset_';

/**
 * Reads one page of `query` in `ordering`. Cursors hold the ordering's values of a row, not an offset: rows
 * that come or go elsewhere never shift a page. `map` gets the row without the cursor's columns.
 */
export async function readPage<T>(
  knex: Knex,
  query: Knex.QueryBuilder,
  ordering: Ordering,
  page: PageRequest,
  map: (row: Record<string, unknown>) => T,
): Promise<Page<T>> {
  narrow(knex, query, ordering, page);
  return pageOf((await query) as Record<string, unknown>[], ordering, page, map);
}

/**
 * The same page of several lists in one statement, by the id in `parent`, the column of `query` that tells which list a
 * row belongs to. A list without rows is absent.
 */
export async function readPages<T>(
  knex: Knex,
  query: Knex.QueryBuilder,
  parent: { readonly column: string; readonly ids: readonly string[] },
  ordering: Ordering,
  page: PageRequest,
  map: (row: Record<string, unknown>) => T,
): Promise<ReadonlyMap<string, Page<T>>> {
  // Each list by itself: of a long one no more is read than its page, where an index has its order.
  query.whereRaw(`${parent.column} = ${KEY}list.id`);
  narrow(knex, query, ordering, page);
  const rows = (await knex
    .select(`${KEY}list.id as ${KEY}parent`, `${KEY}row.*`)
    .from(
      knex.raw(`unnest(?::uuid[]) as ${KEY}list(id) cross join lateral (?) as ${KEY}row`, [
        [...new Set(parent.ids)],
        query,
      ]),
    )
    .orderByRaw(
      ordering.columns
        .map(({ type, direction }, i) => `${KEY}row.${KEY}${i}::${type} ${direction}`)
        .join(', '),
    )) as Record<string, unknown>[];
  const lists = new Map<string, Record<string, unknown>[]>();
  for (const row of rows) {
    const key = row[`${KEY}parent`] as string;
    const list = lists.get(key);
    if (list) list.push(row);
    else lists.set(key, [row]);
  }
  return new Map([...lists].map(([key, list]) => [key, pageOf(list, ordering, page, map)]));
}

/** To the page and one row more, which tells that there is a next one, with the values that its cursors are made of. */
function narrow(knex: Knex, query: Knex.QueryBuilder, ordering: Ordering, page: PageRequest): void {
  selectKeys(knex, query, ordering);
  if (page.after !== null) query.whereRaw(...after(ordering, decodeCursor(ordering, page.after)));
  query.orderByRaw(
    ordering.columns.map(({ expression, direction }) => `${expression} ${direction}`).join(', '),
  );
  query.limit(page.first + 1);
}

function selectKeys(knex: Knex, query: Knex.QueryBuilder, { columns }: Ordering): void {
  columns.forEach((column, i) => {
    query.select(knex.raw(`(${column.expression})::text as ${KEY}${i}`));
  });
}

/** `rows` are one more than the page holds when there is a next one. */
function pageOf<T>(
  rows: readonly Record<string, unknown>[],
  ordering: Ordering,
  page: PageRequest,
  map: (row: Record<string, unknown>) => T,
): Page<T> {
  return {
    items: rows.slice(0, page.first).map((row) => new Item(ordering, row, map(row))),
    hasNextPage: rows.length > page.first,
    hasPreviousPage: page.after !== null,
  };
}

/** A node whose cursor is spelled out only when somebody asks for it. */
class Item<T> {
  constructor(
    private readonly ordering: Ordering,
    private readonly row: Readonly<Record<string, unknown>>,
    readonly node: T,
  ) {}

  get cursor(): string {
    return encodeCursor(
      this.ordering,
      this.ordering.columns.map((_, i) => String(this.row[`${KEY}${i}`])),
    );
  }
}

/**
 * The rows behind the cursor, as a range of an index that has the order. Where directions differ, only the first column
 * can bound it: `a <= x and (a < x or (a = x and b > y))`.
 */
function after({ columns }: Ordering, values: readonly string[]): [string, readonly string[]] {
  const value = ({ type }: OrderColumn): string => `?::${type}`;
  const beyond = ({ direction }: OrderColumn): string => (direction === 'asc' ? '>' : '<');
  const [first] = columns;
  if (first === undefined) throw new Error('An order has at least one column.');
  if (columns.every(({ direction }) => direction === first.direction)) {
    const row = columns.map(({ expression }) => expression).join(', ');
    return [`(${row}) ${beyond(first)} (${columns.map(value).join(', ')})`, values];
  }
  const alternatives = columns.map((column, i) =>
    [
      ...columns.slice(0, i).map((earlier) => `${earlier.expression} = ${value(earlier)}`),
      `${column.expression} ${beyond(column)} ${value(column)}`,
    ].join(' and '),
  );
  return [
    `${first.expression} ${beyond(first)}= ${value(first)} and ((${alternatives.join(') or (')}))`,
    [values[0] ?? '', ...columns.flatMap((_, i) => values.slice(0, i + 1))],
  ];
}

function encodeCursor(ordering: Ordering, values: readonly string[]): string {
  return Buffer.from(JSON.stringify([ordering.name, ...values])).toString('base64url');
}

function decodeCursor(ordering: Ordering, cursor: string): readonly string[] {
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    decoded = null;
  }
  const [name, ...values] = Array.isArray(decoded) ? (decoded as unknown[]) : [];
  const fits = name === ordering.name && values.length === ordering.columns.length;
  if (!fits || !ordering.columns.every(({ type }, i) => isValueOf(type, values[i]))) {
    throw new AppError(
      'BAD_CURSOR',
      'The cursor in after was not issued for this list in this order; start again without it.',
      {
        field: 'after',
      },
    );
  }
  return values as string[];
}

const isValueOf = (type: CursorType, value: unknown): boolean =>
  typeof value === 'string' && isCursorValue(type, value);
