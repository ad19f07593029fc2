import type { Knex } from 'knex';
import type { PackFacts, RowFact } from './pack-facts.js';

/** A division and an operator for mines of which the pack does not say more. */
const DIVISION = { code: '999999', name: '', level: 'COUNTY', parent_code: null };
const OPERATOR = {
  id: '00000000-0000-8000-8000-000000000000',
  credit_code: '',
  name: '',
  updated_at: '2000-01-01T00:00:00Z',
};

/** What the tables ask for and no verdict looks at. */
const FILLERS: Readonly<Record<string, RowFact>> = {
  'registry.mine': {
    resource: 'COAL',
    method: 'OPEN_PIT',
    scale: 'SMALL',
    status: 'PRODUCING',
    operator_id: OPERATOR.id,
    created_at: OPERATOR.updated_at,
    updated_at: OPERATOR.updated_at,
  },
  'boundaries.permitted_area': { content_digest: '' },
  'boundaries.observation': { content_digest: '' },
};

/** Puts the rows of a pack where the engine reads them from, in an empty database. */
export async function loadFacts(sql: Knex, facts: PackFacts): Promise<void> {
  const mines = facts.mines.map((mine) => ({
    ...mine,
    code: mine.code ?? mine.id,
    name: mine.name ?? '',
    division_code: DIVISION.code,
  }));
  const licences = facts.licences.map((licence) => ({
    ...licence,
    number: licence['number'] ?? licence['id'],
  }));
  await sql('enforcement.tolerance_policy').delete();
  await insert(sql, 'enforcement.tolerance_policy', facts.policies.map(replaced));
  await insert(sql, 'registry.division', [DIVISION]);
  await insert(sql, 'registry.operator', [OPERATOR]);
  await insert(sql, 'registry.mine', mines);
  await insert(sql, 'licences.licence', licences);
  await insert(sql, 'boundaries.permitted_area', facts.areas);
  await insert(sql, 'boundaries.observation', facts.observations);
}

/** None is in force until an observation is judged by it. */
const replaced = (policy: RowFact): RowFact => {
  const adopted = policy['adopted_at'] ?? policy['created_at'];
  return { ...policy, state: 'REPLACED', adopted_at: adopted, replaced_at: adopted };
};

/** Inserts rows by those of their columns that the table has; identifiers come from the catalogue, never from a pack. */
async function insert(sql: Knex, table: string, rows: readonly RowFact[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const filler = FILLERS[table] ?? {};
  const [schema, name] = table.split('.');
  const known: string[] = await sql('information_schema.columns')
    .where({ table_schema: schema, table_name: name, is_generated: 'NEVER' })
    .orderBy('ordinal_position')
    .pluck('column_name');
  const columns = known.filter((column) => column in first || column in filler);
  const list = columns.map((column) => sql.ref(column).toQuery()).join(', ');
  await sql.raw(`insert into ?? (${list}) select ${list} from json_populate_recordset(null::??, ?::json)`, [
    table,
    table,
    JSON.stringify(rows.map((row) => ({ ...filler, ...row }))),
  ]);
}
