import type DataLoader from 'dataloader';
import type { RequestContext } from '../../platform/context.js';
import { loaderOfMany } from '../../platform/loader.js';
import type { EvidenceChainRepository } from './evidence-chain.repository.js';
import type { EvidencePack } from './evidence-pack.js';

/** Use cases of the packs that were issued already. */
export class EvidenceHistoryService {
  constructor(private readonly chain: EvidenceChainRepository) {}

  /** The latest `most` packs of a violation, oldest first. */
  packs(context: RequestContext, violationId: string, most: number): Promise<readonly EvidencePack[]> {
    const made = context.loaders.of(
      this,
      () => new Map<number, DataLoader<string, readonly EvidencePack[]>>(),
    );
    const loader =
      made.get(most) ??
      loaderOfMany(
        (ids) => this.chain.ofViolations(context, ids, most),
        (pack) => pack.violationId,
      );
    made.set(most, loader);
    return loader.load(violationId);
  }
}
