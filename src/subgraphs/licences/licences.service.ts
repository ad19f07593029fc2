import type { FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { idFromKey, isId } from '../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import type { Transact, Transaction } from '../../platform/transact.js';
import type { LicenceKind, LicenceStatus } from '../../vocabulary/licences.js';
import { legalDate } from '../../vocabulary/time.js';
import {
  type Licence,
  type LicenceFacts,
  type LicenceFilter,
  type LicenceOrder,
  licenceStatus,
} from './licence.js';
import type { MineKey } from './licence.repository.js';
import {
  checkSuccession,
  faultOfFacts,
  type IndexedFacts,
  type LicenceFault,
  type RejectedLicence,
} from './licence-intake.js';
import { type LicencesLoaderDeps, LicencesLoaders } from './licences.loaders.js';

export interface LicencesServiceDeps extends LicencesLoaderDeps {
  readonly transact: Transact;
}

export interface LicenceUpsert {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly RejectedLicence[];
}

const ROWS_PER_STATEMENT = 500;

/** Use cases of the licences: mining licences and safety permits. */
export class LicencesService {
  constructor(private readonly deps: LicencesServiceDeps) {}

  async licence(
    context: RequestContext,
    key: { id?: string | null; number?: string | null },
  ): Promise<Licence | null> {
    const loaders = LicencesLoaders.of(this.deps, context);
    if (key.id) return isId(key.id) ? loaders.licenceById.load(key.id.toLowerCase()) : null;
    return key.number ? loaders.licenceByNumber.load(key.number) : null;
  }

  licences(
    context: RequestContext,
    filter: LicenceFilter,
    order: LicenceOrder,
    page: PageRequest,
  ): Promise<CountedPage<Licence>> {
    return this.deps.licences.page(context, filter, today(context), order, page);
  }

  /**
   * The licences of a mine, loaded together with those of every other mine that the request asks about, with no
   * more than what `fields` need.
   */
  licencesOfMine(
    context: RequestContext,
    mineId: string,
    kinds: readonly LicenceKind[] | null,
    validOn: string | null,
    fields: FieldSelection | null = null,
  ): Promise<readonly Licence[]> {
    if (!isId(mineId)) return Promise.resolve([]);
    return LicencesLoaders.of(this.deps, context).licencesOfMine(kinds, validOn, fields).load(mineId);
  }

  /** `on` is a day in Asia/Shanghai, by default the one that the request's clock shows. */
  status(context: RequestContext, licence: Licence, on: string | null): LicenceStatus {
    return licenceStatus(licence, on ?? today(context));
  }

  /**
   * Creates or corrects licences by number. A row with a fault is rejected by itself; the others are written.
   * A licence never moves to another mine.
   */
  async upsertLicences(context: RequestContext, input: readonly LicenceFacts[]): Promise<LicenceUpsert> {
    const mines = await this.deps.licences.minesByCodes(context, distinct(input.map((f) => f.mineCode)));
    const mineByCode = new Map(mines.map((mine) => [mine.code, mine]));
    const numbers = distinct(input.flatMap((f) => [f.number, f.supersededNumber ?? f.number]));
    return this.deps.transact(context, async (tx) => {
      const stored = await this.deps.licences.lockByNumbers(tx.sql, numbers);
      const before = new Map(stored.map((licence) => [licence.number, licence]));
      const sound = withoutFaults(input, mineByCode, before);
      const succession = checkSuccession(sound.accepted, await this.earlierNumbers(tx, stored));
      const counts = await this.write(context, tx, succession.accepted, mineByCode, before);
      const rejected = [...sound.rejected, ...succession.rejected].sort((a, b) => a.index - b.index);
      return { ...counts, rejected };
    });
  }

  /** What a stored licence supersedes, by number, as far back as the chains of `stored` go. */
  private async earlierNumbers(
    tx: Transaction,
    stored: readonly Licence[],
  ): Promise<(number: string) => string | null | undefined> {
    const chain = await this.deps.licences.succession(
      tx.sql,
      stored.map((licence) => licence.id),
    );
    const earlier = new Map<string, string | null>();
    for (const { number, supersedesNumber } of chain) earlier.set(number, supersedesNumber);
    return (number) => earlier.get(number);
  }

  private async write(
    context: RequestContext,
    tx: Transaction,
    rows: readonly IndexedFacts[],
    mines: ReadonlyMap<string, MineKey>,
    before: ReadonlyMap<string, Licence>,
  ): Promise<Omit<LicenceUpsert, 'rejected'>> {
    const at = context.clock.now();
    const changed: Licence[] = [];
    let created = 0;
    for (const { facts } of rows) {
      const mine = mines.get(facts.mineCode);
      const old = before.get(facts.number);
      const licence = mine && licenceOf(facts, mine, at);
      if (!licence || (old && sameFacts(old, licence))) continue;
      changed.push(licence);
      if (!old) created += 1;
      tx.emit({
        type: old ? 'licence.changed' : 'licence.issued',
        subjectType: 'Licence',
        subjectId: licence.id,
        mineId: mine.id,
        divisionCode: mine.divisionCode,
        before: old && comparable(old),
        after: comparable(licence),
        data: { kind: licence.kind, number: licence.number },
      });
    }
    for (let start = 0; start < changed.length; start += ROWS_PER_STATEMENT) {
      await this.deps.licences.upsert(tx.sql, changed.slice(start, start + ROWS_PER_STATEMENT));
    }
    await this.deps.licences.setSuperseded(tx.sql, changed);
    return { created, updated: changed.length - created, unchanged: rows.length - changed.length };
  }
}

const today = (context: RequestContext): string => legalDate(context.clock.now());

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

/** Rows that are sound by themselves, of a known mine, and the first of their number. */
function withoutFaults(
  input: readonly LicenceFacts[],
  mines: ReadonlyMap<string, MineKey>,
  before: ReadonlyMap<string, Licence>,
): { readonly accepted: readonly IndexedFacts[]; readonly rejected: readonly RejectedLicence[] } {
  const accepted: IndexedFacts[] = [];
  const rejected: RejectedLicence[] = [];
  const seen = new Set<string>();
  input.forEach((facts, index) => {
    const found = faultOfKeys(facts, mines, before, seen) ?? faultOfFacts(facts);
    seen.add(facts.number);
    if (found) rejected.push({ index, ...found });
    else accepted.push({ index, facts });
  });
  return { accepted, rejected };
}

function faultOfKeys(
  facts: LicenceFacts,
  mines: ReadonlyMap<string, MineKey>,
  before: ReadonlyMap<string, Licence>,
  seen: ReadonlySet<string>,
): LicenceFault | null {
  const { number, mineCode } = facts;
  if (seen.has(number)) {
    const message = `The number ${number} stands in this input more than once.`;
    return { code: 'NUMBER_REPEATED', path: 'number', message };
  }
  const mine = mines.get(mineCode);
  if (!mine) {
    const message = `There is no mine ${mineCode} that you may see; send it with upsertMines first.`;
    return { code: 'MINE_UNKNOWN', path: 'mineCode', message };
  }
  const stored = before.get(number);
  if (stored && stored.mineId !== mine.id) {
    const message = `The licence ${number} was issued to another mine than ${mineCode}, and a licence keeps its mine.`;
    return { code: 'NUMBER_OF_ANOTHER_MINE', path: 'number', message };
  }
  return null;
}

function licenceOf(facts: LicenceFacts, mine: MineKey, updatedAt: Date): Licence {
  const { mineCode: _code, supersededNumber, ...rest } = facts;
  return {
    ...rest,
    id: idFromKey('licence', facts.number),
    mineId: mine.id,
    supersedesId: supersededNumber === null ? null : idFromKey('licence', supersededNumber),
    updatedAt,
  };
}

const comparable = ({ updatedAt: _at, ...facts }: Licence): Omit<Licence, 'updatedAt'> => facts;

function sameFacts(a: Licence, b: Licence): boolean {
  const [left, right] = [comparable(a), comparable(b)] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys(left).every((key) => JSON.stringify(left[key]) === JSON.stringify(right[key]));
}
