import type { ReferenceResolver } from '../../graph/subgraph.js';
import type { RequestContext } from '../../platform/context.js';
import type { EnforcementService } from './enforcement.service.js';
import type { JudgementDiffService } from './judgements/judgement-diff.service.js';

/** How the gateway's entity references become rows: one loader each, so that a list is one statement. */
export function enforcementReferences(
  service: EnforcementService,
  diffs: JudgementDiffService,
): Record<string, ReferenceResolver> {
  // Whether there is such a thing is its owner's to say; here the key is all that is needed.
  const stub: ReferenceResolver = (reference: { id: string }) => reference;
  return {
    Violation: (reference: { id: string }, context: RequestContext) =>
      service.violation(context, reference.id),
    Judgement: (reference: { id: string }, context: RequestContext) =>
      service.judgementById(context, reference.id),
    JudgementDiff: (reference: { id: string }, context: RequestContext) => diffs.diff(context, reference.id),
    Mine: stub,
    Observation: stub,
  };
}
