import type DataLoader from 'dataloader';
import type { RequestContext } from '../../platform/context.js';
import { isId } from '../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import { loaderOfMany, loaderOfOne } from '../../platform/loader.js';
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
    return isId(id) ? this.loaders(context).byId.load(id.toLowerCase()) : null;
  }

  async entries(
    context: RequestContext,
    diffId: string,
    asked: EntryRequest,
  ): Promise<readonly JudgementDiffEntry[]> {
    if (asked.after !== null && !isId(asked.after)) return [];
    return this.loaders(context).entries(asked).load(diffId);
  }

  counts(context: RequestContext, diffId: string) {
    return this.loaders(context).counts.load(diffId);
  }

  private loaders(context: RequestContext) {
    return context.loaders.of(this, () => {
      const entriesBy = new Map<string, DataLoader<string, readonly JudgementDiffEntry[]>>();
      return {
        byId: loaderOfOne(
          (ids) => this.diffs.byIds(context, ids),
          (diff) => diff.id,
        ),
        counts: loaderOfMany(
          (ids) => this.diffs.counts(context, ids),
          (counted) => counted.diffId,
        ),
        entries: (asked: EntryRequest) => {
          const key = JSON.stringify(asked);
          const made =
            entriesBy.get(key) ??
            loaderOfMany(
              (ids) => this.diffs.entries(context, ids, asked),
              (entry) => entry.diffId,
            );
          entriesBy.set(key, made);
          return made;
        },
      };
    });
  }
}
