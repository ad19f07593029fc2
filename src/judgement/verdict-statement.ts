import type { Knex } from 'knex';
import { PREPARED } from '../platform/prepared-statements.js';
import { PERMITTING_KINDS } from '../vocabulary/boundaries.js';
import { type OverlayGrid, overlayGrid, PIECE_GRID } from './overlay-grid.js';
import { JUDGEMENT_SQL } from './sql.js';

/** Activities that a red line and a prohibited zone restrict. */
const RESTRICTED = ['EXTRACTION', 'STRIPPING'];

const PERMITS = Object.entries(PERMITTING_KINDS).flatMap(([activity, kinds]) =>
  kinds.map((kind) => ({ activity, kind })),
);

/** Read by the statement itself: the server is not always the one that the hub started with. */
const ENGINE_VERSIONS = `jsonb_build_object('postgis', postgis_lib_version(), 'geos', postgis_geos_version(), 'proj', postgis_proj_version())`;

/** The current verdict on an observation, and what it took the place of. */
export interface VerdictRow {
  readonly observation_id: string;
  readonly judgement_id: string;
  readonly changed: boolean;
  readonly mine_id: string | null;
  readonly division_code: string | null;
  readonly plan_verdict: string;
  readonly digest: string;
  readonly current_digest: string | null;
}

/** A judgement in whose place nothing stands. */
export type RetractedRow = Pick<VerdictRow, 'observation_id' | 'judgement_id' | 'mine_id' | 'division_code'>;

/** Runs the statement that reaches verdicts (sql/judge-batch). Whoever does passes the gate first. */
export class VerdictStatement {
  private grid: OverlayGrid | null = null;

  /** Judges by the policy in force and stores what is new. */
  async store(sql: Knex, observationIds: readonly string[], at: Date): Promise<readonly VerdictRow[]> {
    return (await this.run(sql, JUDGEMENT_SQL.judgeBatch, observationIds, at, null)) as VerdictRow[];
  }

  /** Judges by a policy to come and puts the verdicts aside. */
  async stage(sql: Knex, observationIds: readonly string[], at: Date, policy: number): Promise<void> {
    await this.run(sql, JUDGEMENT_SQL.stageBatch, observationIds, at, policy);
  }

  /** Ends the judgements of those that are not published any more. */
  async retract(sql: Knex, observationIds: readonly string[], at: Date): Promise<readonly RetractedRow[]> {
    const { rows } = await sql.raw(JUDGEMENT_SQL.retractJudgements, { ids: [...observationIds], at });
    return rows as RetractedRow[];
  }

  private async run(
    sql: Knex,
    statement: string,
    observationIds: readonly string[],
    at: Date,
    policy: number | null,
  ): Promise<readonly object[]> {
    // What was read is kept, not the reading, which may fail with the connection.
    this.grid ??= await overlayGrid(sql);
    const { grid } = this;
    const { rows } = await sql.raw(PREPARED + statement, {
      ids: [...new Set(observationIds)],
      known: at,
      judged_at: at,
      activities: PERMITS.map((pair) => pair.activity),
      kinds: PERMITS.map((pair) => pair.kind),
      restricted: RESTRICTED,
      engine: sql.raw(ENGINE_VERSIONS),
      grid: grid.metres,
      grid_degrees: grid.degrees,
      piece_grid: PIECE_GRID.metres,
      policy,
    });
    return rows;
  }
}
