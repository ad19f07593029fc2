import type DataLoader from 'dataloader';
import type { RequestContext } from '../../platform/context.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import { loaderOfMany, loaderOfOne } from '../../platform/loader.js';
import { EVER, type SightingInstant } from '../../vocabulary/versions.js';
import type { FindingRepository } from './judgements/finding.repository.js';
import type { JudgementRepository } from './judgements/judgement.repository.js';
import type { Violation, ViolationFilter, ViolationOrder } from './violations/violation.js';
import type { ViolationRepository } from './violations/violation.repository.js';
import type { Seen, VisibilityRepository } from './visibility.repository.js';

export interface EnforcementLoaderDeps {
  readonly violations: ViolationRepository;
  readonly findings: FindingRepository;
  readonly judgements: JudgementRepository;
  readonly visibility: VisibilityRepository;
}

/** By id, those that the principal may see. */
type SeenLoader = Pick<DataLoader<string, Seen | null>, 'load'>;

/** What a mine's violations are asked with: equal arguments share a statement. */
export interface ViolationsOfMineArguments {
  readonly filter: ViolationFilter;
  readonly order: ViolationOrder;
  readonly page: PageRequest;
  readonly instant?: SightingInstant;
}

/** The loaders of one request. */
export class EnforcementLoaders {
  readonly violationById;
  readonly findingsOfJudgement;
  readonly findingPlace;
  readonly judgementById;
  readonly judgementOfObservation;
  readonly seenMine: SeenLoader;
  readonly seenObservation: SeenLoader;
  readonly seenArea: SeenLoader;

  private constructor(
    private readonly deps: EnforcementLoaderDeps,
    private readonly context: RequestContext,
  ) {
    const { violations, findings, judgements, visibility } = deps;
    this.violationById = loaderOfOne(
      (ids) => violations.byIds(context, ids),
      (found) => found.asked,
    );
    this.findingsOfJudgement = loaderOfMany(
      (ids) => findings.ofJudgements(context, ids),
      (finding) => finding.judgementId,
    );
    this.findingPlace = loaderOfOne(
      (ids) => findings.places(context, ids),
      (place) => place.id,
    );
    this.judgementById = loaderOfOne(
      (ids) => judgements.byIds(context, ids),
      (judgement) => judgement.id,
    );
    this.judgementOfObservation = loaderOfOne(
      (ids) => judgements.currentOf(context, ids),
      (judgement) => judgement.observationId,
    );
    this.seenMine = this.seen((ids) => visibility.mines(context, ids));
    this.seenObservation = this.seen((ids) => visibility.observations(context, ids));
    this.seenArea = this.seen((ids) => visibility.areas(context, ids));
  }

  static of(deps: EnforcementLoaderDeps, context: RequestContext): EnforcementLoaders {
    return context.loaders.of(deps, () => new EnforcementLoaders(deps, context));
  }

  /** By violation id, now or as known. */
  violationGeometry(known: Date | null) {
    return this.once(['geometry', known], () =>
      loaderOfOne(
        (ids) => this.deps.violations.geometries(this.context, ids, known),
        (place) => place.id,
      ),
    );
  }

  /** By violation id, at most `most` findings of each, now or as known. */
  findingsOfViolation(most: number, known: Date | null) {
    return this.once(['findings', most, known], () =>
      loaderOfMany(
        (ids) => this.deps.findings.ofViolations(this.context, ids, most, known),
        (found) => found.violationId,
      ),
    );
  }

  /** By mine id. */
  violationsOfMine(asked: ViolationsOfMineArguments): DataLoader<string, CountedPage<Violation> | null> {
    const { filter, order, page, instant = EVER } = asked;
    const counts = this.once(['count', filter, instant], () =>
      loaderOfOne(
        (ids) => this.deps.violations.countsOfMines(this.context, ids, filter, instant),
        (counted) => counted.mineId,
      ),
    );
    return this.once(['page', asked], () =>
      loaderOfOne(
        async (ids) => {
          const { violations } = this.deps;
          const pages = await violations.pagesOfMines(this.context, ids, filter, order, page, instant);
          return ids.map((mineId) => ({
            mineId,
            ...(pages.get(mineId) ?? {
              items: [],
              hasNextPage: false,
              hasPreviousPage: page.after !== null,
            }),
            count: async () => (await counts.load(mineId))?.count ?? 0,
          }));
        },
        (counted) => counted.mineId,
      ),
    );
  }

  /** Who sees everything need not be looked up. */
  private seen(read: (ids: readonly string[]) => Promise<readonly Seen[]>): SeenLoader {
    return this.context.principal.divisions === 'all'
      ? { load: async (id) => ({ id }) }
      : loaderOfOne(read, ({ id }) => id);
  }

  private once<T>(asked: readonly unknown[], make: () => T): T {
    return this.context.loaders.of(this, make, asked);
  }
}
