import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import QueryStream from 'pg-query-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedDatabase, openEmbeddedDatabase } from '../../src/platform/embedded-database.js';

let directory: string;
let database: EmbeddedDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minebound-connections-'));
  database = await openEmbeddedDatabase(directory);
  pool = new pg.Pool({ host: database.socketDirectory, port: database.port, user: 'postgres', max: 10 });
  await pool.query('create table word (id int primary key, text text)');
});
afterAll(async () => {
  await pool.end();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
const count = async (where: string): Promise<number> =>
  Number((await pool.query(`select count(*) from word where ${where}`)).rows[0].count);

/** A transaction of two inserts with a pause between them; every fourth is rolled back. */
async function twoInserts(i: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('insert into word values ($1, $2)', [i, 'first']);
    await new Promise((resolve) => setTimeout(resolve, i % 3));
    await client.query('insert into word values ($1, $2)', [1000 + i, 'second']);
    await client.query(i % 4 === 0 ? 'rollback' : 'commit');
  } finally {
    client.release();
  }
}

/** Reads of two shapes, so that the Describe of one would not fit the rows of the other. */
const read = async (i: number): Promise<unknown[]> =>
  i % 2 === 0
    ? (await pool.query('select $1::int as even', [i])).rows
    : (await pool.query('select $1::text as odd, array[$2::int] as list', [String(i), i])).rows;

test('requests and transactions at once read their own rows, and are whole or not at all', async () => {
  // In turns, so that the pool's connections are in transactions and out of them at the same time.
  const begun = range(40).flatMap((i) => [
    twoInserts(i).then(() => []),
    ...range(8).map((n) => read(8 * i + n)),
  ]);
  const answers = (await Promise.all(begun)).filter((rows) => rows.length > 0);
  expect(answers).toEqual(range(320).map((i) => [i % 2 === 0 ? { even: i } : { odd: String(i), list: [i] }]));
  expect(await count('id < 1000 and id % 4 <> 0')).toBe(30);
  expect(await count('id % 4 = 0')).toBe(0);
  expect(await count("text = 'second'")).toBe(30);
});

test('a request that fails harms nobody beside it', async () => {
  const outcomes = await Promise.allSettled(
    range(40).map((i) => pool.query(i % 5 === 0 ? 'select 1 / (0 * $1::int)' : 'select $1::int as n', [i])),
  );
  outcomes.forEach((outcome, i) => {
    if (i % 5 === 0) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
    else expect(outcome).toMatchObject({ status: 'fulfilled', value: { rows: [{ n: i }] } });
  });
});

test('a connection that breaks inside its transaction is rolled back, and the others go on', async () => {
  const client = new pg.Client({ host: database.socketDirectory, port: database.port, user: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  await client.query('begin');
  await client.query("insert into word values (5000, 'never')");
  const waiting = pool.query('select 1 as n');
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  expect((await waiting).rows).toEqual([{ n: 1 }]);
  expect(await count('id = 5000')).toBe(0);
});

test('a stream of rows keeps its place while others ask', async () => {
  const client = await pool.connect();
  const stream = client.query(
    new QueryStream('select n from generate_series(1, $1::int) n', [500], { batchSize: 20 }),
  );
  const others = Promise.all(range(20).map((i) => pool.query('select $1::int as n', [i])));
  let sum = 0;
  for await (const { n } of stream) sum += n;
  client.release();
  expect(sum).toBe((500 * 501) / 2);
  expect((await others).map(({ rows }) => rows[0].n)).toEqual(range(20));
});
