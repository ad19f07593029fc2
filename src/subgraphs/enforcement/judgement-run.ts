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
  /** Observations whose verdict is new or differs from the one before. */
  readonly changed: number;
  readonly error: string | null;
  readonly requestedBy: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** The difference to complete, where a change is behind the run. */
  readonly diffId: string | null;
  /** The policy to bring into force, where one is behind the run. */
  readonly policyVersion: number | null;
  /** Up to where its items have been judged. */
  readonly position: number;
  /** How often its next part has failed. */
  readonly attempts: number;
}

/** An observation that a run has to judge. */
export interface RunItem {
  readonly place: number;
  readonly observationId: string;
  readonly mineId: string | null;
  /** Whether it is there still. */
  readonly present: boolean;
}

/**
 * The items to judge together: as many as may be, but no mine in two parts unless it has more than that alone, so that
 * no violation is seen when half of its findings have been judged. `items` are the next ones, one more than `most` if
 * there are.
 */
export function partOf(items: readonly RunItem[], most: number): readonly RunItem[] {
  if (items.length <= most) return items;
  const next = items[most]?.mineId ?? null;
  if (next === null) return items.slice(0, most);
  let end = most;
  while (end > 0 && items[end - 1]?.mineId === next) end -= 1;
  return items.slice(0, end === 0 ? most : end);
}
