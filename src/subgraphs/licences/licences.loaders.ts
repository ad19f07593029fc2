import type DataLoader from 'dataloader';
import type { FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { loaderOfMany, loaderOfOne } from '../../platform/loader.js';
import type { LicenceKind } from '../../vocabulary/licences.js';
import { instantKey, type VersionInstant } from '../../vocabulary/versions.js';
import type { Licence } from './licence.js';
import type { LicenceRepository } from './licence.repository.js';

export interface LicencesLoaderDeps {
  readonly licences: LicenceRepository;
}

/** The loaders of one request: one for each set of arguments that the request asks with. */
export class LicencesLoaders {
  /** Every version by id, oldest first. */
  readonly history: DataLoader<string, readonly Licence[]>;
  private readonly ofMine = new Map<string, DataLoader<string, readonly Licence[]>>();
  private readonly single = new Map<string, DataLoader<string, Licence | null>>();

  private constructor(
    private readonly deps: LicencesLoaderDeps,
    private readonly context: RequestContext,
  ) {
    this.history = loaderOfMany(
      (ids) => deps.licences.histories(context, ids),
      (licence) => licence.id,
    );
  }

  static of(deps: LicencesLoaderDeps, context: RequestContext): LicencesLoaders {
    return context.loaders.of(deps, () => new LicencesLoaders(deps, context));
  }

  licenceById(instant: VersionInstant): DataLoader<string, Licence | null> {
    return once(this.single, `id ${instantKey(instant)}`, () =>
      loaderOfOne(
        (ids) => this.deps.licences.byIds(this.context, ids, instant),
        (licence) => licence.id,
      ),
    );
  }

  licenceByNumber(instant: VersionInstant): DataLoader<string, Licence | null> {
    return once(this.single, `number ${instantKey(instant)}`, () =>
      loaderOfOne(
        (numbers) => this.deps.licences.byNumbers(this.context, numbers, instant),
        (licence) => licence.number,
      ),
    );
  }

  /** By mine id. */
  licencesOfMine(
    kinds: readonly LicenceKind[] | null,
    validOn: string | null,
    instant: VersionInstant,
    fields: FieldSelection | null,
  ): DataLoader<string, readonly Licence[]> {
    const key = `${kinds?.join(' ')} ${validOn} ${instantKey(instant)} ${fields?.key}`;
    return once(this.ofMine, key, () =>
      loaderOfMany(
        (mineIds) => this.deps.licences.ofMines(this.context, mineIds, kinds, validOn, instant, fields),
        (licence) => licence.mineId,
      ),
    );
  }
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}
