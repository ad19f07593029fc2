import type { Knex } from 'knex';
import { createTransact } from '../../src/platform/transact.js';
import type { EnforcementService } from '../../src/subgraphs/enforcement/enforcement.service.js';
import type {
  TolerancePolicyChange,
  TolerancePolicyService,
} from '../../src/subgraphs/enforcement/policies/tolerance-policy.service.js';
import type { JudgementRunner } from '../../src/subgraphs/enforcement/runs/judgement-runner.service.js';
import {
  createEnforcementService,
  createJudgementRunner,
  createTolerancePolicyService,
} from '../../src/subgraphs/enforcement/services.js';
import { mineId } from './builders.js';
import { testContext } from './context.js';
import { openTestDatabase, type TestDatabase } from './database.js';
import { box, Situation } from './situation.js';

export const LENIENT = { kConfirmed: 3 };
export const REASON = 'Inspectors found that 2 sigma accuses too many';

/** What judges a hub by its tolerance policy, in parts of fifty: a tenth of a hub's, and all counts with it. */
export class PolicyBench {
  runner!: JudgementRunner;
  policies!: TolerancePolicyService;
  enforcement!: EnforcementService;

  private constructor(
    private readonly database: TestDatabase,
    readonly situation: Situation,
  ) {}

  static async open(): Promise<PolicyBench> {
    const database = await openTestDatabase();
    const situation = await Situation.open(database.knex);
    await situation.mine('A');
    return new PolicyBench(database, situation);
  }

  get knex(): Knex {
    return this.database.knex;
  }

  /** One right, the first policy, and nothing judged. */
  async reset(): Promise<void> {
    await this.knex.raw(
      'truncate enforcement.staged_judgement, enforcement.judgement_diff, enforcement.judgement_run cascade',
    );
    await this.situation.clear();
    await this.knex('enforcement.tolerance_policy').where('version', '>', 1).delete();
    await this.knex('enforcement.tolerance_policy').update({
      state: 'IN_FORCE',
      adopted_at: '2026-01-01',
      replaced_at: null,
    });
    this.runner = this.newRunner();
    this.policies = this.policiesWith(this.runner);
    this.enforcement = createEnforcementService(this.parts(), this.runner);
    await this.situation.area({ mine: 'A', shape: box(0, 0, 1000, 15_000), sigma: 0 });
  }

  parts() {
    const { knex, situation } = this;
    return { knex, transact: createTransact(knex), judge: situation.engine, partSize: 50 };
  }

  newRunner(): JudgementRunner {
    return createJudgementRunner(this.parts());
  }

  policiesWith(runner: JudgementRunner): TolerancePolicyService {
    return createTolerancePolicyService(this.parts(), runner);
  }

  /** Stores footprints that reach 12 m out of bounds, σ = 5 m: CONFIRMED while k is 2, PROBABLE when it is 3. */
  async crossings(count: number): Promise<void> {
    await this.knex.raw(
      `insert into boundaries.observation (id, provider, mine_id, activity, method, observed_at, geom, sigma_m, area_m2, recorded_at, content_digest)
       select md5('crossing' || n)::uuid, 'many', ?, 'EXTRACTION', 'UAV', '2026-05-01', ST_Multi(ST_Transform(ST_MakeEnvelope(
         501000 - 1, 4760000 + n * 12, 501012, 4760000 + n * 12 + 10, 4549), 4490)), 5, 130, '2026-05-02', ''
       from generate_series(1, ?) n`,
      [mineId('A'), count],
    );
  }

  /** Standing verdicts counted, by policy. */
  async verdicts(): Promise<(readonly [policy: number, verdict: string, count: number])[]> {
    const rows = await this.knex('enforcement.judgement')
      .whereNull('superseded_at')
      .groupBy('policy_version', 'plan_verdict')
      .orderBy('policy_version')
      .select('policy_version', 'plan_verdict')
      .count('* as count');
    return rows.map(
      (row) => [Number(row['policy_version']), String(row['plan_verdict']), Number(row['count'])] as const,
    );
  }

  async staged(): Promise<number> {
    return Number((await this.knex('enforcement.staged_judgement').count('* as count').first())?.['count']);
  }

  /** A policy of which the first part is staged, where the process that carried its run on has died. */
  async pending(change: Parameters<TolerancePolicyService['change']>[1]): Promise<TolerancePolicyChange> {
    // The policy with its run, and one part.
    const made = await this.policiesWith(this.dyingAfter(1)).change(testContext(), change, REASON);
    while ((await this.staged()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return made;
  }

  /** As if nobody had carried the run on for long: another process may take it over. */
  async abandonRun(): Promise<void> {
    await this.knex('enforcement.judgement_run').update({ carried_on_at: '2026-05-01' });
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** A runner whose process dies after that many transactions. */
  private dyingAfter(transactions: number): JudgementRunner {
    const { transact, ...others } = this.parts();
    let begun = 0;
    return createJudgementRunner({
      ...others,
      transact: (...work) => {
        begun += 1;
        return begun > transactions ? new Promise<never>(() => {}) : transact(...work);
      },
    });
  }
}
