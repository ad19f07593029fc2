import type { Knex } from 'knex';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../../platform/keyset.js';
import type { TolerancePolicy } from './tolerance-policy.js';

const NEWEST_FIRST: Ordering = {
  name: 'tolerance_policy.version',
  columns: [{ expression: 'policy.version', direction: 'desc', type: 'integer' }],
};

/** Tolerance policies in PostgreSQL: public, the same for everybody. */
export class TolerancePolicyRepository {
  constructor(private readonly knex: Knex) {}

  /** `version` null: the one in force, by which is judged now. */
  async read(version: number | null): Promise<TolerancePolicy | null> {
    const row = await this.knex('enforcement.tolerance_policy')
      .where(version === null ? { state: 'IN_FORCE' } : { version })
      .first();
    return row ? mapPolicy(row) : null;
  }

  async page(page: PageRequest): Promise<CountedPage<TolerancePolicy>> {
    const all = this.knex('enforcement.tolerance_policy as policy').select('policy.*');
    const rows = await readPage(this.knex, all, NEWEST_FIRST, page, mapPolicy);
    return {
      ...rows,
      count: async () =>
        Number((await this.knex('enforcement.tolerance_policy').count('* as count').first())?.['count'] ?? 0),
    };
  }

  /** The policy in force, which nobody else may change until the transaction ends. */
  async lockInForce(sql: Knex): Promise<TolerancePolicy> {
    // Who waits for another to be adopted gets none: the one waited for is replaced, and the new one is seen by asking
    // again. That one may be replaced meanwhile as well.
    for (let times = 0; times < 10; times += 1) {
      const row = await sql('enforcement.tolerance_policy').where({ state: 'IN_FORCE' }).forUpdate().first();
      if (row) return mapPolicy(row);
    }
    throw new Error('no tolerance policy is in force');
  }

  /** The policy that everything is being judged by, and the run that does so. */
  async pending(sql: Knex): Promise<{ readonly version: number; readonly runId: string } | null> {
    const row = await sql('enforcement.tolerance_policy as policy')
      .join('enforcement.judgement_run as run', 'run.policy_version', 'policy.version')
      .where('policy.state', 'PENDING')
      .first('policy.version', 'run.id');
    return row ? { version: row.version, runId: row.id } : null;
  }

  /** The version that comes next. */
  async nextVersion(sql: Knex): Promise<number> {
    const row = await sql('enforcement.tolerance_policy').max('version as last').first();
    return Number(row?.['last'] ?? 0) + 1;
  }

  async insert(sql: Knex, policy: TolerancePolicy): Promise<void> {
    await sql('enforcement.tolerance_policy').insert({
      version: policy.version,
      state: policy.state,
      k_probable: policy.kProbable,
      k_confirmed: policy.kConfirmed,
      min_area_m2: policy.minAreaSquareMetres,
      attribution_radius_m: policy.attributionRadiusMetres,
      reason: policy.reason,
      created_by: policy.createdBy,
      created_at: policy.createdAt,
    });
  }

  /** A pending policy that will not come into force. */
  async drop(sql: Knex, version: number, state: 'CANCELLED' | 'FAILED'): Promise<void> {
    await sql('enforcement.tolerance_policy').where({ version, state: 'PENDING' }).update({ state });
  }
}

function mapPolicy(row: Record<string, unknown>): TolerancePolicy {
  return {
    version: row['version'] as number,
    state: row['state'] as TolerancePolicy['state'],
    kProbable: row['k_probable'] as number,
    kConfirmed: row['k_confirmed'] as number,
    minAreaSquareMetres: row['min_area_m2'] as number,
    attributionRadiusMetres: row['attribution_radius_m'] as number,
    reason: row['reason'] as string,
    createdBy: row['created_by'] as string,
    createdAt: row['created_at'] as Date,
    adoptedAt: row['adopted_at'] as Date | null,
    replacedAt: row['replaced_at'] as Date | null,
  };
}
