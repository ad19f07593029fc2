import type { Geometry } from 'geojson';
import type { RequestContext } from '../../platform/context.js';
import { badInput, notFound } from '../../platform/errors.js';
import { isId } from '../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import type { SpatialFilterInput } from '../../spatial/spatial-filter.js';
import { type AsOfInput, sightingInstantOf } from '../../vocabulary/versions.js';
import {
  type EnforcementLoaderDeps,
  EnforcementLoaders,
  type ViolationsOfMineArguments,
} from './enforcement.loaders.js';
import type { FindingPlace } from './judgements/finding.repository.js';
import type { AreaVersion, Judgement } from './judgements/judgement.js';
import type { JudgementRun, JudgementScope, OnProgress } from './runs/judgement-run.js';
import type { JudgementRunRepository } from './runs/judgement-run.repository.js';
import type { JudgementRunner } from './runs/judgement-runner.service.js';
import type { StatisticsKey, StatisticsRow } from './statistics/statistics.js';
import type { StatisticsRepository } from './statistics/statistics.repository.js';
import type { RegistryUpdate } from './updates/registry-update.js';
import type { Finding, Violation, ViolationFilter, ViolationOrder } from './violations/violation.js';
import type { Seen } from './visibility.repository.js';

export interface EnforcementServiceDeps extends EnforcementLoaderDeps {
  readonly statistics: StatisticsRepository;
  readonly runs: JudgementRunRepository;
  readonly runner: JudgementRunner;
}

/** Which observations to judge, as a caller gives it: exactly one of the three. */
export interface JudgementSelector {
  readonly observationIds?: readonly string[] | null;
  readonly mineIds?: readonly string[] | null;
  readonly all?: boolean | null;
}

/** Use cases of enforcement: violations, the judgements behind them, and judging. */
export class EnforcementService {
  constructor(private readonly deps: EnforcementServiceDeps) {}

  /** By its id, or by one that it has taken over from another violation. */
  async violation(
    context: RequestContext,
    id: string,
    asOf: AsOfInput | null = null,
  ): Promise<Violation | null> {
    if (!isId(id)) return null;
    if (asOf) {
      const [found] = await this.deps.violations.byIds(context, [id.toLowerCase()], sightingInstantOf(asOf));
      return found?.violation ?? null;
    }
    return (await this.loaders(context).violationById.load(id.toLowerCase()))?.violation ?? null;
  }

  violations(
    context: RequestContext,
    filter: ViolationFilter,
    within: SpatialFilterInput | null,
    order: ViolationOrder,
    page: PageRequest,
    asOf: AsOfInput | null = null,
  ): Promise<CountedPage<Violation>> {
    return this.deps.violations.page(context, filter, within, order, page, sightingInstantOf(asOf));
  }

  /** Loaded together with those of every other mine that the request asks about in the same way. */
  async violationsOfMine(
    context: RequestContext,
    mineId: string,
    asked: ViolationsOfMineArguments,
  ): Promise<CountedPage<Violation>> {
    const page = isId(mineId) ? await this.loaders(context).violationsOfMine(asked).load(mineId) : null;
    return page ?? { items: [], hasNextPage: false, hasPreviousPage: false, count: async () => 0 };
  }

  async violationGeometry(
    context: RequestContext,
    { id, known }: Pick<Violation, 'id' | 'known'>,
  ): Promise<Geometry | null> {
    return (
      (
        await this.loaders(context)
          .violationGeometry(known ?? null)
          .load(id)
      )?.geometry ?? null
    );
  }

  /** The latest `most` findings of a violation, oldest first. */
  async findingsOfViolation(
    context: RequestContext,
    { id, known }: Pick<Violation, 'id' | 'known'>,
    most: number,
  ): Promise<readonly Finding[]> {
    const found = await this.loaders(context)
      .findingsOfViolation(most, known ?? null)
      .load(id);
    return found.map(({ finding }) => finding);
  }

  findingsOfJudgement(context: RequestContext, judgementId: string): Promise<readonly Finding[]> {
    return this.loaders(context).findingsOfJudgement.load(judgementId);
  }

  findingPlace(context: RequestContext, id: string): Promise<FindingPlace | null> {
    return this.loaders(context).findingPlace.load(id);
  }

  async judgementById(context: RequestContext, id: string): Promise<Judgement | null> {
    return isId(id) ? this.loaders(context).judgementById.load(id.toLowerCase()) : null;
  }

