import type { Judge } from './judge.js';
import { JudgementEngine } from './judgement-engine.js';
import { StagedPolicy } from './policy-adoption.js';
import type { PolicyAdoption, Rejudgement, RejudgementWork } from './rejudgement.js';
import { RejudgementDesk } from './rejudgement-desk.js';

/** Everything that judges, by the ports that subgraphs know. */
export interface Judging {
  readonly judge: Judge;
  readonly rejudgement: Rejudgement & RejudgementWork;
  readonly adoption: PolicyAdoption;
}

/** One engine behind all ports: it keeps what it knows of the database. */
export function createJudging(): Judging {
  const engine = new JudgementEngine();
  return { judge: engine, rejudgement: new RejudgementDesk(engine), adoption: new StagedPolicy() };
}
