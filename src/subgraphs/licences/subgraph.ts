import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import type { LicenceKind } from '../../vocabulary/licences.js';
import type { SubgraphDeps } from '../deps.js';
import { LicenceRepository } from './licence.repository.js';
import { licencesReferences } from './licences.reference.js';
import { LicenceResolver, MineLicencesResolver } from './licences.resolver.js';
import { LicencesService } from './licences.service.js';
import { LicenceType, MineStub } from './licences.type.js';

export function createLicencesService({
  knex,
  transact,
}: Pick<SubgraphDeps, 'knex' | 'transact'>): LicencesService {
  return new LicencesService({ licences: new LicenceRepository(knex), transact });
}

interface MineLicencesArguments {
  readonly kind?: LicenceKind[] | null;
  readonly validOn?: string | null;
}

/** Composition root of the licences: mining licences and safety permits. */
export function createLicencesSubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const service = createLicencesService(deps);
  const ofMine = new MineLicencesResolver(service);
  return buildSubgraph({
    name: 'licences',
    resolvers: [new LicenceResolver(service), ofMine],
    types: [LicenceType, MineStub],
    references: licencesReferences(service),
    direct: {
      Mine: {
        licences: (mine: MineStub, { kind, validOn }: MineLicencesArguments, context, info) =>
          ofMine.licences(mine, kind ?? null, validOn ?? null, context, info),
      },
    },
  });
}
