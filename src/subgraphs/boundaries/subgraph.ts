import type { AsOf } from '../../graph/inputs.type.js';
import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import { systemIds } from '../../platform/ids.js';
import type { PermittedAreaKind } from '../../vocabulary/boundaries.js';
import type { SubgraphDeps } from '../deps.js';
import { AdjacencyRepository } from './areas/adjacency.repository.js';
import { BoundaryConflictType, NeighbourType } from './areas/adjacency.type.js';
import { AreaVersionRepository } from './areas/area-version.repository.js';
import { AreaVersions } from './areas/area-versions.service.js';
import { LicenceAreasResolver } from './areas/licence-areas.resolver.js';
import { LicenceAreasService } from './areas/licence-areas.service.js';
import { PermittedAreaRepository } from './areas/permitted-area.repository.js';
import { PermittedAreaResolver } from './areas/permitted-area.resolver.js';
import { PermittedAreaType } from './areas/permitted-area.type.js';
import { PermittedAreaChangeResolver } from './areas/permitted-area-change.resolver.js';
import { PermittedAreaChangeService } from './areas/permitted-area-change.service.js';
import { boundariesReferences } from './boundaries.reference.js';
import { BoundariesService } from './boundaries.service.js';
import { ExportRepository } from './export/export.repository.js';
import { ExportService } from './export/export.service.js';
import { JudgementDiffStub, JudgementStub, LicenceStub, MineStub, ViolationStub } from './foreign.type.js';
import { AreaDocuments } from './intake/area-documents.service.js';
import { BulkIntakeRepository } from './intake/bulk-intake.repository.js';
import { BulkIntakeService } from './intake/bulk-intake.service.js';
import { BulkPreparation } from './intake/bulk-preparation.service.js';
import { IntakeResolver, IntakeResultResolver } from './intake/intake.resolver.js';
import { IntakeService } from './intake/intake.service.js';
import { MineResolver, NeighbourResolver } from './mine.resolver.js';
import { ObservationRepository } from './observations/observation.repository.js';
import { ObservationResolver, ObservationSubmissionResolver } from './observations/observation.resolver.js';
import { ObservationService } from './observations/observation.service.js';
import { ObservationType } from './observations/observation.type.js';
import { ObservationVersionRepository } from './observations/observation-version.repository.js';
import { ObservationWithdrawalResolver } from './observations/observation-withdrawal.resolver.js';
import { ObservationWithdrawalService } from './observations/observation-withdrawal.service.js';
import { PublishedRepository } from './published.repository.js';
import { BoundaryConflictResolver } from './quality/boundary-conflict.resolver.js';
import { DataQualityRepository } from './quality/data-quality.repository.js';

export function createIntakeService(
  deps: Pick<SubgraphDeps, 'knex' | 'transact' | 'rejudgement' | 'extent'>,
): IntakeService {
  return new IntakeService({
    knex: deps.knex,
    extent: deps.extent,
    transact: deps.transact,
    published: new PublishedRepository(deps.knex),
    documents: documentsOf(deps),
  });
}

/** The import of files of many mines, which only the command line offers. */
export function createBulkIntakeService(
  deps: Pick<SubgraphDeps, 'knex' | 'transact' | 'rejudgement' | 'extent'>,
): BulkIntakeService {
  const { knex, extent, transact } = deps;
  return new BulkIntakeService({
    extent,
    transact,
    bulk: new BulkIntakeRepository(knex),
    preparation: new BulkPreparation({ knex, extent, published: new PublishedRepository(knex) }),
    documents: documentsOf(deps),
  });
}

export const createLicenceAreasService = (
  deps: Pick<SubgraphDeps, 'knex' | 'transact' | 'rejudgement'>,
): LicenceAreasService =>
  new LicenceAreasService({
    transact: deps.transact,
    areas: new PermittedAreaRepository(deps.knex),
    published: new PublishedRepository(deps.knex),
    ...versionsOf(deps),
  });

