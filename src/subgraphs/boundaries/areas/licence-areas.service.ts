import type { RequestContext } from '../../../platform/context.js';
import { badInput, notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { Transact } from '../../../platform/transact.js';
import { hull } from '../../../vocabulary/days.js';
import { type ChangeGrounds, groundsFault, NOW } from '../../../vocabulary/versions.js';
import type { KnownMine, PublishedRepository } from '../published.repository.js';
import type { AreaVersionRepository } from './area-version.repository.js';
import type { AreaVersions } from './area-versions.service.js';
import { daysOf, type PermittedArea, stored, type WholeVersion } from './permitted-area.js';
import type { PermittedAreaRepository } from './permitted-area.repository.js';
import { endedOn, endingFault, nextVersion } from './permitted-area-change.js';

export interface LicenceAreasServiceDeps {
  readonly transact: Transact;
  readonly areas: PermittedAreaRepository;
  readonly published: PublishedRepository;
  readonly versions: AreaVersionRepository;
  readonly recorder: AreaVersions;
}

/** The areas that a change of their licence changed, as they are now, and what that did to the verdicts. */
export interface LicenceAreasOutcome {
  readonly areas: readonly PermittedArea[];
  readonly judgementDiffId: string | null;
}

/** Has the areas that a licence carries follow what becomes of it: verdicts rest on them, not on its status. */
export class LicenceAreasService {
  constructor(private readonly deps: LicenceAreasServiceDeps) {}

  /**
   * Ends the validity of all of them on `on`, the first day not covered; those that end by then stay as they are.
   * Errors: `NOT_FOUND`, `BAD_USER_INPUT` where one of them only begins later.
   */
  end(
    context: RequestContext,
    licenceId: string,
    on: string,
    grounds: ChangeGrounds,
  ): Promise<LicenceAreasOutcome> {
    return this.change(context, licenceId, grounds, (last) => {
      const { validTo } = last.draft;
      if (validTo !== null && validTo <= on) return last;
      const fault = endingFault(last.draft, on);
      if (fault) throw badInput(fault, { field: 'on' });
      return endedOn(last, on);
    });
  }

  /**
   * Has those that end last go on to `validTo`, the first day not covered (null: without end), as after a renewal.
   * Errors: `NOT_FOUND`, `BAD_USER_INPUT` where that would be earlier.
   */
  renew(
    context: RequestContext,
    licenceId: string,
    validTo: string | null,
    grounds: ChangeGrounds,
  ): Promise<LicenceAreasOutcome> {
    return this.change(context, licenceId, grounds, (last, all) => {
      const { draft } = last;
      if (draft.validTo !== hull(all.map((each) => daysOf(each.draft)))?.to) return last;
      if (draft.validTo === null || (validTo !== null && validTo < draft.validTo)) {
        const message = `The areas of this licence are valid to ${draft.validTo ?? 'no end'}: to shorten that, end them.`;
        throw badInput(message, { field: 'validTo' });
      }
      return { ...last, draft: { ...draft, validTo, change: 'RENEWED' } };
    });
  }

  private async change(
    context: RequestContext,
    licenceId: string,
    grounds: ChangeGrounds,
    apply: (last: WholeVersion, all: readonly WholeVersion[]) => WholeVersion,
  ): Promise<LicenceAreasOutcome> {
    const mine = await this.mineOf(context, licenceId, grounds);
    const { recorder, transact, versions } = this.deps;
    return transact(context, async (tx) => {
      await versions.lockMine(tx.sql, mine.id);
      const standing = await versions.whole(tx.sql, { licenceId: licenceId.toLowerCase() });
      const at = context.clock.now();
      const changes = standing.flatMap((last) => nextVersion(last, apply(last, standing), grounds, at) ?? []);
      const judgementDiffId = await recorder.record(context, tx, mine, changes, grounds.reason);
      return { areas: changes.map(({ after }) => stored(after)), judgementDiffId };
    });
  }

  private async mineOf(
    context: RequestContext,
    licenceId: string,
    grounds: ChangeGrounds,
  ): Promise<KnownMine> {
    const fault = groundsFault(grounds);
    if (fault) throw badInput(fault, { field: 'reason' });
    const first = { first: 1, after: null };
    const page = isId(licenceId)
      ? await this.deps.areas.page(context, { licenceId: licenceId.toLowerCase() }, null, NOW, first)
      : null;
    const [area] = page?.items ?? [];
    const mine = area ? await this.deps.published.mineById(context, area.node.mineId) : null;
    if (!mine) throw notFound('permitted area of a licence', licenceId);
    return mine;
  }
}
