import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8');

/** The statements of the engine, one a file, as a reviewer reads them and as the database runs them. */
export const JUDGEMENT_SQL = {
  judgeBatch: read('judge-batch') + read('store-judgements'),
  stageBatch: read('judge-batch') + read('stage-judgements'),
  adoptJudgements: read('adopt-judgements'),
  retractJudgements: read('retract-judgements'),
  concernedObservations: read('concerned-observations'),
  affectedFindings: read('affected-findings'),
  touchedViolations: read('touched-violations'),
  touchingFindings: read('touching-findings'),
  storeViolations: read('store-violations'),
  violationGrowth: read('violation-growth'),
  evidenceObservations: read('evidence-observations'),
  evidenceFindings: read('evidence-findings'),
  evidenceAreas: read('evidence-areas'),
} as const;

/**
 * Select list that makes statements go by indexes alone until the transaction ends, as a plan made while a table was small
 * must serve when it has grown.
 */
export const BY_INDEX = `set_config('enable_seqscan', 'off', true)`;

/**
 * Select list that makes prepared statements keep their first plan as well. Left to itself the server would plan anew each
 * time: it thinks little of what planning costs.
 */
export const PLAN_ONCE = `set_config('plan_cache_mode', 'force_generic_plan', true), ${BY_INDEX}`;

/** Up to this many are judged by a prepared plan: making one takes as long as judging a few. */
const FEW = 64;

export const isFew = (observationIds: readonly string[]): boolean => observationIds.length <= FEW;

/** The statements that lead from observations to violations, by file name, for those who check a verdict. */
export const ENGINE_STATEMENTS: Readonly<Record<string, string>> = {
  'judge-batch': JUDGEMENT_SQL.judgeBatch,
  'affected-findings': JUDGEMENT_SQL.affectedFindings,
  'touched-violations': JUDGEMENT_SQL.touchedViolations,
  'touching-findings': JUDGEMENT_SQL.touchingFindings,
  'store-violations': JUDGEMENT_SQL.storeViolations,
};
