import { readFileSync } from 'node:fs';
import type { Knex } from 'knex';

const read = (name: string): string => readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8');

/** The statement that reaches verdicts, in the order of docs/judgement.md; what keeps them is put behind it. */
const JUDGE_BATCH = ['1-attribution', '2-permitted', '3-excess', '4-pieces', '5-depth-and-seam', '6-verdict']
  .map((step) => read(`judge-batch/${step}`))
  .join('');

/** The statements of the engine, as a reviewer reads them and as the database runs them. */
export const JUDGEMENT_SQL = {
  judgeBatch: JUDGE_BATCH + read('store-judgements'),
  stageBatch: JUDGE_BATCH + read('stage-judgements'),
  adoptJudgements: read('adopt-judgements'),
  retractJudgements: read('retract-judgements'),
  concernedObservations: read('concerned-observations'),
  affectedFindings: read('affected-findings'),
  standingViolations: read('standing-violations'),
  touchedViolations: read('touched-violations'),
  findings: read('findings'),
  reachedFindings: read('reached-findings'),
  meetingFindings: read('meeting-findings'),
  settledNames: read('settled-names'),
  groundAreas: read('ground-areas'),
  storeViolations: read('store-violations'),
  moveFindings: read('move-findings'),
  violationDays: read('violation-members') + read('violation-days'),
  violationGrowth: read('violation-members') + read('violation-growth'),
  evidenceObservations: read('evidence-observations'),
  evidenceFindings: read('evidence-findings'),
  evidenceAreas: read('evidence-areas'),
  evidenceNeighbours: read('evidence-neighbours'),
  evidenceDecisions: read('evidence-decisions'),
  evidenceDigests: read('evidence-digests'),
} as const;

/**
 * Select list that makes prepared statements keep their first plan until the transaction ends: left to itself the server
 * would plan anew each time, which takes as long as judging thirty. Such a plan goes by indexes alone, as one made while
 * a table was small must serve when it has grown.
 */
export const PLAN_ONCE = `set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)`;

/** The statements that lead from observations to violations, by file name. */
const ENGINE_STATEMENTS: Readonly<Record<string, string>> = {
  'judge-batch': JUDGEMENT_SQL.judgeBatch,
  'affected-findings': JUDGEMENT_SQL.affectedFindings,
  'touched-violations': JUDGEMENT_SQL.touchedViolations,
  findings: JUDGEMENT_SQL.findings,
  'reached-findings': JUDGEMENT_SQL.reachedFindings,
  'meeting-findings': JUDGEMENT_SQL.meetingFindings,
  'settled-names': JUDGEMENT_SQL.settledNames,
  'ground-areas': JUDGEMENT_SQL.groundAreas,
  'store-violations': JUDGEMENT_SQL.storeViolations,
};

/** Those statements, and the functions that they call as the database has them, for those who check a verdict. */
export async function engineStatements(sql: Knex): Promise<Readonly<Record<string, string>>> {
  const { rows } = await sql.raw(
    `select pg_get_functiondef(p.oid) as text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'judgement' order by p.proname, p.oid`,
  );
  const functions = rows.map(({ text }: { text: string }) => `${text.trimEnd()};\n`).join('\n');
  return { ...ENGINE_STATEMENTS, functions };
}
