import type { Knex } from 'knex';
import type { Division } from './division.js';

/** Administrative divisions: public, the same for everybody. */
export class DivisionRepository {
  constructor(private readonly knex: Knex) {}

  async byCodes(codes: readonly string[]): Promise<readonly Division[]> {
    const rows = await this.knex('registry.division')
      .select('code', 'name', 'level', 'parent_code')
      .whereRaw('code = any(?)', [[...codes]]);
    return rows.map(mapDivision);
  }

  async upsert(sql: Knex, divisions: readonly Division[]): Promise<void> {
    const rows = divisions.map(({ code, name, level, parentCode }) => ({
      code,
      name,
      level,
      parent_code: parentCode,
    }));
    if (rows.length > 0) await sql('registry.division').insert(rows).onConflict('code').merge();
  }
}

function mapDivision(row: Record<string, unknown>): Division {
  return {
    code: row['code'] as string,
    name: row['name'] as string,
    level: row['level'] as Division['level'],
    parentCode: row['parent_code'] as string | null,
  };
}
