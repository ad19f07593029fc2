import type { RequestContext } from '../../../platform/context.js';
import { isId } from '../../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../../platform/keyset.js';
import { loaderOfMany, loaderOfOne } from '../../../platform/loader.js';
import type {
  EntryRequest,
  JudgementDiff,
  JudgementDiffEntry,
  JudgementDiffFilter,
} from './judgement-diff.js';
import type { JudgementDiffRepository } from './judgement-diff.repository.js';

/** Reading what changes made of violations; who makes a change has the difference written (src/judgement). */
export class JudgementDiffService {
  constructor(private readonly diffs: JudgementDiffRepository) {}

  async diffsOf(
    context: RequestContext,
    filter: JudgementDiffFilter,
    page: PageRequest,
  ): Promise<CountedPage<JudgementDiff>> {
    const named = [filter.mineId, filter.violationId].filter((id) => id != null);
    if (!named.every(isId))
      return { items: [], hasNextPage: false, hasPreviousPage: false, count: async () => 0 };
    return this.diffs.page(context, filter, page);
  }

  async diff(context: RequestContext, id: string): Promise<JudgementDiff | null> {
    if (!isId(id)) return null;
    const loader = context.loaders.of(this, () =>
      loaderOfOne(
        (ids) => this.diffs.byIds(context, ids),
        (diff) => diff.id,
      ),
    );
    return loader.load(id.toLowerCase());
  }

  /** Null while everything is still being judged by the policy, and where it never came into force. */
  diffOfPolicy(context: RequestContext, version: number): Promise<JudgementDiff | null> {
    const loader = context.loaders.of(
      this,
      () =>
        loaderOfOne(
          (versions) => this.diffs.byPolicies(context, versions.map(Number)),
          (diff) => String(diff.subjects[0]?.version),
        ),
      'of policies',
    );
    return loader.load(String(version));
  }

  async entries(
    context: RequestContext,
    diffId: string,
    asked: EntryRequest,
  ): Promise<readonly JudgementDiffEntry[]> {
    if (asked.after !== null && !isId(asked.after)) return [];
    const loader = context.loaders.of(
      this,
      () =>
        loaderOfMany(
          (ids) => this.diffs.entries(context, ids, asked),
          (entry) => entry.diffId,
        ),
      ['entries', asked],
    );
    return loader.load(diffId);
  }

  counts(context: RequestContext, diffId: string) {
    const loader = context.loaders.of(
      this,
      () =>
        loaderOfMany(
          (ids) => this.diffs.counts(context, ids),
          (counted) => counted.diffId,
        ),
      'counts',
    );
    return loader.load(diffId);
  }
}
