import type { SubgraphDeps } from '../deps.js';
import { DivisionRepository } from './division.repository.js';
import { MineRepository } from './mine.repository.js';
import { OperatorRepository } from './operator.repository.js';
import { RegistryService } from './registry.service.js';

export function createRegistryService({
  knex,
  transact,
  rejudgement,
}: Pick<SubgraphDeps, 'knex' | 'transact' | 'rejudgement'>): RegistryService {
  return new RegistryService({
    mines: new MineRepository(knex),
    operators: new OperatorRepository(knex),
    divisions: new DivisionRepository(knex),
    transact,
    rejudgement,
  });
}
