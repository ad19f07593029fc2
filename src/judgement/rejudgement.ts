import type { Knex } from 'knex';
import type { RequestContext } from '../platform/context.js';
import { idFromKey } from '../platform/ids.js';
import type { Transaction } from '../platform/transact.js';
import type { RejudgementKind } from '../vocabulary/rejudgement.js';

/** Id of the event that tells of a run's start: what the run does follows from it, in transactions of its own. */
export const startOfRun = (runId: string): string => idFromKey('event', 'judgement-run.started', runId);

/** A version of what changed: an area, a licence, a mine, an observation or a policy; version null where it has none. */
export interface ChangedSubject {
  readonly id: string;
  readonly version: number | null;
}

/** Days in Asia/Shanghai, half-open; null: without beginning, without end. */
export interface DayRange {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * What changed, and what it can touch: observations whose day lies in `validity` and that were given or attributed to
 * one of `mineIds` or whose footprint meets one of `areas`; footprints nobody was named for also within the attribution
 * radius of `areas`, which attract them on any day.
 */
export interface RejudgementCause {
  readonly kind: RejudgementKind;
  /** What changed, in the version that came of it. */
  readonly subjects: readonly ChangedSubject[];
  /**
   * Mines whose observations are concerned wherever they lie; empty where only the place counts. Of mines that moved:
   * those observations alone that are judged in the zone of the place before.
   */
  readonly mineIds: readonly string[];
  /** The place: versions of permitted areas, old and new alike; both are read from the table, not copied. */
  readonly areas?: readonly { readonly id: string; readonly version: number }[];
  /** Observations concerned by name, on any day: those withdrawn or corrected. */
  readonly observationIds?: readonly string[];
  /** The days of which something changed. */
  readonly validity: DayRange;
  /** What the person who made the change said; shown with each difference. Null: nothing. */
  readonly reason: string | null;
}

/** What was done about a cause by the time the request answers. */
export interface RejudgementRequest {
  /** Id of the `JudgementDiff` that tells what changes; null: the cause concerns no observation. */
  readonly diffId: string | null;
  /** Run that judges in the background after the commit; null: judged already, in this transaction. */
  readonly runId: string | null;
  readonly observations: number;
}

/** The port that subgraphs call when they change what verdicts rest on; `RejudgementDesk` stands behind it. */
export interface Rejudgement {
  /**
   * Judges again what the cause can touch and nothing else. Few observations, and those concerned by name, are judged in
   * the caller's transaction; for many others a run is queued by it, so that either both the change and its re-judgement
   * are committed or neither.
   *
   * Call it once a transaction, after the rows of the change are written and as late as possible: from here to the
   * commit no other judging goes on, so that no verdict is reached without the change and missed by it. A withdrawn
   * observation must not be in `boundaries.published_observation` any more.
   */
  request(context: RequestContext, tx: Transaction, cause: RejudgementCause): Promise<RejudgementRequest>;
}

/** What one part of a run did. */
export interface RejudgementPart {
  readonly judged: number;
  readonly changed: number;
}

/** The port by which runs are carried out, part by part. */
export interface RejudgementWork {
  /** Judges those of these observations that are there still, for a run that somebody asked for at `since`. */
  judgeStored(
    context: RequestContext,
    tx: Transaction,
    observationIds: readonly string[],
    since: Date,
  ): Promise<RejudgementPart>;
  /** Judges some of the observations that a cause concerns, and adds to its difference. */
  judgePart(
    context: RequestContext,
    tx: Transaction,
    diffId: string,
    observationIds: readonly string[],
  ): Promise<RejudgementPart>;
  /** Ends the difference: everything has been judged. */
  complete(context: RequestContext, tx: Transaction, diffId: string): Promise<void>;
}

/** The port by which everything is judged by a policy to come, which then takes effect everywhere at once. */
export interface PolicyAdoption {
  /** Some observations that have no staged verdict yet, at most `most`. */
  unstaged(sql: Knex, most: number): Promise<readonly string[]>;
  /** Judges them by the policy and puts the verdicts aside: everybody goes on reading the ones before. */
  stage(
    context: RequestContext,
    tx: Transaction,
    policy: number,
    observationIds: readonly string[],
  ): Promise<void>;
  /**
   * Brings the policy into force, judges what is not staged, puts staged verdicts in the place of the current ones, and
   * keeps the difference. Every judgement is new, as it names the policy; changed are those that differ in more.
   */
  adopt(context: RequestContext, tx: Transaction, policy: number): Promise<RejudgementPart>;
  /** Forgets what was staged. */
  discard(sql: Knex): Promise<void>;
}
