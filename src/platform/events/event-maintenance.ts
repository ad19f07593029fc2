import type { Knex } from 'knex';
import type { Logger } from '../logging.js';
import { underAdvisoryLock } from '../migrations.js';

/** Months are made when they are this close. */
const DAYS_AHEAD = 62;
const EVERY_MS = 6 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Removing a month waits for readers, and makes others wait behind it. */
const LONGEST_WAIT = "set local lock_timeout = '5s'";

export interface EventMaintenanceOptions {
  readonly knex: Knex;
  /** Events older than this many days may go; null: they stay. */
  readonly retentionDays: number | null;
  readonly log: Logger;
}

/**
 * At the start of a hub, under the migration lock: begins a new epoch when the data have come into another cluster,
 * makes the partitions of the months ahead, and removes those that retention does not keep.
 */
export async function prepareEventLog(options: EventMaintenanceOptions): Promise<void> {
  const { knex, log } = options;
  await underAdvisoryLock(knex, async () => {
    const { rows } = await knex.raw<{ rows: { before: number; now: number }[] }>(
      `select coalesce((select max(epoch) from platform.event_epoch), 0) as before, platform.check_event_epoch() as now`,
    );
    const [epoch] = rows;
    if (epoch && epoch.before > 0 && epoch.now !== epoch.before) {
      log.info(
        { epoch: epoch.now },
        'the data have come into another cluster: the event log begins a new epoch',
      );
    }
  });
  await maintainEventLog(options, new Date());
}

/** Makes partitions ahead of need and removes what is older than the retention. */
export async function maintainEventLog(options: EventMaintenanceOptions, now: Date): Promise<void> {
  const { knex, retentionDays, log } = options;
  await underAdvisoryLock(knex, async () => {
    await knex.transaction(async (sql) => {
      await sql.raw(LONGEST_WAIT);
      await sql.raw('select platform.make_event_partitions(?)', [DAYS_AHEAD]);
    });
    if (retentionDays === null) return;
    const cutoff = new Date(now.getTime() - retentionDays * DAY_MS);
    const removed = await knex.transaction(async (sql) => {
      await sql.raw(LONGEST_WAIT);
      const { rows } = await sql.raw<{ rows: { removed: number }[] }>(
        'select platform.remove_events_before(?) as removed',
        [cutoff],
      );
      return rows[0]?.removed ?? 0;
    });
    if (removed > 0) log.info({ removed, cutoff }, 'events older than the retention were removed');
  });
}

/** Maintains the log while the process lives; returns what ends it. */
export function maintainEventLogRegularly(options: EventMaintenanceOptions): () => void {
  const timer = setInterval(() => {
    maintainEventLog(options, new Date()).catch((error: unknown) =>
      options.log.warn({ err: error }, 'could not maintain the event log; trying again later'),
    );
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
