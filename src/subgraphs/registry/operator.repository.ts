import type { Knex } from 'knex';
import type { RequestContext } from '../../platform/context.js';
import { scope } from '../../platform/scope.js';
import type { StoredOperator } from './mine-intake.js';
import type { Operator } from './operator.js';

export interface ChangedOperator {
  readonly operator: Operator;
  readonly created: boolean;
}

const ROWS_PER_STATEMENT = 500;

/** Operators in PostgreSQL: seen by whoever may see one of their mines. */
export class OperatorRepository {
  constructor(private readonly knex: Knex) {}

  async byIds(context: RequestContext, ids: readonly string[]): Promise<readonly Operator[]> {
    const query = this.knex('registry.operator as operator')
      .select('operator.id', 'operator.name', 'operator.credit_code')
      .whereRaw('operator.id = any(?)', [[...ids]]);
    if (context.principal.divisions !== 'all') {
      query.whereExists(
        scope(
          this.knex('registry.mine as mine')
            .select(this.knex.raw('1'))
            .whereRaw('mine.operator_id = operator.id'),
          context.principal,
          'mine.division_code',
        ),
      );
    }
    return (await query).map(mapOperator);
  }

  /** Those of `creditCodes` as stored, whoever asks, with the divisions of their mines. */
  async withDivisions(sql: Knex, creditCodes: readonly string[]): Promise<readonly StoredOperator[]> {
    const divisions = sql('registry.mine as mine')
      .distinct('mine.division_code')
      .whereRaw('mine.operator_id = operator.id');
    const rows: Record<string, unknown>[] = await sql('registry.operator as operator')
      .select('operator.credit_code', 'operator.name', sql.raw('array(?) as divisions', [divisions]))
      .whereRaw('operator.credit_code = any(?)', [[...creditCodes]]);
    return rows.map((row) => ({
      creditCode: row['credit_code'] as string,
      name: row['name'] as string,
      divisionCodes: row['divisions'] as readonly string[],
    }));
  }

  /**
   * Returns those that are new or have changed. They are written in the order of their credit codes, all of a
   * transaction's by one call, so that of two who write the same one waits for the other.
   */
  async upsert(sql: Knex, operators: readonly Operator[], at: Date): Promise<readonly ChangedOperator[]> {
    const rows = operators
      .toSorted((a, b) => (a.creditCode < b.creditCode ? -1 : 1))
      .map(({ id, name, creditCode }) => ({ id, name, credit_code: creditCode, updated_at: at }));
    const changed: ChangedOperator[] = [];
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      changed.push(...(await upsertPart(sql, rows.slice(start, start + ROWS_PER_STATEMENT))));
    }
    return changed;
  }
}

async function upsertPart(sql: Knex, part: readonly object[]): Promise<readonly ChangedOperator[]> {
  const rows: Record<string, unknown>[] = await sql('registry.operator')
    .insert(part)
    .onConflict('credit_code')
    .merge(['name', 'updated_at'])
    .whereRaw('operator.name is distinct from excluded.name')
    // A row that was there before has been locked by this transaction.
    .returning(['id', 'name', 'credit_code', sql.raw('xmax = 0 as created')] as string[]);
  return rows.map((row) => ({ operator: mapOperator(row), created: row['created'] === true }));
}

function mapOperator(row: Record<string, unknown>): Operator {
  return { id: row['id'] as string, name: row['name'] as string, creditCode: row['credit_code'] as string };
}
