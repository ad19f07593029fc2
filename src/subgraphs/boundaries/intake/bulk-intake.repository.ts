import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import type { BulkRejection, BulkState } from './bulk-intake.js';

/** What names an import: the same file, table and options are the same import. */
export interface BulkKey {
  readonly id: string;
  readonly fileSha256: string;
  readonly fileName: string;
  readonly layer: string;
  readonly optionsDigest: string;
  readonly rowCount: number;
}

/** What a transaction of an import adds to its state. */
export type BulkStep = Pick<BulkState, 'position' | 'recorded' | 'corrected' | 'unchanged'> & {
  readonly rejections: readonly BulkRejection[];
};

/** How far imports of large files have come, in PostgreSQL. */
export class BulkIntakeRepository {
  constructor(private readonly knex: Knex) {}

  /** The state of an import: where it was left, or from the beginning where it never was or has been finished. */
  async begin(context: RequestContext, key: BulkKey): Promise<BulkState> {
    return this.knex.transaction(async (sql) => {
      const at = context.clock.now();
      await sql('boundaries.bulk_import')
        .insert({
          id: key.id,
          file_sha256: key.fileSha256,
          file_name: key.fileName,
          layer: key.layer,
          options_digest: key.optionsDigest,
          row_count: key.rowCount,
          actor: context.principal.id,
          started_at: at,
          updated_at: at,
        })
        .onConflict('id')
        .ignore();
      const [state] = await sql('boundaries.bulk_import').where({ id: key.id }).forUpdate();
      if (state.finished_at === null) return mapState(state);
      await sql('boundaries.bulk_import_rejection').where({ import_id: key.id }).delete();
      const again = { position: 0, recorded: 0, corrected: 0, unchanged: 0, rejected: 0 };
      const [restarted] = await sql('boundaries.bulk_import')
        .update({ ...again, actor: context.principal.id, started_at: at, updated_at: at, finished_at: null })
        .where({ id: key.id })
        .returning('*');
      return mapState(restarted);
    });
  }

  /** Adds a step to the state, provided that nobody else did since `from`; null if somebody did. */
  async advance(sql: Knex, from: BulkState, step: BulkStep, at: Date): Promise<BulkState | null> {
    const { position, recorded, corrected, unchanged, rejections } = step;
    const [row] = await sql('boundaries.bulk_import')
      .update({
        position,
        recorded: from.recorded + recorded,
        corrected: from.corrected + corrected,
        unchanged: from.unchanged + unchanged,
        rejected: from.rejected + rejections.length,
        updated_at: at,
        finished_at: position === from.rowCount ? at : null,
      })
      .where({ id: from.id, position: from.position })
      .returning('*');
    if (!row) return null;
    if (rejections.length > 0) {
      const rows = rejections.map(({ row: number, mineCode, ...rejection }) => ({
        import_id: from.id,
        row_number: number,
        mine_code: mineCode,
        ...rejection,
      }));
      await sql.raw(
        'insert into boundaries.bulk_import_rejection select * from json_populate_recordset(null::boundaries.bulk_import_rejection, ?::json)',
        [JSON.stringify(rows)],
      );
    }
    return mapState(row);
  }

  async rejections(importId: string, most: number): Promise<readonly BulkRejection[]> {
    const rows = await this.knex('boundaries.bulk_import_rejection')
      .where({ import_id: importId })
      .orderBy('ordinal')
      .limit(most);
    return rows.map((row) => ({
      ordinal: row.ordinal,
      row: row.row_number,
      mineCode: row.mine_code,
      code: row.code,
      message: row.message,
      ring: row.ring,
      vertex: row.vertex,
    }));
  }
}

const mapState = (row: Record<string, unknown>): BulkState => ({
  id: row['id'] as string,
  rowCount: row['row_count'] as number,
  position: row['position'] as number,
  recorded: row['recorded'] as number,
  corrected: row['corrected'] as number,
  unchanged: row['unchanged'] as number,
  rejected: row['rejected'] as number,
});
