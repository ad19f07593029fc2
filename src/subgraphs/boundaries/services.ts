import { systemIds } from '../../platform/ids.js';
import type { SubgraphDeps } from '../deps.js';
import { AdjacencyRepository } from './areas/adjacency.repository.js';
import { AreaVersionRepository } from './areas/area-version.repository.js';
import { AreaVersions } from './areas/area-versions.service.js';
import { LicenceAreasService } from './areas/licence-areas.service.js';
import { PermittedAreaRepository } from './areas/permitted-area.repository.js';
import { PermittedAreaChangeService } from './areas/permitted-area-change.service.js';
import { BoundariesService } from './boundaries.service.js';
import { ExportRepository } from './export/export.repository.js';
import { ExportService } from './export/export.service.js';
import { AreaDocuments } from './intake/area-documents.service.js';
import { BulkIntakeRepository } from './intake/bulk-intake.repository.js';
import { BulkIntakeService } from './intake/bulk-intake.service.js';
import { BulkPreparation } from './intake/bulk-preparation.service.js';
import { IntakeService } from './intake/intake.service.js';
import { ObservationRepository } from './observations/observation.repository.js';
import { ObservationService } from './observations/observation.service.js';
import { ObservationVersionRepository } from './observations/observation-version.repository.js';
import { ObservationWithdrawalService } from './observations/observation-withdrawal.service.js';
import { PublishedRepository } from './published.repository.js';
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
