import type { Knex } from 'knex';
import type { LogPosition } from '../platform/events/event-log.js';

/** How far each bridge has come, in PostgreSQL; one process feeds a bridge at a time. */
export class BridgeRepository {
  constructor(
    private readonly knex: Knex,
    private readonly holder: string,
  ) {}

  /** Takes the bridge if nobody holds it; whether it is ours. */
  async claim(name: string, leaseSeconds: number): Promise<boolean> {
    const { rows } = await this.knex.raw(
      `insert into updates.bridge as bridge (name, leased_by, leased_until)
       values (:name, :holder, clock_timestamp() + make_interval(secs => :lease))
       on conflict (name) do update
       set leased_by = excluded.leased_by, leased_until = excluded.leased_until
       where bridge.leased_by = excluded.leased_by or bridge.leased_until is null or bridge.leased_until < clock_timestamp()
       returning name`,
      { name, holder: this.holder, lease: leaseSeconds },
    );
    return rows.length > 0;
  }

  /** Null: it has never sent anything. */
  async position(name: string): Promise<LogPosition | null> {
    const row = (await this.knex('updates.bridge').where({ name }).first()) as
      | Record<string, unknown>
      | undefined;
    if (row === undefined || row['position_epoch'] === null) return null;
    return {
      epoch: row['position_epoch'] as number,
      xid: Number(row['position_xid']),
      seq: row['position_seq'] as number,
    };
  }

  /** Writes down that everything up to the position has been acknowledged; false: the bridge is not ours any more. */
  async advance(name: string, position: LogPosition): Promise<boolean> {
    const { rows } = await this.knex.raw(
      `update updates.bridge
       set position_epoch = ?, position_xid = ?::xid8, position_seq = ?
       where name = ? and leased_by = ? returning name`,
      [position.epoch, String(position.xid), position.seq, name, this.holder],
    );
    return rows.length > 0;
  }

  async release(name: string): Promise<void> {
    await this.knex('updates.bridge')
      .where({ name, leased_by: this.holder })
      .update({ leased_by: null, leased_until: null });
  }
}
