import type { Knex } from 'knex';
import { SETTLED_STATES, SETTLING_DECISIONS } from '../vocabulary/violation-life.js';
import { readFindings } from './connected-findings.js';
import { JUDGEMENT_SQL } from './sql.js';
import { foldNamed } from './violation-names.js';
import type { Settled } from './violation-series.js';

/** What people dismissed or closed: it keeps its findings, whatever they touch. */
export interface KeptTogether {
  readonly violationId: string;
  readonly action: string;
  readonly at: Date;
  readonly by: string;
  readonly findingIds: readonly string[];
}

/** From what it follows which findings are a violation's. */
export interface ViolationGrounds {
  readonly judgementIds: readonly string[];
  /** What does not follow from findings, of those of these judgements; none where they tell it all. */
  readonly decisions: readonly KeptTogether[];
}

interface Decided extends KeptTogether {
  /** Whether nobody has reopened it since. */
  readonly settled: boolean;
}

/**
 * The least of three grounds by which folding anew gives the violation the findings that it has: the judgements of its
 * own observations; these, and what people settled of their findings; those of all findings that are connected with
 * its own as well. Where none of them will do, as after a fold by other rules, all there is is given.
 */
export async function groundsOf(
  sql: Knex,
  violationId: string,
  judgementIds: readonly string[],
): Promise<ViolationGrounds> {
  const members = await membersOf(sql, violationId);
  const before = await stoodBefore(sql, members);
  const explain = (grounds: ViolationGrounds) => explains(sql, violationId, members, grounds);
  let grounds: ViolationGrounds = { judgementIds, decisions: [] };
  if (await explain(grounds)) return grounds;
  const decided = await decidedBeside(sql, violationId, before);
  // A violation that people reopened is as they had settled it until its findings are folded again.
  for (const kept of [decided.filter(({ settled }) => settled), decided]) {
    const apart = kept.map((decision) => decision.violationId);
    const connected = await connectedJudgements(sql, violationId, before, apart);
    for (const judgements of [judgementIds, [...new Set([...judgementIds, ...connected])]]) {
      grounds = { judgementIds: judgements, decisions: await decisionsOn(sql, judgements, kept) };
      if (await explain(grounds)) return grounds;
    }
  }
  return grounds;
}

interface Member {
  readonly id: string;
  readonly superseded_at: Date | null;
}

const membersOf = (sql: Knex, violationId: string): Promise<readonly Member[]> =>
  sql('enforcement.violation_finding as member')
    .join('enforcement.finding as finding', 'finding.id', 'member.finding_id')
    .join('enforcement.judgement as judgement', 'judgement.id', 'finding.judgement_id')
    .where('member.violation_id', violationId)
    .select('finding.id', 'judgement.superseded_at');

/** A violation without a current finding is as it was before it lost its last. */
async function stoodBefore(sql: Knex, members: readonly Member[]): Promise<string> {
  if (members.some(({ superseded_at }) => superseded_at === null)) return 'infinity';
  // To the microsecond, which a Date does not hold.
  const { rows } = await sql.raw(
    `select max(j.superseded_at)::text as before from enforcement.finding f join enforcement.judgement j on j.id = f.judgement_id
     where f.id = any(?::uuid[])`,
    [members.map(({ id }) => id)],
  );
  return rows[0].before ?? 'infinity';
}

/** Whether folding the findings of these judgements gives the violation just those that it has. */
async function explains(
  sql: Knex,
  violationId: string,
  members: readonly Member[],
  { judgementIds, decisions }: ViolationGrounds,
): Promise<boolean> {
  const ids: string[] = await sql('enforcement.finding as finding')
    .join('enforcement.violation as violation', (on) => {
      on.on('violation.kind', 'finding.kind').on(
        sql.raw(
          '(violation.mine_id, violation.other_mine_id) is not distinct from (finding.mine_id, finding.other_mine_id)',
        ),
      );
    })
    .where('violation.id', violationId)
    .whereNot('finding.verdict', 'WITHIN_ERROR')
    .whereRaw('finding.judgement_id = any(?::uuid[])', [[...judgementIds]])
    .pluck('finding.id');
  const series = await foldNamed(sql, await readFindings(sql, ids), settledBy(decisions));
  const own = new Set(members.map(({ id }) => id));
  return series.some(
    ({ findings }) => findings.length === own.size && findings.every(({ id }) => own.has(id)),
  );
}

/** Decisions as the fold takes them. */
export const settledBy = (
  decisions: readonly Pick<KeptTogether, 'violationId' | 'findingIds'>[],
): Settled => ({
  byFinding: new Map(
    decisions.flatMap(({ violationId, findingIds }) => findingIds.map((finding) => [finding, violationId])),
  ),
  names: new Set(decisions.map(({ violationId }) => violationId)),
});

async function decidedBeside(sql: Knex, violationId: string, before: string): Promise<readonly Decided[]> {
  const { rows } = await sql.raw(JUDGEMENT_SQL.evidenceDecisions, {
    violation: violationId,
    before,
    settling: [...SETTLING_DECISIONS],
    settled: [...SETTLED_STATES],
  });
  return rows.map((row: Record<string, unknown>) => ({
    violationId: row['violation_id'] as string,
    action: row['action'] as string,
    at: row['at'] as Date,
    by: row['actor'] as string,
    settled: row['settled'] as boolean,
    findingIds: row['finding_ids'] as string[],
  }));
}

async function connectedJudgements(
  sql: Knex,
  violationId: string,
  before: string,
  apart: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql.raw(JUDGEMENT_SQL.evidenceNeighbours, {
    violation: violationId,
    before,
    apart: [...apart],
  });
  return rows.map((row: { judgement_id: string }) => row.judgement_id);
}

/** Of decisions what they say of the findings of these judgements. */
async function decisionsOn(
  sql: Knex,
  judgementIds: readonly string[],
  decided: readonly KeptTogether[],
): Promise<readonly KeptTogether[]> {
  const there = new Set<string>(
    await sql('enforcement.finding')
      .whereRaw('judgement_id = any(?::uuid[])', [[...judgementIds]])
      .pluck('id'),
  );
  return decided
    .map(({ violationId, action, at, by, findingIds }) => ({
      violationId,
      action,
      at,
      by,
      findingIds: findingIds.filter((id) => there.has(id)),
    }))
    .filter(({ findingIds }) => findingIds.length > 0);
}
