import type { Knex } from 'knex';
import { expect } from 'vitest';
import { DataQualityRepository } from '../../src/subgraphs/boundaries/quality/data-quality.repository.js';
import type { DataQualityFinding } from '../../src/subgraphs/boundaries/quality/data-quality-finding.js';
import { mineId } from './builders.js';
import { testContext } from './context.js';

export interface FindingFilter {
  readonly mine?: string;
  readonly code?: string[];
  readonly severity?: DataQualityFinding['severity'][];
}

/** The findings that follow from what is stored, and what a test stores to have them. */
export class QualityBench {
  private licences = 0;

  constructor(private readonly knex: Knex) {}

  async findings(
    { mine, ...filter }: FindingFilter = {},
    context = testContext(),
  ): Promise<readonly DataQualityFinding[]> {
    const page = await new DataQualityRepository(this.knex).page(
      context,
      { ...filter, mineId: mine ? mineId(mine) : null },
      { first: 100, after: null },
    );
    const found = page.items.map(({ node }) => node);
    expect(await page.count()).toBe(found.length);
    return found;
  }

  async codes(mine = 'A'): Promise<readonly string[]> {
    return (await this.findings({ mine })).map(({ code }) => code).sort();
  }

  /** Writes a licence of mine A that nothing is wrong with, unless the columns given say otherwise. */
  async licence(columns: Record<string, unknown> = {}): Promise<string> {
    this.licences += 1;
    const id = mineId(`licence ${this.licences}`);
    await this.knex('licences.licence').insert({
      id,
      mine_id: mineId('A'),
      kind: 'MINING_LICENCE',
      number: `C150000201005111012${String(this.licences).padStart(4, '0')}`,
      issuer: 'Test authority',
      valid_from: '2020-01-01',
      valid_to: '2030-01-01',
      recorded_at: '2020-01-01',
      ...columns,
    });
    return id;
  }

  /** Ends what stands of an area or a licence, as its correction does. */
  async supersede(table: string, id: string): Promise<void> {
    await this.knex(table).where({ id }).whereNull('superseded_at').update({ superseded_at: '2026-05-20' });
  }
}
