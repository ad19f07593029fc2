import { startOfRun } from '../../../judgement/rejudgement.js';
import type { DomainEvent } from '../../../platform/transact.js';

/** What somebody asks to have judged: exactly one of these. */
export type JudgementScope =
  | { readonly observationIds: readonly string[] }
  | { readonly mineIds: readonly string[] }
  | { readonly all: true };

export const JudgementRunState = {
  RUNNING: 'RUNNING',
  DONE: 'DONE',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
} as const;
export type JudgementRunState = keyof typeof JudgementRunState;

/** Judging a set of observations, in parts that are each committed by themselves. */
export interface JudgementRun {
  readonly id: string;
  /** A `JudgementScope`, or what the run follows from. */
  readonly scope: object;
  readonly state: JudgementRunState;
  /** Observations in scope when the run began. */
  readonly total: number;
  readonly judged: number;
  /** Observations whose verdict is new, differs from the one before, or names other versions. */
  readonly changed: number;
  readonly error: string | null;
  readonly requestedBy: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** The difference to complete, where a change is behind the run. */
  readonly diffId: string | null;
  /** The policy to bring into force, where one is behind the run. */
  readonly policyVersion: number | null;
  /** How often its next part has failed. */
  readonly attempts: number;
}

export type OnProgress = (run: JudgementRun) => void;

export const runEvent = (what: string, run: JudgementRun): DomainEvent => ({
  ...(what === 'started' ? { id: startOfRun(run.id) } : { causeId: startOfRun(run.id) }),
  type: `judgement-run.${what}`,
  subjectType: 'JudgementRun',
  subjectId: run.id,
  data: { state: run.state, total: run.total, judged: run.judged, changed: run.changed },
});
