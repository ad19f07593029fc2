import type { AsOf } from '../../graph/inputs.type.js';
import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import type { LicenceKind } from '../../vocabulary/licences.js';
import type { SubgraphDeps } from '../deps.js';
import { LicenceChangeResolver } from './licence-change.resolver.js';
import { licencesReferences } from './licences.reference.js';
import { LicenceResolver, MineLicencesResolver } from './licences.resolver.js';
import { JudgementDiffStub, LicenceType, MineStub } from './licences.type.js';
import { createLicenceChangeService, createLicencesService } from './services.js';

interface MineLicencesArguments {
  readonly kind?: LicenceKind[] | null;
  readonly validOn?: string | null;
  readonly asOf?: AsOf | null;
}

/** The graph of the licences: mining licences and safety permits. */
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
