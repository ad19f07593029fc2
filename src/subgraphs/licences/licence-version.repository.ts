import type { Knex } from 'knex';
import { takeLocks } from '../../platform/advisory-locks.js';
import type { RequestContext } from '../../platform/context.js';
import { scopeByMine } from '../../platform/scope.js';
import { LOCK_NAMES } from '../../vocabulary/lock-names.js';
import type { ChangeGrounds } from '../../vocabulary/versions.js';
import type { Licence } from './licence.js';
import { LICENCE_COLUMNS, licenceRow, mapLicence } from './licence.row.js';

const ROWS_PER_STATEMENT = 500;

/** Writes versions of licences, whoever asks: who may is the service's to decide. */
export class LicenceVersionRepository {
  /** Makes changes of the mines' licences take turns until the transaction ends. */
  async lockMines(sql: Knex, mineIds: readonly string[]): Promise<void> {
    await takeLocks(sql, mineIds.map(LOCK_NAMES.licencesOf));
  }

  /** The last version of each number, that of a withdrawn licence among them. */
  async latest(sql: Knex, numbers: readonly string[]): Promise<readonly Licence[]> {
    const rows = await sql('licences.licence as licence')
      .select(sql.raw(`distinct on (licence.number) ${LICENCE_COLUMNS.all}`))
      .whereRaw('licence.number = any(?)', [[...numbers]])
      .orderByRaw('licence.number, licence.version desc');
    return rows.map(mapLicence);
  }

  /** What those of the given licences that the principal may see supersede, and those before them, by number. */
  async succession(
    { principal }: RequestContext,
    sql: Knex,
    ids: readonly string[],
  ): Promise<readonly { readonly number: string; readonly supersedesNumber: string | null }[]> {
    const given = sql('licences.licence as given')
      .select('given.id')
      .whereRaw('given.id = any(?)', [[...ids]]);
    const { rows } = await sql.raw(
      `with recursive known as not materialized (
         select id, number, supersedes_id from licences.licence where superseded_at is null
       ), chain(id, number, supersedes_id) as (
         select id, number, supersedes_id from known where id in (?)
         union
         select known.id, known.number, known.supersedes_id
         from chain join known on known.id = chain.supersedes_id)
       select chain.number, earlier.number as supersedes_number
       from chain left join chain as earlier on earlier.id = chain.supersedes_id`,
      [scopeByMine(given, principal, 'given.mine_id')],
    );
    return (rows as Record<string, unknown>[]).map((row) => ({
      number: row['number'] as string,
      supersedesNumber: row['supersedes_number'] as string | null,
    }));
  }

  /** Ends what was known of the licences and adds what is known from now on. */
  async record(sql: Knex, versions: readonly Licence[]): Promise<void> {
    if (versions.length === 0) return;
    const given = versions.map(({ id, recordedAt }) => ({ id, at: recordedAt }));
    await sql.raw(
      `update licences.licence set superseded_at = given.at
       from jsonb_to_recordset(?::jsonb) as given (id uuid, at timestamptz)
       where licence.id = given.id and licence.superseded_at is null`,
      [JSON.stringify(given)],
    );
    for (let start = 0; start < versions.length; start += ROWS_PER_STATEMENT) {
      await sql('licences.licence').insert(versions.slice(start, start + ROWS_PER_STATEMENT).map(licenceRow));
    }
  }

  /** Ends what was known of a licence, with nothing to follow. */
  async withdraw(sql: Knex, id: string, grounds: ChangeGrounds, at: Date): Promise<void> {
    await sql('licences.licence')
      .update({
        superseded_at: sql.raw('greatest(recorded_at, ?)', [at]),
        withdrawal_reason: grounds.reason,
        withdrawal_document_number: grounds.documentNumber,
      })
      .where({ id })
      .whereNull('superseded_at');
  }
}
