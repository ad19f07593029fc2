import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CursorType } from '../../src/platform/cursor-value.js';
import {
  type OrderColumn,
  type Ordering,
  type Page,
  readPage,
  readPages,
} from '../../src/platform/keyset.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Of every type: how the database writes some of its values, the outermost among them. */
const WRITTEN: Readonly<Record<CursorType, readonly string[]>> = {
  text: ['', 'null', '平朔', '𠀀'],
  uuid: ['00000000-0000-0000-0000-000000000000', '1f0c1a52-6f0e-8c3b-9d1e-2b7c3a4d5e6f'],
  integer: ['0', '-1', '7', '2147483647', '-2147483648'],
  float8: [
    ...['0', '-0', '1', '1234.5', '0.1', '-1e+308', '1e+15', '1.7976931348623157e+308', '5e-324'],
    ...['2.2250738585072014e-308', '0.0001', '1e-05', '123456789012345.6'],
  ],
  date: ['0001-01-01', '2024-02-29', '9999-12-31'],
  timestamptz: [
    ...['0001-01-01 00:00:00+00', '1899-12-31 23:59:59.999999+08:05:43', '2026-02-28 12:00:00.5-09:30'],
    ...['2024-02-29 23:59:59+15:59:59', '9999-12-31 23:59:59.999999-12'],
  ],
};

const TYPES = Object.keys(WRITTEN) as CursorType[];

/** What PostgreSQL's casts refuse, or JavaScript takes for a value. */
const SLIPS: readonly string[] = [
  ...[
    '-'.repeat(36),
    'a'.repeat(36),
    '1e3',
    '99999999999',
    '2147483648',
    '-2147483649',
    '0x10',
    '1_000',
    ' 1',
  ],
  ...['1e400', '1e-400', '0.'.padEnd(400, '0').concat('1'), 'NaN', 'Infinity', '1.', '.5', '1e5', '0b1', '٣'],
  ...['2026-99-99', '2026-02-30', '2025-02-29', '0000-01-01', '2026-02-30 00:00:00+00', '10000-01-01'],
  ...['2026-01-01 24:00:01+00', '2026-01-01 23:60:00+00', '2026-01-01 00:00:00+16', '2026-01-01 00:00:00 BC'],
  ...['2026-01-01 00:00:00+00:60', '2026-01-01 00:00:00+00:00:00:00', '99999999-01-01', '2026-01-01x', '\0'],
];

const orderingOf = (type: CursorType): Ordering => ({
  name: type,
  columns: [{ expression: `'${WRITTEN[type][0]}'::${type}`, direction: 'asc', type }],
});

const cursorOf = (type: CursorType, value: string): string =>
  Buffer.from(JSON.stringify([type, value])).toString('base64url');

/** The code of the refusal; null: a page was read. Errors: whatever else is wrong. */
async function refusalOf(type: CursorType, value: string): Promise<string | null> {
  const { knex } = database;
  const page = { first: 1, after: cursorOf(type, value) };
  const reading = readPage(knex, knex.select(knex.raw('1 as n')), orderingOf(type), page, (row) => row);
  return reading.then(
    () => null,
    (error: { code?: string }) => {
      if (error.code !== 'BAD_CURSOR') throw error;
      return error.code;
    },
  );
}

/** One character taken out, put in or exchanged, of something that would be good. */
const nearMiss = (type: CursorType): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...WRITTEN[type]),
      fc.nat(40),
      fc.nat(1),
      fc.constantFrom('', ...'0123456789-+:. eEaBxT'),
    )
    .map(
      ([text, place, taken, put]) =>
        text.slice(0, place % (text.length + 1)) + put + text.slice((place % (text.length + 1)) + taken),
    );

describe.each(TYPES)('a cursor that holds a value of %s', (type) => {
  test.each(WRITTEN[type])('goes on after %j, as the database writes it', async (value) => {
    expect(await refusalOf(type, value)).toBeNull();
    const { rows } = await database.knex.raw<{ rows: { text: string }[] }>(
      `select (?::text)::${type}::text as text`,
      [value],
    );
    if (type !== 'timestamptz') expect(rows[0]?.text).toBe(value);
  });

  test('is refused where the database could not read it, whatever somebody made of it', async () => {
    const anything = fc.oneof(
      fc.constantFrom(...SLIPS, ...TYPES.flatMap((other) => WRITTEN[other])),
      nearMiss(type),
      fc.string({ maxLength: 40 }),
      fc.float().map(String),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        expect([null, 'BAD_CURSOR']).toContain(await refusalOf(type, value));
      }),
      { numRuns: 300, examples: SLIPS.map((slip) => [slip]) },
    );
  });
});

