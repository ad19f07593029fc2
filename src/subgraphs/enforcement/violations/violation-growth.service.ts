import type { RequestContext } from '../../../platform/context.js';
import { badInput } from '../../../platform/errors.js';
import { loaderOfMany, loaderOfOne } from '../../../platform/loader.js';
import {
  type GrowthPeriod,
  type ViolationDay,
  type ViolationGrowth,
  withGrowth,
} from './violation-growth.js';
import type { ViolationGrowthRepository } from './violation-growth.repository.js';

/** Use cases of growth: what a violation was day by day, and what changed between two days. */
export class ViolationGrowthService {
  constructor(private readonly growths: ViolationGrowthRepository) {}

  /** The latest `most` days on which a violation was seen, oldest first; as known then, where `known` is given. */
  series(
    context: RequestContext,
    violationId: string,
    most: number,
    known: Date | null = null,
  ): Promise<readonly ViolationDay[]> {
    const loader = context.loaders.of(
      this,
      () =>
        loaderOfMany(
          async (ids) => withGrowth(await this.growths.days(context, ids, most, known)),
          (day) => day.violationId,
        ),
      ['series', most, known?.getTime()],
    );
    return loader.load(violationId);
  }

  /**
   * Errors: `BAD_USER_INPUT` where the days are in the wrong order, or it ends before the violation was first seen or
   * begins after it was last seen. Null: nobody may see it.
   */
  async growth(
    context: RequestContext,
    violationId: string,
    period: GrowthPeriod,
    known: Date | null = null,
  ): Promise<ViolationGrowth | null> {
    const { from, to } = period;
    if (from !== null && to !== null && from > to) {
      const message = `Growth goes from an earlier day to a later one; ${from} is after ${to}.`;
      throw badInput(message, { field: 'from' });
    }
    const loader = context.loaders.of(
      this,
      () =>
        loaderOfOne(
          (ids) => this.growths.growth(context, ids, period, known),
          (growth) => growth.violationId,
        ),
      ['growth', from, to, known?.getTime()],
    );
    const growth = await loader.load(violationId);
    if (growth) checkSeen(growth);
    return growth;
  }
}

function checkSeen({ firstSeen, lastSeen, from, to }: ViolationGrowth): void {
  if (to < firstSeen) {
    const message = `The violation was first seen on ${firstSeen}: its growth cannot end on ${to}, before that.`;
    throw badInput(message, { field: 'to' });
  }
  if (from > lastSeen) {
    const message = `The violation was last seen on ${lastSeen}: its growth cannot begin on ${from}, after that.`;
    throw badInput(message, { field: 'from' });
  }
}