export const createPermittedAreaChangeService = (
  deps: Pick<SubgraphDeps, 'knex' | 'transact' | 'rejudgement' | 'extent'>,
): PermittedAreaChangeService =>
  new PermittedAreaChangeService({
    knex: deps.knex,
    extent: deps.extent,
    transact: deps.transact,
    areas: new PermittedAreaRepository(deps.knex),
    published: new PublishedRepository(deps.knex),
    ...versionsOf(deps),
  });

const versionsOf = ({ knex, rejudgement }: Pick<SubgraphDeps, 'knex' | 'rejudgement'>) => {
  const versions = new AreaVersionRepository(knex);
  const quality = new DataQualityRepository(knex);
  return { versions, recorder: new AreaVersions({ versions, quality, rejudgement }) };
};

const documentsOf = (deps: Pick<SubgraphDeps, 'knex' | 'rejudgement'>): AreaDocuments =>
  new AreaDocuments({ ...versionsOf(deps), quality: new DataQualityRepository(deps.knex) });

export function createObservationService(deps: SubgraphDeps): ObservationService {
  return new ObservationService({
    knex: deps.knex,
    extent: deps.extent,
    transact: deps.transact,
    judge: deps.judge,
    rejudgement: deps.rejudgement,
    ids: systemIds,
    published: new PublishedRepository(deps.knex),
    versions: new ObservationVersionRepository(),
  });
}

export const createObservationWithdrawalService = (
  deps: Pick<SubgraphDeps, 'knex' | 'transact' | 'rejudgement'>,
): ObservationWithdrawalService =>
  new ObservationWithdrawalService({
    transact: deps.transact,
    rejudgement: deps.rejudgement,
    observations: new ObservationRepository(deps.knex),
    versions: new ObservationVersionRepository(),
    published: new PublishedRepository(deps.knex),
  });

export function createBoundariesService(deps: SubgraphDeps): BoundariesService {
  return new BoundariesService({
    areas: new PermittedAreaRepository(deps.knex),
    observations: new ObservationRepository(deps.knex),
    adjacency: new AdjacencyRepository(deps.knex),
    versions: new AreaVersionRepository(deps.knex),
    quality: new DataQualityRepository(deps.knex),
    intake: createIntakeService(deps),
    submission: createObservationService(deps),
  });
}

export const createExportService = ({ knex }: Pick<SubgraphDeps, 'knex'>): ExportService =>
  new ExportService({
    knex,
    areas: new PermittedAreaRepository(knex),
    published: new PublishedRepository(knex),
    names: new ExportRepository(knex),
  });

interface MineAreasArguments {
  readonly kind?: PermittedAreaKind[] | null;
  readonly asOf?: AsOf | null;
}

/** Composition root of the boundaries: permitted areas, observations, intake. */
export function createBoundariesSubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const service = createBoundariesService(deps);
  const ofMine = new MineResolver(service);
  return buildSubgraph({
    name: 'boundaries',
    resolvers: [
      new PermittedAreaResolver(service),
      new PermittedAreaChangeResolver(createPermittedAreaChangeService(deps)),
      new LicenceAreasResolver(createLicenceAreasService(deps)),
      new ObservationResolver(service),
      new ObservationSubmissionResolver(),
      new ObservationWithdrawalResolver(createObservationWithdrawalService(deps)),
      ofMine,
      new NeighbourResolver(),
      new BoundaryConflictResolver(service),
      new IntakeResolver(service),
      new IntakeResultResolver(),
    ],
    types: [
      PermittedAreaType,
      ObservationType,
      NeighbourType,
      BoundaryConflictType,
      MineStub,
      LicenceStub,
      JudgementDiffStub,
      JudgementStub,
      ViolationStub,
    ],
    references: boundariesReferences(service),
    direct: {
      Mine: {
        permittedAreas: (mine: MineStub, { kind, asOf }: MineAreasArguments, context, info) =>
          ofMine.permittedAreas(mine, kind ?? null, asOf ?? null, context, info),
      },
    },
  });
}
