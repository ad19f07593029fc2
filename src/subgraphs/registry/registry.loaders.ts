import type { RequestContext } from '../../platform/context.js';
import { loaderOfOne } from '../../platform/loader.js';
import type { DivisionRepository } from './division.repository.js';
import type { MineRepository } from './mine.repository.js';
import type { OperatorRepository } from './operator.repository.js';

export interface RegistryLoaderDeps {
  readonly mines: MineRepository;
  readonly operators: OperatorRepository;
  readonly divisions: DivisionRepository;
}

/** The loaders of one request. */
export class RegistryLoaders {
  readonly mineById;
  readonly mineByCode;
  readonly locationById;
  readonly operatorById;
  readonly divisionByCode;

  private constructor(deps: RegistryLoaderDeps, context: RequestContext) {
    this.mineById = loaderOfOne(
      (ids) => deps.mines.byIds(context, ids),
      (mine) => mine.id,
    );
    this.mineByCode = loaderOfOne(
      (codes) => deps.mines.byCodes(context, codes),
      (mine) => mine.code,
    );
    this.locationById = loaderOfOne(
      (ids) => deps.mines.locations(context, ids),
      (place) => place.id,
    );
    this.operatorById = loaderOfOne(
      (ids) => deps.operators.byIds(context, ids),
      (operator) => operator.id,
    );
    this.divisionByCode = loaderOfOne(
      (codes) => deps.divisions.byCodes(codes),
      (division) => division.code,
    );
  }

  static of(deps: RegistryLoaderDeps, context: RequestContext): RegistryLoaders {
    return context.loaders.of(deps, () => new RegistryLoaders(deps, context));
  }
}
