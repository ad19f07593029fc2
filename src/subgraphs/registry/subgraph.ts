import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import type { SubgraphDeps } from '../deps.js';
import { registryReferences } from './registry.reference.js';
import { DivisionResolver, MineResolver, OperatorResolver } from './registry.resolver.js';
import { DivisionType, MineType, OperatorType } from './registry.type.js';
import { createRegistryService } from './services.js';

/** The graph of the registry: mines, operators, divisions. */
export function createRegistrySubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const service = createRegistryService(deps);
  return buildSubgraph({
    name: 'registry',
    resolvers: [new MineResolver(service), new OperatorResolver(service), new DivisionResolver(service)],
    types: [MineType, OperatorType, DivisionType],
    references: registryReferences(service),
  });
}
