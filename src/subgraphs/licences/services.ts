import type { SubgraphDeps } from '../deps.js';
import { LicenceRepository } from './licence.repository.js';
import { LicenceChangeService } from './licence-change.service.js';
import { LicenceVersionRepository } from './licence-version.repository.js';
import { LicenceVersions } from './licence-versions.service.js';
import { LicencesService } from './licences.service.js';

type LicencesDeps = Pick<SubgraphDeps, 'knex' | 'transact' | 'rejudgement'>;

const parts = ({ knex, transact, rejudgement }: LicencesDeps) => {
  const versions = new LicenceVersionRepository();
  return {
    licences: new LicenceRepository(knex),
    versions,
    recorder: new LicenceVersions({ versions, rejudgement }),
    transact,
  };
};

export const createLicencesService = (deps: LicencesDeps): LicencesService =>
  new LicencesService(parts(deps));

export const createLicenceChangeService = (deps: LicencesDeps): LicenceChangeService =>
  new LicenceChangeService(parts(deps));
