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
  selectKeys(knex, query, ordering);
  if (page.after !== null) query.whereRaw(...after(ordering, decodeCursor(ordering, page.after)));
  query.orderByRaw(orderBy(ordering));
  query.limit(page.first + 1);
  return pageOf((await query) as Record<string, unknown>[], ordering, page, map);
}

/**
 * The same page of several lists in one statement, by the text of `parent`, the expression that tells which
 * list a row belongs to. A list without rows is absent.
 */
export async function readPages<T>(
  knex: Knex,
  query: Knex.QueryBuilder,
  parent: string,
  ordering: Ordering,
  page: PageRequest,
  map: (row: Record<string, unknown>) => T,
): Promise<ReadonlyMap<string, Page<T>>> {
  selectKeys(knex, query, ordering);
  query.select(
    knex.raw(`(${parent})::text as ${KEY}parent`),
    knex.raw(`row_number() over (partition by ${parent} order by ${orderBy(ordering)}) as ${KEY}rank`),
  );
  if (page.after !== null) query.whereRaw(...after(ordering, decodeCursor(ordering, page.after)));
  const rows = (await knex
    .select('*')
    .from(query.as('ranked'))
    .where(`${KEY}rank`, '<=', page.first + 1)
    .orderBy([`${KEY}parent`, `${KEY}rank`])) as Record<string, unknown>[];
  const lists = new Map<string, Record<string, unknown>[]>();
  for (const row of rows) {
    const key = row[`${KEY}parent`] as string;
    const list = lists.get(key);
    if (list) list.push(row);
    else lists.set(key, [row]);
  }
  return new Map([...lists].map(([key, list]) => [key, pageOf(list, ordering, page, map)]));
}

function selectKeys(knex: Knex, query: Knex.QueryBuilder, { columns }: Ordering): void {
  columns.forEach((column, i) => {
    query.select(knex.raw(`(${column.expression})::text as ${KEY}${i}`));
  });
}

const orderBy = ({ columns }: Ordering): string =>
  columns.map((column) => `${column.expression} ${column.direction}`).join(', ');

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

/** `(a, b) > (x, y)` written out, as directions may differ between columns. */
function after(ordering: Ordering, values: readonly string[]): [string, string[]] {
  const alternatives: string[] = [];
  const bindings: string[] = [];
  ordering.columns.forEach((column, i) => {
    const terms: string[] = [];
    ordering.columns.slice(0, i).forEach((earlier, j) => {
      terms.push(`${earlier.expression} = ?::${earlier.type}`);
      bindings.push(values[j] ?? '');
    });
    terms.push(`${column.expression} ${column.direction === 'asc' ? '>' : '<'} ?::${column.type}`);
    bindings.push(values[i] ?? '');
    alternatives.push(`(${terms.join(' and ')})`);
  });
  return [`(${alternatives.join(' or ')})`, bindings];
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
