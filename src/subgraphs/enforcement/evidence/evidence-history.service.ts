import type { RequestContext } from '../../../platform/context.js';
import { loaderOfMany } from '../../../platform/loader.js';
import type { EvidenceChainRepository } from './evidence-chain.repository.js';
import type { EvidencePack } from './evidence-pack.js';

/** Use cases of the packs that were issued already. */
export class EvidenceHistoryService {
  constructor(private readonly chain: EvidenceChainRepository) {}

  /** The latest `most` packs of a violation, oldest first. */
  packs(context: RequestContext, violationId: string, most: number): Promise<readonly EvidencePack[]> {
    const loader = context.loaders.of(
      this,
      () =>
        loaderOfMany(
          (ids) => this.chain.ofViolations(context, ids, most),
          (pack) => pack.violationId,
        ),
      most,
    );
    return loader.load(violationId);
  }
}
