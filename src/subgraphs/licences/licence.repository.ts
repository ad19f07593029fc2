import type { Knex } from 'knex';
import { Columns, type FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { divisionPrefix } from '../../platform/division-code.js';
import { isId } from '../../platform/ids.js';
import { type CountedPage, type Ordering, type PageRequest, readPage } from '../../platform/keyset.js';
import { scope, scopeByMine } from '../../platform/scope.js';
import type { LicenceKind } from '../../vocabulary/licences.js';
import type { Licence, LicenceFilter, LicenceOrder } from './licence.js';

const ORDERINGS: Readonly<Record<LicenceOrder, Ordering>> = {
  ID: { name: 'licence.id', columns: [{ expression: 'licence.id', direction: 'asc', type: 'uuid' }] },
  NUMBER: {
    name: 'licence.number',
    columns: [{ expression: 'licence.number', direction: 'asc', type: 'text' }],
  },
  VALID_TO: {
    name: 'licence.valid_to',
    columns: [
      // A licence without end comes last, and has to have a value to be compared by.
      { expression: "coalesce(licence.valid_to, '9999-12-31')", direction: 'asc', type: 'date' },
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

/** Licences in PostgreSQL. Every read is narrowed to what the principal may see. */
export class LicenceRepository {
  /** The columns as one text: quoting each of them anew takes longer than the rest of a statement's making. */
  private readonly columns: Knex.Raw;

  constructor(private readonly knex: Knex) {
    this.columns = knex.raw(COLUMNS.all);
  }

  /** `today` is the day on which `filter.status` is looked at. */
  async page(
    context: RequestContext,
    filter: LicenceFilter,
    today: string,
    order: LicenceOrder,
    page: PageRequest,
  ): Promise<CountedPage<Licence>> {
    const matching = (): Knex.QueryBuilder => {
      const query = this.visible(context);
      applyFilter(query, filter, today);
      return query;
    };
    const rows = await readPage(
      this.knex,
      matching().select(this.columns),
      ORDERINGS[order],
      page,
      mapLicence,
    );
    return {
      ...rows,
      count: async () => Number((await matching().count('* as count').first())?.['count'] ?? 0),
    };
  }

  async byIds(context: RequestContext, ids: readonly string[]): Promise<readonly Licence[]> {
    const rows = await this.visible(context)
      .select(this.columns)
      .whereRaw('licence.id = any(?)', [[...ids]]);
    return rows.map(mapLicence);
  }

  async byNumbers(context: RequestContext, numbers: readonly string[]): Promise<readonly Licence[]> {
    const rows = await this.visible(context)
      .select(this.columns)
      .whereRaw('licence.number = any(?)', [[...numbers]]);
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
    fields: FieldSelection | null,
  ): Promise<readonly Licence[]> {
    const query = this.visible(context)
      .select(this.knex.raw(COLUMNS.of(fields)))
      .whereRaw('licence.mine_id = any(?)', [[...mineIds]])
      .orderByRaw('licence.mine_id, licence.kind, licence.valid_from, licence.number');
    if (kinds) query.whereRaw('licence.kind = any(?)', [[...kinds]]);
    if (validOn !== null) query.whereRaw(`${LICENCE_STATUS_ON} = 'VALID'`, { day: validOn });
    return ((await query) as Record<string, unknown>[]).map(mapLicence);
  }

  async minesByCodes(context: RequestContext, codes: readonly string[]): Promise<readonly MineKey[]> {
    const query = this.knex('registry.published_mine as mine')
      .select('mine.id', 'mine.code', 'mine.division_code')
      .whereRaw('mine.code = any(?)', [[...codes]]);
    const rows = (await scope(query, context.principal, 'mine.division_code')) as Record<string, unknown>[];
    return rows.map((row) => ({
      id: row['id'] as string,
      code: row['code'] as string,
      divisionCode: row['division_code'] as string,
    }));
  }

  /** Rows as stored, locked until the transaction ends, whoever asks: an upsert compares against them. */
  async lockByNumbers(sql: Knex, numbers: readonly string[]): Promise<readonly Licence[]> {
    const rows = await sql('licences.licence as licence')
      .select(sql.raw(COLUMNS.all))
      .whereRaw('licence.number = any(?)', [[...numbers]])
      .orderBy('licence.number')
      .forUpdate();
    return rows.map(mapLicence);
  }

  /** What the given licences and those before them supersede, by number, whoever asks. */
  async succession(
    sql: Knex,
    ids: readonly string[],
  ): Promise<readonly { readonly number: string; readonly supersedesNumber: string | null }[]> {
    const { rows } = await sql.raw(
      `with recursive chain(id, number, supersedes_id) as (
         select id, number, supersedes_id from licences.licence where id = any(?)
         union
         select licence.id, licence.number, licence.supersedes_id
         from chain join licences.licence on licence.id = chain.supersedes_id)
       select chain.number, earlier.number as supersedes_number
       from chain left join licences.licence as earlier on earlier.id = chain.supersedes_id`,
      [[...ids]],
    );
    return (rows as Record<string, unknown>[]).map((row) => ({
      number: row['number'] as string,
      supersedesNumber: row['supersedes_number'] as string | null,
    }));
  }

  /** Writes everything but what a licence supersedes: that row may come later in the same input. */
  async upsert(sql: Knex, licences: readonly Licence[]): Promise<void> {
    if (licences.length === 0) return;
    await sql('licences.licence').insert(licences.map(rowOf)).onConflict('number').merge(MERGED_COLUMNS);
  }

  async setSuperseded(sql: Knex, licences: readonly Licence[]): Promise<void> {
    if (licences.length === 0) return;
    const given = licences.map(({ id, supersedesId }) => ({ id, supersedes_id: supersedesId }));
    await sql.raw(
      `update licences.licence set supersedes_id = given.supersedes_id
       from jsonb_to_recordset(?::jsonb) as given(id uuid, supersedes_id uuid)
       where licence.id = given.id and licence.supersedes_id is distinct from given.supersedes_id`,
      [JSON.stringify(given)],
    );
  }

  private visible(context: RequestContext): Knex.QueryBuilder {
    return scopeByMine(this.knex('licences.licence as licence'), context.principal, 'licence.mine_id');
  }
}

const COLUMNS = new Columns({
  columns: {
    id: 'licence.id',
    mineId: 'licence.mine_id',
    kind: 'licence.kind',
    number: 'licence.number',
    issuer: 'licence.issuer',
    validFrom: 'licence.valid_from',
    validTo: 'licence.valid_to',
    suspendedFrom: 'licence.suspended_from',
    suspendedTo: 'licence.suspended_to',
    revokedOn: 'licence.revoked_on',
    statedAreaSquareKilometres: 'licence.stated_area_km2',
    capacityTonnesPerYear: 'licence.capacity_tonnes_per_year',
    seams: 'licence.seams',
    supersedesId: 'licence.supersedes_id',
    updatedAt: 'licence.updated_at',
  },
  always: ['id', 'mineId'],
  readBy: {
    mine: ['mineId'],
    status: ['validFrom', 'validTo', 'suspendedFrom', 'suspendedTo', 'revokedOn'],
    supersedes: ['supersedesId'],
  },
});

const MERGED_COLUMNS = [
  'kind',
  'issuer',
  'valid_from',
  'valid_to',
  'suspended_from',
  'suspended_to',
  'revoked_on',
  'stated_area_km2',
  'capacity_tonnes_per_year',
  'seams',
  'updated_at',
];

/** `licenceStatus` in SQL, for the day bound as `:day`. */
const LICENCE_STATUS_ON = `case
  when licence.revoked_on <= cast(:day as date) then 'REVOKED'
  when cast(:day as date) < licence.valid_from then 'NOT_YET_VALID'
  when licence.valid_to <= cast(:day as date) then 'EXPIRED'
  when licence.suspended_from <= cast(:day as date)
    and (licence.suspended_to is null or cast(:day as date) < licence.suspended_to) then 'SUSPENDED'
  else 'VALID' end`;

function applyFilter(query: Knex.QueryBuilder, filter: LicenceFilter, today: string): void {
  if (filter.mineIds) query.whereRaw('licence.mine_id = any(?)', [filter.mineIds.filter(isId)]);
  if (filter.kind) query.whereRaw('licence.kind = any(?)', [[...filter.kind]]);
  if (filter.status) {
    query.whereRaw(`${LICENCE_STATUS_ON} = any(:status)`, { day: today, status: [...filter.status] });
  }
  if (filter.expiringBefore) query.whereRaw('licence.valid_to <= ?::date', [filter.expiringBefore]);
  if (filter.divisionCode) {
    const below = `${divisionPrefix(filter.divisionCode)}%`;
    query.whereIn('licence.mine_id', (mines: Knex.QueryBuilder) =>
      mines.select('mine.id').from('registry.published_mine as mine').whereLike('mine.division_code', below),
    );
  }
}

function mapLicence(row: Record<string, unknown>): Licence {
  return {
    id: row['id'] as string,
    mineId: row['mine_id'] as string,
    kind: row['kind'] as LicenceKind,
    number: row['number'] as string,
    issuer: row['issuer'] as string,
    validFrom: row['valid_from'] as string,
    validTo: row['valid_to'] as string | null,
    suspendedFrom: row['suspended_from'] as string | null,
    suspendedTo: row['suspended_to'] as string | null,
    revokedOn: row['revoked_on'] as string | null,
    statedAreaSquareKilometres: row['stated_area_km2'] as number | null,
    capacityTonnesPerYear: row['capacity_tonnes_per_year'] as number | null,
    seams: row['seams'] as readonly string[],
    supersedesId: row['supersedes_id'] as string | null,
    updatedAt: row['updated_at'] as Date,
  };
}

const rowOf = (licence: Licence): Record<string, unknown> => ({
  id: licence.id,
  mine_id: licence.mineId,
  kind: licence.kind,
  number: licence.number,
  issuer: licence.issuer,
  valid_from: licence.validFrom,
  valid_to: licence.validTo,
  suspended_from: licence.suspendedFrom,
  suspended_to: licence.suspendedTo,
  revoked_on: licence.revokedOn,
  stated_area_km2: licence.statedAreaSquareKilometres,
  capacity_tonnes_per_year: licence.capacityTonnesPerYear,
  seams: [...licence.seams],
  updated_at: licence.updatedAt,
});