  /** The mine, unless there is none, or none that the principal may see. */
  async seenMine(context: RequestContext, id: string | null): Promise<Seen | null> {
    return id === null ? null : this.loaders(context).seenMine.load(id);
  }

  seenObservation(context: RequestContext, id: string): Promise<Seen | null> {
    return this.loaders(context).seenObservation.load(id);
  }

  /** Those of the areas that the principal may see. */
  async seenAreas(context: RequestContext, areas: readonly AreaVersion[]): Promise<readonly AreaVersion[]> {
    const { seenArea } = this.loaders(context);
    const seen = await Promise.all(areas.map(({ id }) => seenArea.load(id)));
    return areas.filter((_, i) => seen[i] !== null);
  }

  /** What an update is about: ours as it stands now, the key of what others own. */
  updateSubject(context: RequestContext, { subjectType, subjectId, version }: RegistryUpdate): unknown {
    if (subjectType === null || subjectId === null) return null;
    switch (subjectType) {
      case 'Violation':
        return this.violation(context, subjectId).then(named(subjectType));
      case 'Judgement':
        return this.judgementById(context, subjectId).then(named(subjectType));
      case 'PermittedArea':
        return version === null ? null : { __typename: subjectType, versionId: `${subjectId}@${version}` };
      case 'Mine':
      case 'Operator':
      case 'Licence':
      case 'Observation':
        return { __typename: subjectType, id: subjectId };
      default:
        return null;
    }
  }

  /** The judgement that stands now. */
  async judgementOf(context: RequestContext, observationId: string): Promise<Judgement | null> {
    if (!isId(observationId)) return null;
    return this.loaders(context).judgementOfObservation.load(observationId.toLowerCase());
  }

  /** The judgement that stood at `known`, or stands now. Errors: `NOT_FOUND`. */
  async judgement(context: RequestContext, observationId: string, known: Date | null): Promise<Judgement> {
    const found =
      known !== null && isId(observationId)
        ? await this.deps.judgements.asKnown(context, observationId, known)
        : await this.judgementOf(context, observationId);
    if (found) return found;
    const then = known === null ? '' : ` as known at ${known.toISOString()}`;
    throw notFound(`judgement${then} of an observation`, observationId);
  }

  statistics(
    context: RequestContext,
    groupBy: readonly StatisticsKey[],
    filter: ViolationFilter,
    within: SpatialFilterInput | null,
  ): Promise<readonly StatisticsRow[]> {
    return this.deps.statistics.rows(context, [...new Set(groupBy)], filter, within);
  }

  /** Judges; a large scope is still being judged when this answers. Errors: `BAD_USER_INPUT`, `NOT_FOUND`. */
  async judge(context: RequestContext, selector: JudgementSelector): Promise<JudgementRun> {
    return this.deps.runner.start(context, scopeOf(selector));
  }

  /** Judges, however many there are, and answers when done. Errors: as `judge`, and those of judging. */
  async judgeAll(
    context: RequestContext,
    selector: JudgementSelector,
    onProgress: OnProgress | null = null,
  ): Promise<JudgementRun> {
    return this.deps.runner.complete(context, scopeOf(selector), onProgress);
  }

  async judgementRun(context: RequestContext, id: string): Promise<JudgementRun | null> {
    return isId(id) ? this.deps.runs.byId(context, id.toLowerCase()) : null;
  }

  judgementRuns(context: RequestContext, page: PageRequest): Promise<CountedPage<JudgementRun>> {
    return this.deps.runs.page(context, page);
  }

  async cancelJudgementRun(context: RequestContext, id: string): Promise<JudgementRun> {
    const run = await this.judgementRun(context, id);
    if (!run) throw notFound('judgement run', id);
    return this.deps.runner.cancel(context, run);
  }

  /** Lets go of the runs that still go on in this process. */
  stop(): Promise<void> {
    return this.deps.runner.stop();
  }

  private loaders(context: RequestContext): EnforcementLoaders {
    return EnforcementLoaders.of(this.deps, context);
  }
}

const named =
  (typename: string) =>
  (found: object | null): object | null =>
    found && { ...found, __typename: typename };

function scopeOf({ observationIds, mineIds, all }: JudgementSelector): JudgementScope {
  const given = [observationIds, mineIds, all].filter((part) => part != null);
  if (given.length !== 1 || all === false) {
    throw badInput('judge takes exactly one of observationIds, mineIds and all: true.');
  }
  if (observationIds) return { observationIds };
  return mineIds ? { mineIds } : { all: true };
}
