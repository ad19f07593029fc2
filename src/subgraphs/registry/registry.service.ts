import type { Point } from 'geojson';
import type { Rejudgement } from '../../judgement/rejudgement.js';
import type { FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { idFromKey, isId } from '../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import { divisionTest } from '../../platform/scope.js';
import type { Transact, Transaction } from '../../platform/transact.js';
import type { SpatialFilterInput } from '../../spatial/spatial-filter.js';
import type { Division } from './division.js';
import type { Mine, MineFacts, MineFilter, MineOrder, MineRecord } from './mine.js';
import { checkMines, type IndexedMine, type RejectedMine, storedFault } from './mine-intake.js';
import type { Operator } from './operator.js';
import { type RegistryLoaderDeps, RegistryLoaders } from './registry.loaders.js';

export interface RegistryServiceDeps extends RegistryLoaderDeps {
  readonly transact: Transact;
  readonly rejudgement: Rejudgement;
}

export interface MineUpsert {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly RejectedMine[];
}

/** What became of rows that are sound by themselves, with the known mines whose location changed. */
interface WrittenMines extends MineUpsert {
  readonly moved: readonly MineRecord[];
}

/** Why an area whose mine moved has another version. */
const MOVED = 'The location of the mine has come to lie in another zone';

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

  /**
   * Creates or corrects mines by code. A row with a fault is rejected by itself; the others are written. A mine that the
   * principal may not see stays as it is, and none is registered, or goes, where they may not see it. What is judged in
   * the zone of a place where a mine no longer is, is judged again.
   */
  async upsertMines(context: RequestContext, input: readonly MineFacts[]): Promise<MineUpsert> {
    const known = await this.deps.divisions.byCodes([...new Set(input.map((facts) => facts.divisionCode))]);
    const codes = new Set(known.map((division) => division.code));
    const { accepted, rejected } = checkMines(input, { codes, sees: divisionTest(context.principal) });
    return this.deps.transact(context, async (tx) => {
      await this.deps.mines.takeTurns(context, tx.sql);
      const { moved, ...written } = await this.write(context, tx, accepted);
      await this.judgeMoved(context, tx, moved);
      const all = [...rejected, ...written.rejected];
      return { ...written, rejected: all.sort((a, b) => a.index - b.index) };
    });
  }

  private async write(
    context: RequestContext,
    tx: Transaction,
    rows: readonly IndexedMine[],
  ): Promise<WrittenMines> {
    const locked = await this.deps.mines.lockByCodes(
      tx.sql,
      rows.map(({ facts }) => facts.code),
    );
    const before = new Map(locked.map((mine) => [mine.code, mine]));
    const { facts, rejected } = await this.writable(context, tx, rows, before);
    const at = context.clock.now();
    await this.writeOperators(tx, facts, at);
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
    const created = changed.length - updated;
    const moved = changed.filter((mine) => hasMoved(before.get(mine.code), mine));
    return { created, updated, unchanged: facts.length - changed.length, rejected, moved };
  }

  /** Areas given in degrees are others in another zone; what was judged in the former one is judged again. */
  private async judgeMoved(
    context: RequestContext,
    tx: Transaction,
    mines: readonly MineRecord[],
  ): Promise<void> {
    if (mines.length === 0) return;
    const byId = new Map(mines.map((mine) => [mine.id, mine]));
    const redrawn = await this.deps.mines.redrawAreas(tx.sql, [...byId.keys()], context.clock.now(), MOVED);
    for (const { id, version, mineId, kind, validFrom, validTo, contentDigest } of redrawn) {
      tx.emit({
        type: 'permitted-area.corrected',
        subjectType: 'PermittedArea',
        subjectId: id,
        mineId,
        divisionCode: byId.get(mineId)?.divisionCode ?? null,
        follows: [mineId],
        after: contentDigest,
        data: { version, kind, validFrom, validTo, reason: MOVED, documentNumber: null },
      });
    }
    await this.deps.rejudgement.request(context, tx, {
      kind: 'MINE_MOVED',
      subjects: mines.map(({ id }) => ({ id, version: null })),
      mineIds: [...byId.keys()],
      areas: redrawn.flatMap(({ id, version }) => [
        { id, version: version - 1 },
        { id, version },
      ]),
      validity: { from: null, to: null },
      reason: null,
    });
  }

  /** Splits rows by whether they may be written over what is stored. */
  private async writable(
    context: RequestContext,
    tx: Transaction,
    rows: readonly IndexedMine[],
    before: ReadonlyMap<string, Mine>,
  ): Promise<{ readonly facts: readonly MineFacts[]; readonly rejected: readonly RejectedMine[] }> {
    const seesAll = context.principal.divisions === 'all';
    const creditCodes = [...new Set(rows.map(({ facts }) => facts.operatorCreditCode))];
    // Who sees the whole hub may rename any operator.
    const stored = seesAll ? [] : await this.deps.operators.withDivisions(tx.sql, creditCodes);
    const operators = new Map(stored.map((operator) => [operator.creditCode, operator]));
    const sees = divisionTest(context.principal);
    const rejected: RejectedMine[] = [];
    const facts = rows.flatMap(({ index, facts: own }) => {
      const mine = before.get(own.code) ?? null;
      const operator = operators.get(own.operatorCreditCode) ?? null;
      const fault = storedFault(own, { mine, operator }, sees);
      if (fault) rejected.push({ index, ...fault });
      return fault ? [] : [own];
    });
    return { facts, rejected };
  }

  private async writeOperators(tx: Transaction, facts: readonly MineFacts[], at: Date): Promise<void> {
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

/** A mine that is new has not: nothing has been judged for it. */
const hasMoved = (before: MineRecord | undefined, after: MineRecord): boolean =>
  before !== undefined &&
  JSON.stringify(comparable(before).location) !== JSON.stringify(comparable(after).location);

function sameFacts(a: MineRecord, b: MineRecord): boolean {
  const [left, right] = [comparable(a), comparable(b)] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys(left).every((key) => JSON.stringify(left[key]) === JSON.stringify(right[key]));
}
