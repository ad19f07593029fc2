import type DataLoader from 'dataloader';
import type { FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { loaderOfMany, loaderOfOne } from '../../platform/loader.js';
import type { LicenceKind } from '../../vocabulary/licences.js';
import type { Licence } from './licence.js';
import type { LicenceRepository } from './licence.repository.js';

export interface LicencesLoaderDeps {
  readonly licences: LicenceRepository;
}

/** The loaders of one request. */
export class LicencesLoaders {
  readonly licenceById;
  readonly licenceByNumber;
  private readonly ofMine = new Map<string, DataLoader<string, readonly Licence[]>>();

  private constructor(
    private readonly deps: LicencesLoaderDeps,
    private readonly context: RequestContext,
  ) {
    this.licenceById = loaderOfOne(
      (ids) => deps.licences.byIds(context, ids),
      (licence) => licence.id,
    );
    this.licenceByNumber = loaderOfOne(
      (numbers) => deps.licences.byNumbers(context, numbers),
      (licence) => licence.number,
    );
  }

  static of(deps: LicencesLoaderDeps, context: RequestContext): LicencesLoaders {
    return context.loaders.of(deps, () => new LicencesLoaders(deps, context));
  }

  /** By mine id: one loader for each pair of arguments that the request asks with. */
  licencesOfMine(
    kinds: readonly LicenceKind[] | null,
    validOn: string | null,
    fields: FieldSelection | null,
  ): DataLoader<string, readonly Licence[]> {
    const key = `${kinds?.join(' ')} ${validOn} ${fields?.key}`;
    const known = this.ofMine.get(key);
    if (known) return known;
    const made = loaderOfMany(
      (mineIds) => this.deps.licences.ofMines(this.context, mineIds, kinds, validOn, fields),
      (licence) => licence.mineId,
    );
    this.ofMine.set(key, made);
    return made;
  }
}
