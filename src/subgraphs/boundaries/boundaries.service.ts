import type { Geometry } from 'geojson';
import type { FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { badInput } from '../../platform/errors.js';
import { isId } from '../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import { sourceCrs } from '../../spatial/crs.js';
import { STORAGE_SRID } from '../../spatial/postgis.js';
import type { SpatialFilterInput } from '../../spatial/spatial-filter.js';
import type { PermittedAreaKind } from '../../vocabulary/boundaries.js';
import { legalDate } from '../../vocabulary/time.js';
import { type AsOfInput, instantOf, sightingInstantOf } from '../../vocabulary/versions.js';
import {
  type AreaVersionRef,
  areaVersionId,
  type Corner,
  isDraft,
  type PermittedArea,
  type PermittedAreaFilter,
} from './areas/permitted-area.js';
import { type BoundariesLoaderDeps, BoundariesLoaders } from './boundaries.loaders.js';
import type { IntakeRequest, IntakeResult } from './intake/intake.js';
import type { IntakeService } from './intake/intake.service.js';
import {
  type Observation,
  type ObservationFacts,
  type ObservationFilter,
  type ObservationSubmission,
  observationVersionId,
} from './observations/observation.js';
import type { ObservationService } from './observations/observation.service.js';
import type { BoundaryConflict, Neighbour } from './quality/boundary-conflict.js';
import type { DataQualityRepository } from './quality/data-quality.repository.js';
import type { DataQualityFilter, DataQualityFinding } from './quality/data-quality-finding.js';

export interface BoundariesServiceDeps extends BoundariesLoaderDeps {
  readonly quality: DataQualityRepository;
  readonly intake: IntakeService;
  readonly submission: ObservationService;
}

const LARGEST_NEIGHBOURHOOD_METRES = 50_000;
/** Below this an overlap is the rounding of a common edge, not a conflict. */
const SMALLEST_OVERLAP_SQUARE_METRES = 1;

/** Use cases of the boundaries: permitted areas and observations, and how they come in. */
export class BoundariesService {
  constructor(private readonly deps: BoundariesServiceDeps) {}

  importPermittedAreas(context: RequestContext, request: IntakeRequest): Promise<IntakeResult> {
    return this.deps.intake.importPermittedAreas(context, request);
  }

  async submitObservations(
    context: RequestContext,
    input: readonly ObservationFacts[],
  ): Promise<ObservationSubmission> {
    const submission = await this.deps.submission.submit(context, input);
    this.tellAsSent(context, input, submission);
    return submission;
  }

  /** Who may not read what they send without a mine has it in the answer all the same, where it lies as they said. */
  private tellAsSent(
    context: RequestContext,
    input: readonly ObservationFacts[],
    { observations, rejected }: ObservationSubmission,
  ): void {
    if (context.principal.divisions === 'all') return;
    const { observationGeometry } = this.loaders(context);
    const refused = new Set(rejected.map(({ index }) => index));
    const taken = input.filter((_, index) => !refused.has(index));
    observations.forEach(({ id, mineId }, i) => {
      if (mineId === null) observationGeometry.prime(id, taken[i]?.geometry as Geometry);
    });
  }

  async permittedArea(
    context: RequestContext,
    id: string,
    asOf: AsOfInput | null = null,
  ): Promise<PermittedArea | null> {
    if (!isId(id)) return null;
    if (!asOf) return this.loaders(context).areaById.load(id.toLowerCase());
    const [area] = await this.deps.areas.byIds(context, [id.toLowerCase()], instantOf(asOf));
    return area ?? null;
  }

  /** One version, whatever came after it. */
  async areaVersion(context: RequestContext, { id, version }: AreaVersionRef): Promise<PermittedArea | null> {
    if (!isId(id) || !Number.isInteger(version) || version < 1) return null;
    return this.loaders(context).areaByVersion.load(areaVersionId({ id: id.toLowerCase(), version }));
  }

  /** Every version of an area, oldest first. */
  areaHistory(context: RequestContext, id: string): Promise<readonly PermittedArea[]> {
    return this.loaders(context).areaHistory.load(id);
  }

  permittedAreas(
    context: RequestContext,
    filter: PermittedAreaFilter,
    within: SpatialFilterInput | null,
    asOf: AsOfInput | null,
    page: PageRequest,
  ): Promise<CountedPage<PermittedArea>> {
    return this.deps.areas.page(context, filter, within, instantOf(asOf), page);
  }

  /** The areas of a mine, with no more than what `fields` need. */
  areasOfMine(
    context: RequestContext,
    mineId: string,
    kinds: readonly PermittedAreaKind[] | null,
    asOf: AsOfInput | null,
    fields: FieldSelection | null = null,
  ): Promise<readonly PermittedArea[]> {
    if (!isId(mineId)) return Promise.resolve([]);
    return this.loaders(context).areasOfMine(kinds, instantOf(asOf), fields).load(mineId.toLowerCase());
  }

  /** The area's geometry in `srid`. Errors: `BAD_USER_INPUT` for a CRS the hub does not know. */
  async areaGeometry(
    context: RequestContext,
    area: PermittedArea,
    srid: number = STORAGE_SRID,
  ): Promise<Geometry | null> {
    if (sourceCrs(srid) === null) {
      throw badInput(`EPSG:${srid} is not a CRS that areas are served in; 4490, 4326 and the zones are.`, {
        field: 'srid',
      });
    }
    if (isDraft(area)) return this.loaders(context).draftGeometry(srid).load(area);
    return this.loaders(context).areaGeometry(srid).load(areaVersionId(area));
  }

  async corners(context: RequestContext, area: PermittedArea): Promise<readonly Corner[]> {
    if (isDraft(area)) return area.corners;
    return (await this.loaders(context).corners.load(areaVersionId(area))) ?? [];
  }

  async observation(
    context: RequestContext,
    id: string,
    asOf: AsOfInput | null = null,
  ): Promise<Observation | null> {
    if (!isId(id)) return null;
    if (!asOf) return this.loaders(context).observationById.load(id.toLowerCase());
    const [found] = await this.deps.observations.byIds(context, [id.toLowerCase()], sightingInstantOf(asOf));
    return found ?? null;
  }

  observations(
    context: RequestContext,
    filter: ObservationFilter,
    within: SpatialFilterInput | null,
    asOf: AsOfInput | null,
    page: PageRequest,
  ): Promise<CountedPage<Observation>> {
    return this.deps.observations.page(context, filter, within, sightingInstantOf(asOf), page);
  }

  observationsOfMine(
    context: RequestContext,
    mineId: string,
    page: PageRequest,
  ): Promise<CountedPage<Observation>> {
    return this.loaders(context).observationsOfMine(page).load(mineId.toLowerCase());
  }

  observationGeometry(context: RequestContext, observation: Observation): Promise<Geometry | null> {
    const loaders = this.loaders(context);
    return observation.readAt
      ? loaders.observationVersionGeometry.load(observationVersionId(observation))
      : loaders.observationGeometry.load(observation.id);
  }

  /** Other mines whose mining rights, in force today, lie within `metres`; nearest first. */
  neighbours(context: RequestContext, mineId: string, metres: number): Promise<readonly Neighbour[]> {
    if (!(metres >= 0 && metres <= LARGEST_NEIGHBOURHOOD_METRES)) {
      const message = `withinMetres is between 0 and ${LARGEST_NEIGHBOURHOOD_METRES}, not ${metres}.`;
      throw badInput(message, { field: 'withinMetres' });
    }
    const today = legalDate(context.clock.now());
    return this.loaders(context).neighboursOfMine(metres, today).load(mineId.toLowerCase());
  }

  boundaryConflicts(
    context: RequestContext,
    divisionCode: string | null,
    minAreaSquareMetres: number | null,
    page: PageRequest,
  ): Promise<CountedPage<BoundaryConflict>> {
    const smallest = minAreaSquareMetres ?? SMALLEST_OVERLAP_SQUARE_METRES;
    if (!(smallest >= SMALLEST_OVERLAP_SQUARE_METRES)) {
      const message = `minAreaSquareMetres is at least ${SMALLEST_OVERLAP_SQUARE_METRES}: less is the rounding of a common edge.`;
      throw badInput(message, { field: 'minAreaSquareMetres' });
    }
    const validOn = legalDate(context.clock.now());
    const query = { divisionCode, validOn, minAreaSquareMetres: smallest };
    return this.deps.adjacency.conflicts(context, query, page);
  }

  overlap(context: RequestContext, conflict: BoundaryConflict): Promise<Geometry | null> {
    return this.loaders(context).overlap.load(conflict);
  }

  dataQualityFindings(
    context: RequestContext,
    filter: DataQualityFilter,
    page: PageRequest,
  ): Promise<CountedPage<DataQualityFinding>> {
    return this.deps.quality.page(context, filter, page);
  }

  /** The area a finding is about, in the version it was found in; null: the document as a whole. */
  areaOfFinding(context: RequestContext, finding: DataQualityFinding): Promise<PermittedArea | null> {
    const { areaId: id, areaVersion: version } = finding;
    if (id === null || version === null) return Promise.resolve(null);
    return this.areaVersion(context, { id, version });
  }

  private loaders(context: RequestContext): BoundariesLoaders {
    return BoundariesLoaders.of(this.deps, context);
  }
}
