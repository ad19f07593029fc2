import type { AsOf } from '../../graph/inputs.type.js';
import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import type { LicenceKind } from '../../vocabulary/licences.js';
import type { SubgraphDeps } from '../deps.js';
import { LicenceRepository } from './licence.repository.js';
import { LicenceChangeResolver } from './licence-change.resolver.js';
import { LicenceChangeService } from './licence-change.service.js';
import { LicenceVersionRepository } from './licence-version.repository.js';
import { LicenceVersions } from './licence-versions.service.js';
import { licencesReferences } from './licences.reference.js';
import { LicenceResolver, MineLicencesResolver } from './licences.resolver.js';
import { LicencesService } from './licences.service.js';
import { JudgementDiffStub, LicenceType, MineStub } from './licences.type.js';

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

interface MineLicencesArguments {
  readonly kind?: LicenceKind[] | null;
  readonly validOn?: string | null;
  readonly asOf?: AsOf | null;
}

/** Composition root of the licences: mining licences and safety permits. */
export function createLicencesSubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const service = createLicencesService(deps);
  const ofMine = new MineLicencesResolver(service);
  return buildSubgraph({
    name: 'licences',
    resolvers: [
      new LicenceResolver(service),
      new LicenceChangeResolver(createLicenceChangeService(deps)),
      ofMine,
    ],
    types: [LicenceType, MineStub, JudgementDiffStub],
    references: licencesReferences(service),
    direct: {
      Mine: {
        licences: (mine: MineStub, { kind, validOn, asOf }: MineLicencesArguments, context, info) =>
          ofMine.licences(mine, kind ?? null, validOn ?? null, asOf ?? null, context, info),
      },
    },
  });
}
