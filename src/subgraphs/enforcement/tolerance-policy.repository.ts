import type { Knex } from 'knex';
import type { TolerancePolicy } from './judgement.js';

/** Tolerance policies in PostgreSQL: public, the same for everybody. */
export class TolerancePolicyRepository {
  constructor(private readonly knex: Knex) {}

  /** `version` null: the newest, by which is judged now. */
  async read(version: number | null): Promise<TolerancePolicy | null> {
    const query = this.knex('enforcement.tolerance_policy').select('*').orderBy('version', 'desc').first();
    if (version !== null) query.where({ version });
    const row = (await query) as Record<string, unknown> | undefined;
    return row ? mapPolicy(row) : null;
  }
}

function mapPolicy(row: Record<string, unknown>): TolerancePolicy {
  return {
    version: row['version'] as number,
    kProbable: row['k_probable'] as number,
    kConfirmed: row['k_confirmed'] as number,
    minAreaSquareMetres: row['min_area_m2'] as number,
    attributionRadiusMetres: row['attribution_radius_m'] as number,
    reason: row['reason'] as string,
    createdBy: row['created_by'] as string,
    createdAt: row['created_at'] as Date,
  };
}
