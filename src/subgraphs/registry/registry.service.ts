import type { Point } from 'geojson';
import type { FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { isDivisionCode } from '../../platform/division-code.js';
import { idFromKey, isId } from '../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import type { Transact, Transaction } from '../../platform/transact.js';
import type { SpatialFilterInput } from '../../spatial/spatial-filter.js';
import type { Division } from './division.js';
import type { Mine, MineFacts, MineFilter, MineOrder, MineRecord } from './mine.js';
import { isCreditCode, type Operator } from './operator.js';
import { type RegistryLoaderDeps, RegistryLoaders } from './registry.loaders.js';

export interface RegistryServiceDeps extends RegistryLoaderDeps {
  readonly transact: Transact;
}

export interface RejectedMine {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  readonly path: string;
}

export interface MineUpsert {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly RejectedMine[];
}

const ROWS_PER_STATEMENT = 500;

/** Use cases of the registry: mines, operators, divisions. */
export class RegistryService {
  constructor(private readonly deps: RegistryServiceDeps) {}

  async mine(
    context: RequestContext,
    key: { id?: string | null; code?: string | null },
  ): Promise<Mine | null> {
    const loaders = RegistryLoaders.of(this.deps, context);
    if (key.id) return isId(key.id) ? loaders.mineById.load(key.id.toLowerCase()) : null;
    return key.code ? loaders.mineByCode.load(key.code) : null;
  }

  async location(context: RequestContext, mineId: string): Promise<Point | null> {
    return (await RegistryLoaders.of(this.deps, context).locationById.load(mineId))?.location ?? null;
  }

  mines(
    context: RequestContext,
    filter: MineFilter,
    within: SpatialFilterInput | null,
    order: MineOrder,
    page: PageRequest,
    fields: FieldSelection | null = null,
  ): Promise<CountedPage<Mine>> {
    return this.deps.mines.page(context, filter, within, order, page, fields);
  }

  minesOf(context: RequestContext, operatorId: string, page: PageRequest): Promise<CountedPage<Mine>> {
    return this.deps.mines.page(context, { operatorId }, null, 'ID', page);
  }

  operator(context: RequestContext, id: string): Promise<Operator | null> {
    return isId(id) ? RegistryLoaders.of(this.deps, context).operatorById.load(id) : Promise.resolve(null);
  }

  division(context: RequestContext, code: string): Promise<Division | null> {
    return RegistryLoaders.of(this.deps, context).divisionByCode.load(code);
  }

  /** Creates or corrects mines by code. A row with a fault is rejected by itself; the others are written. */
  async upsertMines(context: RequestContext, facts: readonly MineFacts[]): Promise<MineUpsert> {
    const divisions = new Set(
      (await this.deps.divisions.byCodes([...new Set(facts.map((fact) => fact.divisionCode))])).map(
        (d) => d.code,
      ),
    );
    const rejected: RejectedMine[] = [];
    const accepted: MineFacts[] = [];
    const seen = new Set<string>();
    facts.forEach((fact, index) => {
      const fault = faultOf(fact, divisions, seen);
      seen.add(fact.code);
      if (fault) rejected.push({ index, ...fault });
      else accepted.push(fact);
    });
    const counts = await this.deps.transact(context, async (tx) => {
      const sum = { created: 0, updated: 0, unchanged: 0 };
      for (let start = 0; start < accepted.length; start += ROWS_PER_STATEMENT) {
        const part = await this.write(context, tx, accepted.slice(start, start + ROWS_PER_STATEMENT));
        sum.created += part.created;
        sum.updated += part.updated;
        sum.unchanged += part.unchanged;
      }
      return sum;
    });
    return { ...counts, rejected };
  }

  private async write(
    context: RequestContext,
    tx: Transaction,
    facts: readonly MineFacts[],
  ): Promise<Omit<MineUpsert, 'rejected'>> {
    const at = context.clock.now();
    const operators = new Map(facts.map((fact) => [fact.operatorCreditCode, operatorOf(fact)]));
    for (const { operator, created } of await this.deps.operators.upsert(
      tx.sql,
      [...operators.values()],
      at,
    )) {
      tx.emit({
        type: created ? 'operator.created' : 'operator.updated',
        subjectType: 'Operator',
        subjectId: operator.id,
        after: operator,
      });
    }
    const before = new Map(
      (
        await this.deps.mines.lockByCodes(
          tx.sql,
          facts.map((fact) => fact.code),
        )
      ).map((mine) => [mine.code, mine]),
    );
    const changed: MineRecord[] = [];
    for (const fact of facts) {
      const old = before.get(fact.code);
      const mine = mineOf(fact, at);
      if (old && sameFacts(old, mine)) continue;
      changed.push(mine);
      tx.emit({
        type: old ? 'mine.updated' : 'mine.created',
        subjectType: 'Mine',
        subjectId: mine.id,
        mineId: mine.id,
        divisionCode: mine.divisionCode,
        before: old && comparable(old),
        after: comparable(mine),
      });
    }
    await this.deps.mines.upsert(tx.sql, changed);
    const updated = changed.filter((mine) => before.has(mine.code)).length;
    return { created: changed.length - updated, updated, unchanged: facts.length - changed.length };
  }
}

const operatorOf = (fact: MineFacts): Operator => ({
  id: idFromKey('operator', fact.operatorCreditCode),
  name: fact.operatorName,
  creditCode: fact.operatorCreditCode,
});

function mineOf(fact: MineFacts, updatedAt: Date): MineRecord {
  const { operatorName: _name, operatorCreditCode, ...rest } = fact;
  return {
    ...rest,
    id: idFromKey('mine', fact.code),
    operatorId: idFromKey('operator', operatorCreditCode),
    updatedAt,
  };
}

const comparable = ({ updatedAt: _at, ...facts }: MineRecord): Omit<MineRecord, 'updatedAt'> => ({
  ...facts,
  location: facts.location && {
    type: 'Point',
    coordinates: facts.location.coordinates.map((x) => Number(x.toFixed(9))),
  },
});

function sameFacts(a: MineRecord, b: MineRecord): boolean {
  const [left, right] = [comparable(a), comparable(b)] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys(left).every((key) => JSON.stringify(left[key]) === JSON.stringify(right[key]));
}

function faultOf(
  fact: MineFacts,
  divisions: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): Omit<RejectedMine, 'index'> | null {
  const fault = (code: string, path: string, message: string) => ({ code, path, message });
  if (fact.code.trim() === '') return fault('CODE_EMPTY', 'code', 'A mine needs a code.');
  if (seen.has(fact.code))
    return fault('CODE_REPEATED', 'code', `The code ${fact.code} stands in this input more than once.`);
  if (fact.name.trim() === '') return fault('NAME_EMPTY', 'name', 'A mine needs a name.');
  if (!isCreditCode(fact.operatorCreditCode)) {
    return fault(
      'CREDIT_CODE_INVALID',
      'operatorCreditCode',
      `${fact.operatorCreditCode} is not a unified social credit code: 18 characters whose last is the GB 32100 check character.`,
    );
  }
  if (!isDivisionCode(fact.divisionCode) || !divisions.has(fact.divisionCode)) {
    return fault(
      'DIVISION_UNKNOWN',
      'divisionCode',
      `${fact.divisionCode} is not a GB/T 2260 code that the hub knows.`,
    );
  }
  if (fact.capacityTonnesPerYear !== null && !(fact.capacityTonnesPerYear >= 0)) {
    return fault('CAPACITY_NEGATIVE', 'capacityTonnesPerYear', 'A capacity cannot be negative.');
  }
  const [longitude, latitude] = fact.location?.coordinates ?? [0, 0];
  const isPoint = fact.location === null || fact.location.type === 'Point';
  if (!isPoint || !(Math.abs(longitude ?? Number.NaN) <= 180 && Math.abs(latitude ?? Number.NaN) <= 90)) {
    return fault(
      'LOCATION_INVALID',
      'location',
      'A location is a Point with longitude and latitude in degrees, in that order.',
    );
  }
  return null;
}
