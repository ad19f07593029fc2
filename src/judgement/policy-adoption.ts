import type { Knex } from 'knex';
import type { RequestContext } from '../platform/context.js';
import { type Ids, systemIds } from '../platform/ids.js';
import type { Transaction } from '../platform/transact.js';
import { CauseReasons } from './closing-reasons.js';
import { DifferenceBook } from './difference-book.js';
import { closeGate, passGate } from './judging-gate.js';
import type { PolicyAdoption, RejudgementPart } from './rejudgement.js';
import { JUDGEMENT_SQL } from './sql.js';
import { type JudgedMine, VerdictBook } from './verdict-book.js';
import { type VerdictRow, VerdictStatement } from './verdict-statement.js';
import type { ViolationDifference } from './violation-difference.js';

const VERDICTS_PER_STATEMENT = 2000;
const OBSERVATIONS_PER_FOLD = 500;

/**
 * Judges by a policy to come without anybody noticing, and then lets it take effect everywhere in one transaction.
 * What was staged is as good as its inputs: judging an observation anew unstages it (store-judgements.sql).
 */
export class StagedPolicy implements PolicyAdoption {
  private readonly differences = new DifferenceBook();
  private readonly book = new VerdictBook();

  constructor(
    private readonly verdicts: VerdictStatement = new VerdictStatement(),
    private readonly ids: Ids = systemIds,
  ) {}

  async unstaged(sql: Knex, most: number): Promise<readonly string[]> {
    const { rows } = await sql.raw(
      `select o.id
       from boundaries.published_observation o
       left join enforcement.staged_judgement s on s.observation_id = o.id and s.observation_version = o.version
       where s.observation_id is null order by o.id limit ?`,
      [most],
    );
    return rows.map((row: { id: string }) => row.id);
  }

  async stage(
    context: RequestContext,
    tx: Transaction,
    policy: number,
    observationIds: readonly string[],
  ): Promise<void> {
    await passGate(tx.sql, observationIds);
    await tx
      .sql('enforcement.staged_judgement')
      .whereRaw('observation_id = any(?::uuid[])', [[...observationIds]])
      .delete();
    await this.verdicts.stage(tx.sql, observationIds, context.clock.now(), policy);
  }

  async discard(sql: Knex): Promise<void> {
    await sql('enforcement.staged_judgement').delete();
  }

  async adopt(context: RequestContext, tx: Transaction, policy: number): Promise<RejudgementPart> {
    await closeGate(tx.sql);
    const at = context.clock.now();
    const reason = await bringIntoForce(tx.sql, policy, at);
    const replaced = await this.replaceVerdicts(tx, policy, at);
    const cause = {
      kind: 'POLICY_CHANGED',
      subjects: [{ id: 'tolerance-policy', version: policy }],
      mineIds: [],
      areas: [],
      validity: { from: null, to: null },
      reason,
      requestedAt: at,
    } as const;
    const differences = await this.foldAnew(tx, replaced, {
      at,
      by: context.principal.id,
      reasons: new CauseReasons(cause),
    });
    const id = this.ids.random();
    const judged = replaced.length;
    const changed = replaced.filter(({ differs }) => differs).length;
    const changes = await this.differences.record(
      tx.sql,
      { id, cause, observations: judged, by: context.principal.id, at },
      { judged, changed, differences },
    );
    tx.emit({
      type: 'judgement-diff.completed',
      subjectType: 'JudgementDiff',
      subjectId: id,
      data: { cause: cause.kind, subjects: cause.subjects, changes },
    });
    return { judged, changed };
  }

  /** Stages what is not yet, puts staged verdicts in their place, and returns those that are new. */
  private async replaceVerdicts(
    tx: Transaction,
    policy: number,
    at: Date,
  ): Promise<readonly ReplacedVerdict[]> {
    await tx.sql.raw(
      `delete from enforcement.staged_judgement s where not exists (
         select from boundaries.published_observation o where o.id = s.observation_id and o.version = s.observation_version)`,
    );
    const late = await this.unstaged(tx.sql, Number.MAX_SAFE_INTEGER);
    for (let start = 0; start < late.length; start += VERDICTS_PER_STATEMENT) {
      await this.verdicts.stage(tx.sql, late.slice(start, start + VERDICTS_PER_STATEMENT), at, policy);
    }
    const replaced: ReplacedVerdict[] = [];
    for (;;) {
      const ids: string[] = await tx
        .sql('enforcement.staged_judgement')
        .orderBy('observation_id')
        .limit(VERDICTS_PER_STATEMENT)
        .pluck('observation_id');
      if (ids.length === 0) return replaced;
      const { rows } = await tx.sql.raw(JUDGEMENT_SQL.adoptJudgements, { ids, judged_at: at });
      const anew = (rows as AdoptedRow[]).filter((row) => row.changed);
      this.book.tell(tx, anew);
      for (const { observation_id, mine_id, division_code, differs } of anew)
        replaced.push({ observation_id, mine_id, division_code, differs });
      await tx
        .sql('enforcement.staged_judgement')
        .whereRaw('observation_id = any(?::uuid[])', [ids])
        .delete();
    }
  }

  /** Folds once all verdicts stand: no violation is closed by one part to be reopened by the next. */
  private async foldAnew(
    tx: Transaction,
    changed: readonly JudgedMine[],
    entry: Parameters<VerdictBook['update']>[2],
  ): Promise<readonly ViolationDifference[]> {
    const byMine = changed.toSorted((a, b) => ((a.mine_id ?? '') < (b.mine_id ?? '') ? -1 : 1));
    const differences: ViolationDifference[] = [];
    for (let start = 0; start < byMine.length; start += OBSERVATIONS_PER_FOLD) {
      const part = byMine.slice(start, start + OBSERVATIONS_PER_FOLD);
      differences.push(...(await this.book.update(tx, part, entry)).differences);
    }
    return differences;
  }
}

/** Whether a verdict differs from the one before in more than the policy that it names. */
interface Difference {
  readonly differs: boolean;
}
type AdoptedRow = VerdictRow & Difference;
type ReplacedVerdict = JudgedMine & Difference;

/** From here on everybody judges by it. Returns the reason it was made for. */
async function bringIntoForce(sql: Knex, version: number, at: Date): Promise<string> {
  await sql('enforcement.tolerance_policy')
    .where({ state: 'IN_FORCE' })
    .update({ state: 'REPLACED', replaced_at: sql.raw('greatest(adopted_at, ?)', [at]) });
  const [row] = await sql('enforcement.tolerance_policy')
    .where({ version, state: 'PENDING' })
    .update({ state: 'IN_FORCE', adopted_at: at })
    .returning('reason');
  if (!row) throw new Error(`policy ${version} is not pending`);
  return row.reason as string;
}
