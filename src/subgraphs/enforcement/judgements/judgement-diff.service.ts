import type { RequestContext } from '../../../platform/context.js';
import { isId } from '../../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../../platform/keyset.js';
import { loaderOfMany, loaderOfOne } from '../../../platform/loader.js';
import type { RejudgementKind } from '../../../vocabulary/rejudgement.js';
import type { VisibilityRepository } from '../visibility.repository.js';
import {
  type EntryRequest,
  type JudgementDiff,
  type JudgementDiffEntry,
  type JudgementDiffFilter,
  toldInPart,
} from './judgement-diff.js';
import type { JudgementDiffRepository } from './judgement-diff.repository.js';

/** What the subjects of a change are. */
const SUBJECTS: Readonly<Record<RejudgementKind, 'areas' | 'licences' | 'mines' | 'observations' | null>> = {
  AREA_ADDED: 'areas',
  AREA_CORRECTED: 'areas',
  AREA_WITHDRAWN: 'areas',
  LICENCE_CHANGED: 'licences',
  MINE_MOVED: 'mines',
  OBSERVATION_CORRECTED: 'observations',
  OBSERVATION_WITHDRAWN: 'observations',
  POLICY_CHANGED: null,
};

/** Reading what changes made of violations; who makes a change has the difference written (src/judgement). */
export class JudgementDiffService {
  constructor(
    private readonly diffs: JudgementDiffRepository,
    private readonly visibility: VisibilityRepository,
  ) {}

  async diffsOf(
    context: RequestContext,
    filter: JudgementDiffFilter,
    page: PageRequest,
  ): Promise<CountedPage<JudgementDiff>> {
    const named = [filter.mineId, filter.violationId].filter((id) => id != null);
    if (!named.every(isId))
      return { items: [], hasNextPage: false, hasPreviousPage: false, count: async () => 0 };
    const found = await this.diffs.page(context, filter, page);
    const nodes = await this.told(
      context,
      found.items.map(({ node }) => node),
    );
    return {
      ...found,
      items: found.items.map(({ cursor, node }, i) => ({ cursor, node: nodes[i] ?? node })),
    };
  }

  async diff(context: RequestContext, id: string): Promise<JudgementDiff | null> {
    if (!isId(id)) return null;
    const loader = context.loaders.of(this, () =>
      loaderOfOne(
        async (ids) => this.told(context, await this.diffs.byIds(context, ids)),
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
          async (versions) => this.told(context, await this.diffs.byPolicies(context, versions.map(Number))),
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

  /** Differences as the principal may know them. */
  private async told(
    context: RequestContext,
    diffs: readonly JudgementDiff[],
  ): Promise<readonly JudgementDiff[]> {
    if (context.principal.divisions === 'all') return diffs;
    const seen = new Set<string>();
    for (const things of new Set(Object.values(SUBJECTS))) {
      const ids = diffs.flatMap(({ cause, subjects }) =>
        SUBJECTS[cause] === things ? subjects.map(({ id }) => id) : [],
      );
      if (things === null || ids.length === 0) continue;
      for (const { id } of await this.visibility[things](context, ids)) seen.add(id);
    }
    return diffs.map((diff) => toldInPart(diff, (id) => seen.has(id)));
  }
}
