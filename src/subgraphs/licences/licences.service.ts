import type { FieldSelection } from '../../platform/columns.js';
import type { RequestContext } from '../../platform/context.js';
import { idFromKey, isId } from '../../platform/ids.js';
import type { CountedPage, PageRequest } from '../../platform/keyset.js';
import type { Transact, Transaction } from '../../platform/transact.js';
import type { LicenceKind, LicenceStatus } from '../../vocabulary/licences.js';
import { legalDate } from '../../vocabulary/time.js';
import {
  type AsOfInput,
  type ChangeGrounds,
  instantOf,
  NOW,
  nextRecordedAt,
} from '../../vocabulary/versions.js';
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
  faultOfNewNumber,
  type IndexedFacts,
  type LicenceFault,
  type RejectedLicence,
  trimmed,
} from './licence-intake.js';
import type { LicenceVersionRepository } from './licence-version.repository.js';
import { factsOf, type LicenceVersions, type NextVersion } from './licence-versions.service.js';
import { type LicencesLoaderDeps, LicencesLoaders } from './licences.loaders.js';

export interface LicencesServiceDeps extends LicencesLoaderDeps {
  readonly versions: LicenceVersionRepository;
  readonly recorder: LicenceVersions;
  readonly transact: Transact;
}

export interface LicenceUpsert {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly RejectedLicence[];
}

/** What an upsert may say of its rows; without a reason it is the source that says so. */
export type UpsertGrounds = Partial<ChangeGrounds>;

/** Use cases of the licences: mining licences and safety permits. */
export class LicencesService {
  constructor(private readonly deps: LicencesServiceDeps) {}

  async licence(
    context: RequestContext,
    key: { id?: string | null; number?: string | null },
    asOf: AsOfInput | null = null,
  ): Promise<Licence | null> {
    const loaders = LicencesLoaders.of(this.deps, context);
    const instant = instantOf(asOf);
    if (key.id) return isId(key.id) ? loaders.licenceById(instant).load(key.id.toLowerCase()) : null;
    return key.number ? loaders.licenceByNumber(instant).load(key.number) : null;
  }

  /** The licence that this one replaced, as it was known when this one was read at. */
  async superseded(context: RequestContext, licence: Licence): Promise<Licence | null> {
    if (licence.supersedesId === null) return null;
    const instant = { ...NOW, known: licence.readAt?.known ?? null };
    return LicencesLoaders.of(this.deps, context).licenceById(instant).load(licence.supersedesId);
  }

  /** Every version of a licence, oldest first. */
  history(context: RequestContext, licence: Licence): Promise<readonly Licence[]> {
    return LicencesLoaders.of(this.deps, context).history.load(licence.id);
  }

  licences(
    context: RequestContext,
    filter: LicenceFilter,
    order: LicenceOrder,
    page: PageRequest,
    asOf: AsOfInput | null = null,
  ): Promise<CountedPage<Licence>> {
    return this.deps.licences.page(context, filter, instantOf(asOf), order, page);
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
    asOf: AsOfInput | null = null,
  ): Promise<readonly Licence[]> {
    if (!isId(mineId)) return Promise.resolve([]);
    const instant = asOf === null ? NOW : instantOf(asOf);
    return LicencesLoaders.of(this.deps, context)
      .licencesOfMine(kinds, validOn, instant, fields)
      .load(mineId.toLowerCase());
  }

  /** `on` is a day in Asia/Shanghai, by default the one that the licence was asked for on, else today's. */
  status(context: RequestContext, licence: Licence, on: string | null): LicenceStatus {
    return licenceStatus(licence, on ?? licence.readAt?.validOn ?? legalDate(context.clock.now()));
  }

  /**
   * Creates or corrects licences by number: a correction is the next version. A row with a fault is rejected by itself;
   * the others are written. A licence never moves to another mine.
   */
  async upsertLicences(
    context: RequestContext,
    input: readonly LicenceFacts[],
    grounds: UpsertGrounds = {},
  ): Promise<LicenceUpsert> {
    const mines = await this.deps.licences.minesByCodes(context, distinct(input.map((f) => f.mineCode)));
    const mineByCode = new Map(mines.map((mine) => [mine.code, mine]));
    const numbers = distinct(input.flatMap((f) => [f.number, f.supersedesNumber ?? f.number]));
    return this.deps.transact(context, async (tx) => {
      await this.deps.versions.lockMines(
        tx.sql,
        mines.map((mine) => mine.id),
      );
      const latest = await this.deps.versions.latest(tx.sql, numbers);
      const last = new Map(latest.map((licence) => [licence.number, licence]));
      const sound = withoutFaults(input, mineByCode, last);
      const succession = checkSuccession(sound.accepted, await this.earlierNumbers(context, tx, latest));
      const { changes, unchanged } = this.changes(context, succession.accepted, mineByCode, last, grounds);
      await this.deps.recorder.record(context, tx, changes, grounds.reason ?? null);
      const created = changes.filter(({ before }) => before === null).length;
      const rejected = [...sound.rejected, ...succession.rejected].sort((a, b) => a.index - b.index);
      return { created, updated: changes.length - created, unchanged, rejected };
    });
  }

