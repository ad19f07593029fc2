import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import type { SubgraphDeps } from '../deps.js';
import { DivisionRepository } from './division.repository.js';
import { MineRepository } from './mine.repository.js';
import { OperatorRepository } from './operator.repository.js';
import { registryReferences } from './registry.reference.js';
import { DivisionResolver, MineResolver, OperatorResolver } from './registry.resolver.js';
import { RegistryService } from './registry.service.js';
import { DivisionType, MineType, OperatorType } from './registry.type.js';

export function createRegistryService({
  knex,
  transact,
}: Pick<SubgraphDeps, 'knex' | 'transact'>): RegistryService {
  return new RegistryService({
    mines: new MineRepository(knex),
    operators: new OperatorRepository(knex),
    divisions: new DivisionRepository(knex),
    transact,
  });
}

/** Composition root of the registry: mines, operators, divisions. */
export function createRegistrySubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const service = createRegistryService(deps);
  return buildSubgraph({
    name: 'registry',
    resolvers: [new MineResolver(service), new OperatorResolver(service), new DivisionResolver(service)],
    types: [MineType, OperatorType, DivisionType],
    references: registryReferences(service),
  });
}
