import type { LicenceFacts } from '../src/subgraphs/licences/licence.js';
import type { MineFacts } from '../src/subgraphs/registry/mine.js';
import type { DemoArea, DemoObservation, ExpectedViolation } from './demo-facts.js';

/** What the scenarios write on while they draw. */
export class Work {
  readonly mines: MineFacts[] = [];
  readonly licences: LicenceFacts[] = [];
  readonly areas: DemoArea[] = [];
  readonly observations: DemoObservation[] = [];
  readonly expectedViolations: ExpectedViolation[] = [];
}
