import type { Knex } from 'knex';
import type { BoundariesService } from '../../src/subgraphs/boundaries/boundaries.service.js';
import type { ObservationFacts } from '../../src/subgraphs/boundaries/observations/observation.js';
import type { ObservationWithdrawalService } from '../../src/subgraphs/boundaries/observations/observation-withdrawal.service.js';
import {
  createBoundariesService,
  createObservationWithdrawalService,
} from '../../src/subgraphs/boundaries/services.js';
import { aMine, mineId, observationFacts, squareAt } from './builders.js';
import { countyOfficer, testContext } from './context.js';
import { registerMines } from './registered-mines.js';
import { serviceParts } from './service-parts.js';

export const everybody = testContext();
/** Sees the county of OURS and no other. */
export const officer = testContext({ principal: countyOfficer('210381') });

/** Within the area of OURS. */
export const AT_OURS = squareAt(122.52, 40.52);
/** Within the area of THEIRS. */
export const AT_THEIRS = squareAt(120.02, 43.52);

/** An observation of OURS, within its area. */
export const anObservation = (facts: Partial<ObservationFacts> = {}): ObservationFacts =>
  observationFacts({ mineCode: 'OURS', geometry: AT_OURS, ...facts });

/** Two mines in counties of two provinces, OURS and THEIRS, each permitted a square of a tenth of a degree. */
export class TwoCounties {
  readonly boundaries: BoundariesService;
  readonly withdrawals: ObservationWithdrawalService;

  private constructor(private readonly knex: Knex) {
    const parts = serviceParts(knex);
    this.boundaries = createBoundariesService(parts);
    this.withdrawals = createObservationWithdrawalService(parts);
  }

  static async open(knex: Knex): Promise<TwoCounties> {
    await registerMines(knex, [
      aMine({
        code: 'OURS',
        divisionCode: '210381',
        location: { type: 'Point', coordinates: [122.5, 40.5] },
      }),
      aMine({ code: 'THEIRS', divisionCode: '150421' }),
    ]);
    const counties = new TwoCounties(knex);
    await counties.permit('OURS', squareAt(122.5, 40.5, 0.1));
    await counties.permit('THEIRS', squareAt(120, 43.5, 0.1));
    return counties;
  }

  private async permit(code: string, square: object): Promise<void> {
    const { rejected } = await this.boundaries.importPermittedAreas(everybody, {
      mineId: mineId(code),
      format: 'GEOJSON',
      encoding: 'UTF8',
      content: JSON.stringify(square),
      options: { kind: 'MINING_RIGHT', authority: 'A', validFrom: '2024-01-01', sigmaMetres: 0.1 },
    });
    if (rejected.length > 0) throw new Error(rejected.map(({ message }) => message).join(' '));
  }

  /** Everything that is stored about an observation: rows, past versions, judgements, events. */
  async traceOf(id: string): Promise<unknown> {
    const { knex } = this;
    return {
      observation: await knex('boundaries.observation').where({ id }),
      versions: await knex('boundaries.published_observation_version').where({ id }),
      judgements: await knex('enforcement.judgement').where({ observation_id: id }),
      events: await knex('platform.event').where({ subject_id: id }).orderBy('seq'),
    };
  }
}