  /**
   * What a stored licence supersedes, by number, as far back as the chains of `latest` go. One that the principal may not
   * see is as if it were not there, unless a licence in sight has superseded it already.
   */
  private async earlierNumbers(
    context: RequestContext,
    tx: Transaction,
    latest: readonly Licence[],
  ): Promise<(number: string) => string | null | undefined> {
    const chain = await this.deps.versions.succession(
      context,
      tx.sql,
      latest.map((licence) => licence.id),
    );
    const earlier = new Map<string, string | null>();
    for (const { number, supersedesNumber } of chain) earlier.set(number, supersedesNumber);
    return (number) => earlier.get(number);
  }

  private changes(
    context: RequestContext,
    rows: readonly IndexedFacts[],
    mines: ReadonlyMap<string, MineKey>,
    latest: ReadonlyMap<string, Licence>,
    grounds: UpsertGrounds,
  ): { readonly changes: readonly NextVersion[]; readonly unchanged: number } {
    const at = context.clock.now();
    const changes = rows.flatMap(({ facts }): NextVersion[] => {
      const mine = mines.get(facts.mineCode);
      const last = latest.get(facts.number) ?? null;
      if (!mine) return [];
      const after = licenceOf(facts, mine, last, grounds, at);
      const before = last?.supersededAt === null ? last : null;
      return before && sameFacts(before, after) ? [] : [{ before, after, mine }];
    });
    return { changes, unchanged: rows.length - changes.length };
  }
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

/** Rows that are sound by themselves, of a known mine, and the first of their number. */
function withoutFaults(
  input: readonly LicenceFacts[],
  mines: ReadonlyMap<string, MineKey>,
  latest: ReadonlyMap<string, Licence>,
): { readonly accepted: readonly IndexedFacts[]; readonly rejected: readonly RejectedLicence[] } {
  const accepted: IndexedFacts[] = [];
  const rejected: RejectedLicence[] = [];
  const seen = new Set<string>();
  input.forEach((facts, index) => {
    const found = faultOfKeys(facts, mines, latest, seen) ?? faultOfFacts(facts);
    seen.add(facts.number);
    if (found) rejected.push({ index, ...found });
    else accepted.push({ index, facts });
  });
  return { accepted, rejected };
}

function faultOfKeys(
  facts: LicenceFacts,
  mines: ReadonlyMap<string, MineKey>,
  latest: ReadonlyMap<string, Licence>,
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
  const stored = latest.get(number);
  if (stored && stored.mineId !== mine.id) {
    const message = `The licence ${number} was issued to another mine than ${mineCode}, and a licence keeps its mine.`;
    return { code: 'NUMBER_OF_ANOTHER_MINE', path: 'number', message };
  }
  return stored ? null : faultOfNewNumber(number);
}

/** The version that follows `last`; one that was withdrawn is issued anew. */
function licenceOf(
  facts: LicenceFacts,
  mine: MineKey,
  last: Licence | null,
  grounds: UpsertGrounds,
  at: Date,
): Licence {
  const { mineCode: _code, supersedesNumber, ...rest } = facts;
  return {
    ...rest,
    seams: trimmed(facts.seams),
    id: idFromKey('licence', facts.number),
    version: (last?.version ?? 0) + 1,
    mineId: mine.id,
    supersedesId: supersedesNumber === null ? null : idFromKey('licence', supersedesNumber),
    recordedAt: last ? nextRecordedAt(at, last) : at,
    supersededAt: null,
    change: last?.supersededAt === null ? 'CORRECTED' : 'ISSUED',
    changeReason: grounds.reason ?? null,
    changeDocumentNumber: grounds.documentNumber ?? null,
    withdrawal: null,
  };
}

function sameFacts(a: Licence, b: Licence): boolean {
  const [left, right] = [factsOf(a), factsOf(b)];
  return Object.keys(left).every((key) => JSON.stringify(left[key]) === JSON.stringify(right[key]));
}
