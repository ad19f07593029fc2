import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { visibleByMine } from '../../../platform/scope.js';
import type { ChangeGrounds } from '../../../vocabulary/versions.js';
import type { ObservationRecord, StoredObservation } from './observation.js';
import { mapObservation, OBSERVATION_COLUMNS, observationRow, WRITTEN_COLUMNS } from './observation.row.js';

const ROWS_PER_STATEMENT = 2000;

/** Writes versions of observations, whoever asks: who may is the service's to decide. */
export class ObservationVersionRepository {
  /** What is stored of `ids`, locked until the transaction ends. */
  async lock(
    context: RequestContext,
    sql: Knex,
    ids: readonly string[],
  ): Promise<readonly StoredObservation[]> {
    const visible = visibleByMine(sql, context.principal, 'observation.mine_id');
    const rows = await sql('boundaries.observation as observation')
      .select(sql.raw(OBSERVATION_COLUMNS), 'observation.content_digest', sql.raw('? as visible', [visible]))
      .whereRaw('observation.id = any(?)', [[...ids]])
      .orderBy('observation.id')
      .forUpdate();
    return rows.map((row: Record<string, unknown>) => ({
      observation: mapObservation(row),
      contentDigest: row['content_digest'] as string,
      visible: row['visible'] as boolean,
    }));
  }

  /**
   * Adds observations. Returns the ids of those added: not of those that are stored, also if only since this moment. In
   * the order of their ids, so that of two who submit the same one waits for the other.
   */
  async add(sql: Knex, observations: readonly ObservationRecord[]): Promise<ReadonlySet<string>> {
    const inOrder = observations.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return new Set(await write(sql, ADD, inOrder));
  }

  /** Writes the next versions of observations that are stored and locked. */
  async correct(sql: Knex, observations: readonly ObservationRecord[]): Promise<void> {
    await write(sql, CORRECT, observations);
  }

  /** Has an observation count no longer. */
  async withdraw(sql: Knex, id: string, grounds: ChangeGrounds, at: Date): Promise<void> {
    await sql('boundaries.observation').where({ id }).update({
      withdrawn_at: at,
      withdrawal_reason: grounds.reason,
      withdrawal_document_number: grounds.documentNumber,
    });
  }
}

const COLUMNS = WRITTEN_COLUMNS.join(', ');
const GIVEN = 'json_populate_recordset(null::boundaries.observation, ?::json)';

const ADD = `insert into boundaries.observation (${COLUMNS}) select ${COLUMNS} from ${GIVEN}
  on conflict (id) do nothing returning id`;

const CORRECT = `update boundaries.observation
  set ${WRITTEN_COLUMNS.filter((column) => column !== 'id')
    .map((column) => `${column} = given.${column}`)
    .join(', ')}
  from ${GIVEN} as given where observation.id = given.id returning given.id`;

/** Thousands a statement. Returns the ids of the rows written. */
async function write(
  sql: Knex,
  statement: string,
  observations: readonly ObservationRecord[],
): Promise<string[]> {
  const written: string[] = [];
  for (let start = 0; start < observations.length; start += ROWS_PER_STATEMENT) {
    const part = observations.slice(start, start + ROWS_PER_STATEMENT).map(observationRow);
    const { rows } = await sql.raw<{ rows: { id: string }[] }>(statement, [JSON.stringify(part)]);
    for (const { id } of rows) written.push(id);
  }
  return written;
}
