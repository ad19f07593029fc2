import type { Knex } from 'knex';
import { lockKey } from '../platform/advisory-locks.js';
import { PREPARED } from '../platform/prepared-statements.js';
import { LOCK_NAMES } from '../vocabulary/lock-names.js';
import { PLAN_ONCE } from './sql.js';

/**
 * Who judges goes through the gate together with others; who changes what verdicts rest on closes it until their
 * transaction ends. So a verdict either knows of the change, or is there to be found by the one who makes it.
 */
const GATE = lockKey(`'${LOCK_NAMES.judging}'`);

/**
 * Waits at the gate until nobody has it closed, then until judgements under way for the same observations have
 * finished. What is read afterwards, the clock included, is later than every change made so far.
 */
export async function passGate(sql: Knex, observationIds: readonly string[]): Promise<void> {
  // One statement, and the gate first: a select list is worked out from left to right.
  await sql.raw(
    `${PREPARED}select ${PLAN_ONCE}, pg_advisory_xact_lock_shared(${GATE}), (
       select count(*) from (
         select 1 from enforcement.judgement
         where observation_id = any(?::uuid[]) and superseded_at is null order by observation_id for update
       ) locked
     )`,
    [[...observationIds]],
  );
}

/** Waits until everybody who judges has committed, and lets nobody else begin before this transaction ends. */
export async function closeGate(sql: Knex): Promise<void> {
  await sql.raw(`select ${PLAN_ONCE}, pg_advisory_xact_lock(${GATE})`);
}
