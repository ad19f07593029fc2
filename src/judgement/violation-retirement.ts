import type { Knex } from 'knex';
import type { DomainEvent } from '../platform/transact.js';
import type { VerdictClass, ViolationKind, ViolationState } from '../vocabulary/enforcement.js';
import { FIRST_STATE, SETTLED_STATES, stateAfter } from '../vocabulary/violation-life.js';
import { dropFindings } from './violation-membership.js';
import { subjectOf, type ViolationSeries } from './violation-series.js';
import { keepTransitions, reopenings } from './violation-transitions.js';

/** A violation as it is stored before its findings are folded anew. */
export interface StoredViolation {
  readonly id: string;
  readonly state: ViolationState;
  readonly kind: ViolationKind;
  readonly mineId: string | null;
  readonly otherMineId: string | null;
  readonly divisionCode: string | null;
  readonly verdict: VerdictClass;
  readonly areaSquareMetres: number;
  readonly lastObservedAt: Date;
  /** Whose its findings were, earliest first. */
  readonly observationIds: readonly string[];
  /** The findings of now that are its, if people closed or dismissed it; none while it is open. */
  readonly settledIds: readonly string[];
}

/** Says why violations do not stand any more; those it does not know have lost their findings without a cause. */
export interface ClosingReasons {
  reasonsFor(sql: Knex, violationIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

const NO_CAUSE = 'No current finding supports it any longer';

/** What became of violations without a finding. */
export interface Retirement {
  readonly events: readonly DomainEvent[];
  /** By the id of the violation that took them over. */
  readonly takenOver: ReadonlyMap<string, readonly StoredViolation[]>;
  readonly closed: readonly {
    readonly violation: StoredViolation;
    readonly to: ViolationState;
    readonly reason: string;
  }[];
}

/**
 * Violations that have no current finding left. One whose findings another violation has taken over (an earlier
 * observation turned up) becomes an alias of that one; any other is closed with the reason, and kept.
 */
export async function retireViolations(
  sql: Knex,
  lost: readonly StoredViolation[],
  series: readonly ViolationSeries[],
  reasons: ClosingReasons | null,
  at: Date,
  by: string,
): Promise<Retirement> {
  const heirs = await heirsOf(sql, lost, series);
  const events: DomainEvent[] = [];
  const takenOver = new Map<string, StoredViolation[]>();
  for (const violation of lost) {
    const heir = heirs.get(violation.id);
    if (heir === undefined) continue;
    takenOver.set(heir, (takenOver.get(heir) ?? []).concat(violation));
    events.push(retirementEvent('merged', violation, { into: heir }));
  }
  await handOver(sql, takenOver, at, by);
  const orphans = lost.filter(({ id }) => !heirs.has(id));
  const closed = await closeOrphans(sql, orphans, reasons, at, by);
  events.push(
    ...closed.map(({ violation, to, reason }) => ({
      ...retirementEvent('auto-closed', violation, { reason }),
      after: { id: violation.id, state: to, reason },
    })),
  );
  return { events, takenOver, closed };
}

/**
 * By lost violation: the one that now holds a finding of the observations that it was made of, the earliest of them, and
 * lies where it lay. Another part of the same observation is no heir, and what people closed or dismissed goes on with
 * its own findings and inherits nothing else. Findings have been moved to where they are now.
 */
async function heirsOf(
  sql: Knex,
  lost: readonly StoredViolation[],
  series: readonly ViolationSeries[],
): Promise<ReadonlyMap<string, string>> {
  const holders = new Map<string, Set<ViolationSeries>>();
  for (const held of series) {
    for (const finding of held.findings) {
      const key = `${finding.observationId}/${subjectOf(finding)}`;
      holders.set(key, (holders.get(key) ?? new Set()).add(held));
    }
  }
  const candidates = lost.flatMap((violation) => {
    const { id, state, observationIds } = violation;
    const subject = subjectOf(violation);
    const held = new Set(observationIds.flatMap((of) => [...(holders.get(`${of}/${subject}`) ?? [])]));
    return [...held]
      .filter(({ settledAs }) => settledAs === (SETTLED_STATES.includes(state) ? id : null))
      .map((heir, place) => ({ lost: id, heir: heir.id, place }));
  });
  if (candidates.length === 0) return new Map();
  const { rows } = await sql.raw(
    `select distinct on (c.lost) c.lost, c.heir
     from jsonb_to_recordset(?::jsonb) as c (lost uuid, heir uuid, place int)
     join enforcement.violation v on v.id = c.lost
     where v.state = any(?::text[]) or exists (
       select
       from (
         select f.id from enforcement.finding f
         where f.geom && v.geom and f.current and f.verdict <> 'WITHIN_ERROR' and ST_Intersects(f.geom, v.geom) offset 0
       ) there
       join enforcement.violation_finding vf on vf.finding_id = there.id
       where vf.violation_id = c.heir)
     order by c.lost, c.place`,
    [JSON.stringify(candidates), [...SETTLED_STATES]],
  );
  return new Map(rows.map((row: { lost: string; heir: string }) => [row.lost, row.heir]));
}

/** Makes of violations names of those that have taken them over, with their history and what people made of them. */
async function handOver(
  sql: Knex,
  takenOver: ReadonlyMap<string, readonly StoredViolation[]>,
  at: Date,
  by: string,
): Promise<void> {
  if (takenOver.size === 0) return;
  const heirs = [...takenOver.keys()];
  const taken = [...takenOver].flatMap(([heir, violations]) => violations.map(({ id }) => ({ id, heir })));
  const pairs = sql.raw('jsonb_to_recordset(?::jsonb) as taken (id uuid, heir uuid)', [
    JSON.stringify(taken),
  ]);
  // An id that was taken over before may have come back since, when the earlier observation was withdrawn.
  await sql.raw(
    `insert into enforcement.violation_alias (old_id, new_id, created_at) select taken.id, taken.heir, ? from ?
     on conflict (old_id) do update set new_id = excluded.new_id, created_at = excluded.created_at`,
    [at, pairs],
  );
  await sql.raw(
    'update enforcement.violation_alias alias set new_id = taken.heir from ? where alias.new_id = taken.id',
    [pairs],
  );
  await sql('enforcement.violation_alias').whereRaw('old_id = any(?)', [heirs]).delete();
  for (const [heir, violations] of takenOver) await takeState(sql, heir, violations, at, by);
  // It goes on with the history, and so it began when that did.
  await sql.raw(
    `update enforcement.violation heir set opened_at = former.opened_at, updated_at = ?
     from (select taken.heir as id, min(v.opened_at) as opened_at from ? join enforcement.violation v on v.id = taken.id group by 1) former
     where heir.id = former.id and former.opened_at < heir.opened_at`,
    [at, pairs],
  );
  const ids = taken.map(({ id }) => id);
  await dropFindings(sql, ids, at);
  await sql.raw(
    `with past as (
       insert into enforcement.past_violation_transition (sequence, violation_id, recorded_at, superseded_at)
       select step.sequence, step.violation_id, step.recorded_at, :at
       from enforcement.violation_transition step where step.violation_id = any(:ids) and step.recorded_at < :at
     )
     update enforcement.violation_transition step set violation_id = taken.heir, recorded_at = greatest(step.recorded_at, :at)
     from :pairs where step.violation_id = taken.id`,
    { at, ids, pairs },
  );
  await sql('enforcement.violation').whereRaw('id = any(?)', [ids]).delete();
}

/** An heir that nobody has looked at yet is in the state of the first that somebody has. */
async function takeState(
  sql: Knex,
  heir: string,
  violations: readonly StoredViolation[],
  at: Date,
  by: string,
): Promise<void> {
  // The heir has a finding: what a judgement had closed is open again.
  const steps = violations.map(({ id, state }) => {
    const back = reopenings([[id, state]]).map((step) => ({ ...step, violation_id: heir }));
    return { back, state: back[0]?.to_state ?? state };
  });
  const decisive = steps.findIndex(({ state }) => state !== FIRST_STATE);
  const followed = decisive < 0 ? steps : steps.slice(0, decisive + 1);
  const took = await sql('enforcement.violation')
    .where({ id: heir, state: FIRST_STATE })
    .update({ state: followed.at(-1)?.state ?? FIRST_STATE, updated_at: at });
  const back = followed.flatMap((step) => step.back);
  if (took > 0) await keepTransitions(sql, back, by, at);
}

async function closeOrphans(
  sql: Knex,
  orphans: readonly StoredViolation[],
  reasons: ClosingReasons | null,
  at: Date,
  by: string,
): Promise<Retirement['closed']> {
  // What is settled stays so.
  const closing = orphans.flatMap((violation) => {
    const to = stateAfter(violation.state, 'AUTO_CLOSE');
    return to === null ? [] : [{ violation, to }];
  });
  if (closing.length === 0) return [];
  const told = await reasons?.reasonsFor(
    sql,
    closing.map(({ violation }) => violation.id),
  );
  const closed = closing.map((each) => ({ ...each, reason: told?.get(each.violation.id) ?? NO_CAUSE }));
  await sql.raw(
    `update enforcement.violation v set state = r.state, reason = r.reason, updated_at = :at
     from jsonb_to_recordset(:rows::jsonb) as r (id uuid, state text, reason text) where v.id = r.id`,
    {
      rows: JSON.stringify(
        closed.map(({ violation, to, reason }) => ({ id: violation.id, state: to, reason })),
      ),
      at,
    },
  );
  await keepTransitions(
    sql,
    closed.map(({ violation, to, reason }) => ({
      violation_id: violation.id,
      action: 'AUTO_CLOSE',
      from_state: violation.state,
      to_state: to,
      note: reason,
    })),
    by,
    at,
  );
  return closed;
}

const retirementEvent = (
  what: string,
  { id, mineId, divisionCode, observationIds }: StoredViolation,
  data: Readonly<Record<string, unknown>>,
): DomainEvent => ({
  type: `violation.${what}`,
  subjectType: 'Violation',
  subjectId: id,
  mineId,
  divisionCode,
  follows: observationIds,
  data,
});
