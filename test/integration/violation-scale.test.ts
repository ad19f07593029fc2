import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { box, polygon, type Shape, Situation } from '../support/situation.js';

// Many findings that hang together are folded in a few statements, however many they are.

let database: TestDatabase;
let situation: Situation;

beforeAll(async () => {
  database = await openTestDatabase();
  situation = await Situation.open(database.knex);
  await situation.mine('ROAD');
});
afterAll(() => database.close());
beforeEach(() => situation.clear());

/** How many statements `work` takes. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const note = (): void => {
    count += 1;
  };
  database.knex.on('query', note);
  await work();
  database.knex.off('query', note);
  return count;
}

const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString();
const dig = (shape: Shape, number: number): Promise<string> =>
  situation.observation({ mine: 'ROAD', shape, observedAt: day(number) });
const violations = () => database.knex('enforcement.violation');

test('a face that advances, each day touching the last, does not take more statements every day', async () => {
  await situation.area({ mine: 'ROAD', shape: box(-2000, 0, 500, 500) });
  const face = (number: number): Shape => box(number * 100, 0, 110, 100);
  const days = await Promise.all(Array.from({ length: 40 }, (_, i) => dig(face(i), i + 1)));
  await situation.judge(days.slice(0, 10));
  const next = (i: number) => statementsOf(() => situation.judge([days[i] ?? '']));
  // The first statements of a connection are prepared.
  await next(10);
  const after = await next(11);
  await situation.judge(days.slice(12, 39));
  expect(await next(39)).toBeLessThanOrEqual(after + 2);
  expect(await violations()).toHaveLength(1);
});

/** As many parts beyond the northern edge of a right as it has teeth. */
const comb = (west: number, teeth: number): Shape =>
  polygon(
    [west, 50],
    [west + teeth * 40, 50],
    [west + teeth * 40, 100],
    ...Array.from({ length: teeth }, (_, i) => west + (teeth - 1 - i) * 40).flatMap(
      (x): [number, number][] => [
        [x + 20, 100],
        [x + 20, 150],
        [x, 150],
        [x, 100],
      ],
    ),
  );

test('an earlier sighting takes over what lies in it, in as many statements for fifty violations as for five', async () => {
  await situation.area({ mine: 'ROAD', shape: box(-100, 0, 9000, 100) });
  const takeOver = async (west: number, teeth: number): Promise<number> => {
    await situation.judge([await dig(comb(west, teeth), 10)]);
    const before = (await violations()).length;
    const earlier = await dig(box(west, 50, teeth * 40, 100), 1);
    const statements = await statementsOf(() => situation.judge([earlier]));
    expect(await violations()).toHaveLength(before - teeth + 1);
    return statements;
  };
  // The first statements of a connection are prepared.
  await takeOver(0, 2);
  const few = await takeOver(1000, 5);
  expect(await takeOver(3000, 50)).toBeLessThanOrEqual(few + 2);
  const aliases = await database.knex('enforcement.violation_alias');
  expect(aliases).toHaveLength(57);
  const [first, second, third] = (await violations()).map(({ id }) => id);
  expect(new Set(aliases.map((alias) => alias.new_id))).toEqual(new Set([first, second, third]));
});
