import type { Knex } from 'knex';
import type { FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { belowDivision } from '../../platform/division-code.js';
import { isId } from '../../platform/ids.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../platform/keyset.js';
import { scope, scopeByMine } from '../../platform/scope.js';
import type { LicenceKind, LicenceStatus } from '../../vocabulary/licences.js';
import { legalDate } from '../../vocabulary/time.js';
import type { VersionInstant } from '../../vocabulary/versions.js';
import type { Licence, LicenceFilter, LicenceOrder } from './licence.js';
import { LICENCE_COLUMNS, mapLicence } from './licence.row.js';

/** A licence without end comes last, and has to have a value to be compared by. */
const ENDS = "coalesce(licence.valid_to, '9999-12-31')";

const ORDERINGS: Readonly<Record<LicenceOrder, Ordering>> = {
  ID: { name: 'licence.id', columns: [{ expression: 'licence.id', direction: 'asc', type: 'uuid' }] },
  NUMBER: {
    name: 'licence.number',
    columns: [{ expression: 'licence.number', direction: 'asc', type: 'text' }],
  },
  VALID_TO: {
    name: 'licence.valid_to',
    columns: [
      { expression: ENDS, direction: 'asc', type: 'date' },
      { expression: 'licence.id', direction: 'asc', type: 'uuid' },
    ],
  },
};

/** What an upsert needs to know of a mine. */
export interface MineKey {
  readonly id: string;
  readonly code: string;
  readonly divisionCode: string;
}

/** Licences in PostgreSQL, as they are and as they were known. Every read is narrowed to what the principal may see. */
export class LicenceRepository {
  /** The columns as one text: quoting each of them anew takes longer than the rest of a statement's making. */
  private readonly columns: Knex.Raw;

  constructor(private readonly knex: Knex) {
    this.columns = knex.raw(LICENCE_COLUMNS.all);
  }

  /** `filter.status` is looked at on the instant's day, or today. */
  async page(
    context: RequestContext,
    filter: LicenceFilter,
    instant: VersionInstant,
    order: LicenceOrder,
    page: PageRequest,
  ): Promise<CountedPage<Licence>> {
    const day = instant.validOn ?? legalDate(context.clock.now());
    const matching = (): Knex.QueryBuilder => {
      const query = this.known(context, instant);
      applyFilter(query, filter, day);
      return query;
    };
    const rows = await readPage(this.knex, matching().select(this.columns), ORDERINGS[order], page, (row) =>
      readAt(instant, mapLicence(row)),
    );
    return {
      ...rows,
      count: async () => Number((await matching().count('* as count').first())?.['count'] ?? 0),
    };
  }

  async byIds(
    context: RequestContext,
    ids: readonly string[],
    instant: VersionInstant,
  ): Promise<readonly Licence[]> {
    const rows: Record<string, unknown>[] = await this.known(context, instant)
      .select(this.columns)
      .whereRaw('licence.id = any(?)', [[...ids]]);
    return rows.map((row) => readAt(instant, mapLicence(row)));
  }

  async byNumbers(
    context: RequestContext,
    numbers: readonly string[],
    instant: VersionInstant,
  ): Promise<readonly Licence[]> {
    const rows: Record<string, unknown>[] = await this.known(context, instant)
      .select(this.columns)
      .whereRaw('licence.number = any(?)', [[...numbers]]);
    return rows.map((row) => readAt(instant, mapLicence(row)));
  }

  /** Every version of the licences, oldest first. */
  async histories(context: RequestContext, ids: readonly string[]): Promise<readonly Licence[]> {
    const rows = await this.visible(context)
      .select(this.columns)
      .whereRaw('licence.id = any(?)', [[...ids]])
      .orderByRaw('licence.id, licence.version');
    return rows.map(mapLicence);
  }

  /**
   * The licences of any number of mines in one statement, oldest first. Only what is behind `fields` is read; the
   * other properties are absent.
   */
  async ofMines(
    context: RequestContext,
    mineIds: readonly string[],
    kinds: readonly LicenceKind[] | null,
    validOn: string | null,
    instant: VersionInstant,
    fields: FieldSelection | null,
  ): Promise<readonly Licence[]> {
    const query = this.known(context, instant)
      .select(this.knex.raw(LICENCE_COLUMNS.of(fields)))
      .whereRaw('licence.mine_id = any(?)', [[...mineIds]])
      .orderByRaw('licence.mine_id, licence.kind, licence.valid_from, licence.number');
    if (kinds) query.whereRaw('licence.kind = any(?)', [[...kinds]]);
    if (validOn !== null) query.whereRaw(`(${STATUS_ON.VALID})`, { day: validOn });
    return ((await query) as Record<string, unknown>[]).map((row) => readAt(instant, mapLicence(row)));
  }

  async minesByCodes(context: RequestContext, codes: readonly string[]): Promise<readonly MineKey[]> {
    const query = this.knex('registry.published_mine as mine')
      .select('mine.id', 'mine.code', 'mine.division_code')
      .whereRaw('mine.code = any(?)', [[...codes]]);
    const rows = (await scope(query, context.principal, 'mine.division_code')) as Record<string, unknown>[];
    return rows.map(mapMine);
  }

  /** The mine of a licence that is known now. */
  async mineOfNumber(context: RequestContext, number: string): Promise<MineKey | null> {
    const query = this.knex('licences.published_licence as licence')
      .join('registry.published_mine as mine', 'mine.id', 'licence.mine_id')
      .select('mine.id', 'mine.code', 'mine.division_code')
      .where('licence.number', number);
    const [row] = (await scope(query, context.principal, 'mine.division_code')) as Record<string, unknown>[];
    return row ? mapMine(row) : null;
  }

  /** The versions known at the instant, and in force then where it names a day. */
  private known(context: RequestContext, { validOn, known }: VersionInstant): Knex.QueryBuilder {
    const query = this.visible(context);
    if (known === null) query.whereRaw('licence.superseded_at is null');
    else {
      query.whereRaw(
        'licence.recorded_at <= ? and (licence.superseded_at is null or licence.superseded_at > ?)',
        [known, known],
      );
    }
    if (validOn !== null) query.whereRaw(IN_FORCE_ON, { day: validOn });
    return query;
  }

  private visible(context: RequestContext): Knex.QueryBuilder {
    return scopeByMine(this.knex('licences.licence as licence'), context.principal, 'licence.mine_id');
  }
}

/** A licence remembers when it was read at, so that what is asked of it next is read there too. */
const readAt = (instant: VersionInstant, licence: Licence): Licence =>
  instant.validOn === null && instant.known === null ? licence : { ...licence, readAt: instant };

const NOT_REVOKED_ON = '(licence.revoked_on is null or licence.revoked_on > cast(:day as date))';

/** Its validity, which a revocation ends early, covers the day bound as `:day`. A suspended licence is in force. */
const IN_FORCE_ON = `licence.valid_from <= cast(:day as date)
  and (licence.valid_to is null or licence.valid_to > cast(:day as date))
  and ${NOT_REVOKED_ON}`;

const SUSPENDED_ON = `licence.suspended_from <= cast(:day as date)
  and (licence.suspended_to is null or cast(:day as date) < licence.suspended_to)`;

/** `licenceStatus` in SQL, for the day bound as `:day`: a condition for each, so that rare ones are found by index. */
const STATUS_ON: Readonly<Record<LicenceStatus, string>> = {
  REVOKED: 'licence.revoked_on <= cast(:day as date)',
  NOT_YET_VALID: `licence.valid_from > cast(:day as date) and ${NOT_REVOKED_ON}`,
  EXPIRED: `licence.valid_from <= cast(:day as date) and licence.valid_to <= cast(:day as date) and ${NOT_REVOKED_ON}`,
  SUSPENDED: `${IN_FORCE_ON} and ${SUSPENDED_ON}`,
  VALID: `${IN_FORCE_ON} and (${SUSPENDED_ON}) is not true`,
};

function applyFilter(query: Knex.QueryBuilder, filter: LicenceFilter, day: string): void {
  if (filter.mineIds) query.whereRaw('licence.mine_id = any(?)', [filter.mineIds.filter(isId)]);
  if (filter.kind) query.whereRaw('licence.kind = any(?)', [[...filter.kind]]);
  if (filter.status) {
    const asked = filter.status.map((status) => `(${STATUS_ON[status]})`);
    query.whereRaw(`(${asked.join(' or ') || 'false'})`, { day });
  }
  if (filter.expiringBefore) {
    query.whereRaw(`licence.valid_to is not null and ${ENDS} <= ?::date`, [filter.expiringBefore]);
  }
  if (filter.divisionCode != null) {
    const below = belowDivision(filter.divisionCode);
    query.whereIn('licence.mine_id', (mines: Knex.QueryBuilder) =>
      mines.select('mine.id').from('registry.published_mine as mine').whereLike('mine.division_code', below),
    );
  }
}

const mapMine = (row: Record<string, unknown>): MineKey => ({
  id: row['id'] as string,
  code: row['code'] as string,
  divisionCode: row['division_code'] as string,
});