describe('walks from cursor to cursor', () => {
  /** Few different values, so that many rows are alike in the first columns; null is compared by what stands in for it. */
  const rows = fc.array(
    fc.record({
      list: fc.constantFrom(...WRITTEN.uuid),
      number: fc.option(fc.constantFrom(-1.5, 0, 0.1, 1e300), { nil: null }),
      word: fc.constantFrom('', 'a', 'B', '平朔'),
      day: fc.option(fc.constantFrom('2024-02-29', '2026-01-01'), { nil: null }),
    }),
    { maxLength: 25 },
  );
  const direction = fc.constantFrom('asc', 'desc');
  const column = fc.constantFrom<Pick<OrderColumn, 'expression' | 'type'>>(
    { expression: 'coalesce(item.number, -1e308)', type: 'float8' },
    { expression: 'item.word', type: 'text' },
    { expression: "coalesce(item.day, '9999-12-31')", type: 'date' },
  );
  const order = fc
    .tuple(
      fc.uniqueArray(column, { selector: ({ type }) => type, maxLength: 3 }),
      fc.array(direction, { minLength: 4, maxLength: 4 }),
    )
    .map(
      ([columns, directions]): Ordering => ({
        name: 'walk',
        columns: [...columns, { expression: 'item.id', type: 'integer' as const }].map((one, i) => ({
          ...one,
          direction: directions[i] ?? 'asc',
        })),
      }),
    );

  test('each row comes once, in the order of all, in one list and in several at once', async () => {
    await fc.assert(
      fc.asyncProperty(rows, order, fc.integer({ min: 1, max: 7 }), async (stored, ordering, first) => {
        const { knex } = database;
        const items = () =>
          knex.from(
            knex.raw(
              'jsonb_to_recordset(?::jsonb) as item (id int, list uuid, number float8, word text, day date)',
              [JSON.stringify(stored.map((row, i) => ({ ...row, id: i })))],
            ),
          );
        const orderBy = ordering.columns.map((one) => `${one.expression} ${one.direction}`).join(', ');
        const all: { id: number; list: string }[] = await items()
          .select('item.id', 'item.list')
          .orderByRaw(orderBy);
        const idOf = (row: Record<string, unknown>): number => row['id'] as number;

        const walked: number[] = [];
        for (let after: string | null = null, more = true; more; ) {
          const page: Page<number> = await readPage(
            knex,
            items().select('item.id'),
            ordering,
            { first, after },
            idOf,
          );
          expect(page.hasPreviousPage).toBe(after !== null);
          walked.push(...page.items.map(({ node }) => node));
          after = page.items.at(-1)?.cursor ?? null;
          more = page.hasNextPage;
        }
        expect(walked).toEqual(all.map(({ id }) => id));

        const ids = [...WRITTEN.uuid, '00000000-0000-4000-8000-000000000001'];
        const parent = { column: 'item.list', ids: [...ids, ...ids] };
        for (const list of ids) {
          const own: number[] = [];
          for (let after: string | null = null, more = true; more; ) {
            const pages: ReadonlyMap<string, Page<number>> = await readPages(
              ...([knex, items().select('item.id'), parent, ordering, { first, after }, idOf] as const),
            );
            expect([...pages.keys()].every((key) => (WRITTEN.uuid as readonly string[]).includes(key))).toBe(
              true,
            );
            own.push(...(pages.get(list)?.items ?? []).map(({ node }) => node));
            after = pages.get(list)?.items.at(-1)?.cursor ?? null;
            more = pages.get(list)?.hasNextPage ?? false;
          }
          expect(own).toEqual(all.filter((row) => row.list === list).map(({ id }) => id));
        }
      }),
      { numRuns: 60 },
    );
  });
});
