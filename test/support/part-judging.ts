import { createJudging, type Judging } from '../../src/judgement/judging.js';
import type { RejudgementWork } from '../../src/judgement/rejudgement.js';

/** How the observations of a part of a run are judged. */
export type JudgePart = RejudgementWork['judgeStored'];

/** As hubs do it. */
export const judgePart: JudgePart = (...given) => createJudging().rejudgement.judgeStored(...given);

/** Everything that judges, with parts of runs judged as a test wants it. */
export function judgingParts(by: JudgePart): Judging {
  const judging = createJudging();
  return { ...judging, rejudgement: Object.assign(judging.rejudgement, { judgeStored: by }) };
}
