import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JUDGEMENT_SQL, PLAN_ONCE } from '../../src/judgement/sql.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

// Statements of the engine are prepared and keep their plan: made while tables were small, it must serve when they have
// grown, and the other way round.

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const GROWING = [
  'registry.mine',
  'licences.licence',
  'boundaries.permitted_area',
  'boundaries.observation',
  'enforcement.judgement',
  'enforcement.finding',
  'enforcement.violation',
  'enforcement.violation_finding',
  'enforcement.past_violation_finding',
  'enforcement.staged_judgement',
  'enforcement.staged_finding',
];
const LARGE = 1_000_000;
const ROWS_A_PAGE = 20;

/** How many rows the planner is made to believe that a table has; null: what it finds there, which is nothing. */
const SIZES: Readonly<Record<string, (table: string) => number | null>> = {
  'nothing stored yet': () => null,
  'all tables large': () => LARGE,
  ...Object.fromEntries(
    GROWING.flatMap((one) => [
      [`${one} alone large`, (table: string) => (table === one ? LARGE : 1)],
      [`${one} alone small`, (table: string) => (table === one ? 1 : LARGE)],
    ]),
  ),
};

async function pretend(sql: Knex, rowsOf: (table: string) => number | null): Promise<void> {
  for (const table of GROWING) {
    const rows = rowsOf(table);
    if (rows === null) continue;
    await sql.raw(
      `update pg_class set reltuples = :rows, relpages = :pages
       where oid = :table::regclass or oid in (select indexrelid from pg_index where indrelid = :table::regclass)`,
      { rows, pages: Math.ceil(rows / ROWS_A_PAGE), table },
    );
  }
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Reads, in the plan that is kept, of growing tables whose rows no index singles out. */
async function wholeReads(sql: Knex, statement: string): Promise<readonly string[]> {
  const names: string[] = [];
  const text = statement.replace(/(?<![:\w]):([a-z_]+)\b/g, (_whole, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  const values = names.map(() => 'null').join(', ');
  await sql.raw(`select ${PLAN_ONCE}`);
  await sql.raw(`prepare planned as ${text}`);
  const { rows } = await sql.raw(`explain (format json) execute planned(${values})`);
  await sql.raw('deallocate planned');
  return nodesOf(rows[0]['QUERY PLAN'][0].Plan)
    .filter((node) => node['Node Type'].endsWith('Scan') && isGrowing(node['Relation Name']))
    .filter((node) => node['Index Cond'] === undefined && node['Recheck Cond'] === undefined)
    .map((node) => `${node['Node Type']} ${node['Relation Name']} ${node['Index Name'] ?? ''}`.trim());
}

const isGrowing = (relation: string | undefined): boolean =>
  GROWING.some((table) => table.endsWith(`.${relation}`));

/** The others are planned anew each time: for a pack, and for the growth of one violation. */
const prepared = Object.entries(JUDGEMENT_SQL).filter(
  ([name]) => !name.startsWith('evidence') && name !== 'violationGrowth',
);

describe.each(prepared)('%s goes by index, planned with', (_name, statement) => {
  test.each(Object.entries(SIZES))('%s', async (_size, rowsOf) => {
    const transaction = await database.knex.transaction();
    try {
      await pretend(transaction, rowsOf);
      expect(await wholeReads(transaction, statement)).toEqual([]);
    } finally {
      await transaction.rollback();
    }
  });
});
