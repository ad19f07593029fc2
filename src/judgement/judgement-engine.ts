import type { Knex } from 'knex';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { PREPARED } from '../platform/prepared-statements.js';
import type { Transaction } from '../platform/transact.js';
import { PERMITTING_KINDS } from '../vocabulary/boundaries.js';
import type { Judge, JudgedBatch } from './judge.js';
import { type OverlayGrid, overlayGrid } from './overlay-grid.js';
import { JUDGEMENT_SQL } from './sql.js';
import { ViolationBook } from './violation-book.js';

/** Activities that a red line and a prohibited zone restrict. */
const RESTRICTED = ['EXTRACTION', 'STRIPPING'];

/** Up to this many are judged by a prepared plan: making one takes as long as judging a few. */
const FEW = 20;

const PERMITS = Object.entries(PERMITTING_KINDS).flatMap(([activity, kinds]) =>
  kinds.map((kind) => ({ activity, kind })),
);

interface VerdictRow {
  readonly observation_id: string;
  readonly judgement_id: string;
  readonly changed: boolean;
  readonly mine_id: string | null;
  readonly division_code: string | null;
  readonly plan_verdict: string;
  readonly digest: string;
  readonly current_digest: string | null;
}

/** The verdict engine: PostGIS judges a batch in one statement; violations follow from the findings. */
export class JudgementEngine implements Judge {
  private readonly book = new ViolationBook();
  private engineVersions: Promise<string> | null = null;
  private grid: Promise<OverlayGrid> | null = null;

  async judge(
    context: RequestContext,
    tx: Transaction,
    observationIds: readonly string[],
  ): Promise<JudgedBatch> {
    if (observationIds.length === 0) return { judgementIds: [], violationIds: [], changed: 0 };
    const at = context.clock.now();
    const rows = await this.judgeBatch(tx.sql, observationIds, at);
    const changed = rows.filter((row) => row.changed);
    tx.emit(
      ...changed.map((row) => ({
        type: 'judgement.recorded',
        subjectType: 'Judgement',
        subjectId: row.judgement_id,
        mineId: row.mine_id,
        divisionCode: row.division_code,
        data: {
          observationId: row.observation_id,
          planVerdict: row.plan_verdict,
          digest: row.digest,
          before: row.current_digest,
        },
      })),
    );
    const violationIds =
      changed.length > 0
        ? await this.updateViolations(tx, changed, at, context.principal.id)
        : await violationsOf(tx.sql, observationIds);
    const byObservation = new Map(rows.map((row) => [row.observation_id, row.judgement_id]));
    return {
      judgementIds: observationIds.map((id) => judgementOf(byObservation, id)),
      violationIds,
      changed: changed.length,
    };
  }

  private async judgeBatch(
    sql: Knex,
    observationIds: readonly string[],
    at: Date,
  ): Promise<readonly VerdictRow[]> {
    this.engineVersions ??= readEngineVersions(sql);
    const engine = await this.engineVersions;
    this.grid ??= overlayGrid(sql);
    const grid = await this.grid;
    const few = observationIds.length <= FEW;
    // Left to itself the server would plan anew each time: it thinks little of what planning costs.
    if (few) await sql.raw(`select set_config('plan_cache_mode', 'force_generic_plan', true)`);
    // A judgement under way for the same observation finishes first.
    await sql.raw(
      'select 1 from enforcement.judgement where observation_id = any(?::uuid[]) and superseded_at is null order by observation_id for update',
      [[...observationIds]],
    );
    const { rows } = await sql.raw(few ? PREPARED + JUDGEMENT_SQL.judgeBatch : JUDGEMENT_SQL.judgeBatch, {
      ids: [...observationIds],
      known: at,
      judged_at: at,
      activities: PERMITS.map((pair) => pair.activity),
      kinds: PERMITS.map((pair) => pair.kind),
      restricted: RESTRICTED,
      engine,
      grid: grid.metres,
      grid_degrees: grid.degrees,
      policy: null,
    });
    return rows as VerdictRow[];
  }

  private async updateViolations(
    tx: Transaction,
    changed: readonly VerdictRow[],
    at: Date,
    by: string,
  ): Promise<readonly string[]> {
    // Whoever changes the violations of a mine waits for the one before, so that both see all findings.
    const mines = [...new Set(changed.map((row) => row.mine_id ?? 'nobody'))].sort();
    await tx.sql.raw(
      `select pg_advisory_xact_lock(hashtextextended('violations/' || mine, 0)) from unnest(?::text[]) as mine`,
      [mines],
    );
    const divisions = new Map<string, string>();
    for (const { mine_id, division_code } of changed)
      if (mine_id && division_code) divisions.set(mine_id, division_code);
    return this.book.update(
      tx,
      changed.map((row) => row.observation_id),
      divisions,
      at,
      by,
    );
  }
}

function judgementOf(byObservation: ReadonlyMap<string, string>, id: string): string {
  const judgement = byObservation.get(id);
  if (judgement === undefined) throw new AppError('NOT_FOUND', `There is no observation ${id} to judge.`);
  return judgement;
}

async function violationsOf(sql: Knex, observationIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql.raw(
    `select distinct vf.violation_id as id from enforcement.violation_finding vf
     join enforcement.finding f on f.id = vf.finding_id
     where f.current and f.observation_id = any(?::uuid[]) order by 1`,
    [[...observationIds]],
  );
  return rows.map((row: { id: string }) => row.id);
}

async function readEngineVersions(sql: Knex): Promise<string> {
  const { rows } = await sql.raw(
    `select jsonb_build_object('postgis', postgis_lib_version(), 'geos', postgis_geos_version(), 'proj', postgis_proj_version())::text as engine`,
  );
  return rows[0].engine as string;
}
