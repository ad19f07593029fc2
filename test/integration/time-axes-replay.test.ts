import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { licenceFacts, mineId } from '../support/builders.js';
import { at } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { BECAUSE, importSquare, openVersions, type Versions } from '../support/versions.js';

/** What a naive reader keeps of a fact: everything that was ever said, in the order in which it was said. */
interface Said<F> {
  readonly at: Date;
  readonly key: string;
  /** Null: withdrawn. */
  readonly facts: F | null;
}

interface Validity {
  readonly validFrom: string;
  readonly validTo: string | null;
}

const RUNS = 12;
const MINES = Array.from({ length: 2 * RUNS + 20 }, (_, i) => `P-${i}`);
const DAYS = ['2024-01-01', '2024-07-01', '2025-01-01', '2025-07-01', '2026-01-01'] as const;
const BEGINNING = Date.parse('2026-01-01T00:00:00Z');
const SECOND = 1000;

let database: TestDatabase;
let versions: Versions;
let mines = 0;
beforeAll(async () => {
  database = await openTestDatabase();
  versions = await openVersions(database.knex, MINES);
});
afterAll(() => database.close());

/** The last that was said of a key by `known`, by reading everything from the start. */
function replay<F>(said: readonly Said<F>[], known: Date | null): ReadonlyMap<string, F> {
  const standing = new Map<string, F>();
  for (const { at: when, key, facts } of said) {
    if (known && when > known) continue;
    if (facts) standing.set(key, facts);
    else standing.delete(key);
  }
  return standing;
}

const covers = ({ validFrom, validTo }: Validity, day: string): boolean =>
  validFrom <= day && (validTo === null || day < validTo);

/** Noon in Shanghai of a day, and the instants around which something was said. */
const noon = (day: string): Date => new Date(`${day}T04:00:00Z`);
const instantsOf = (said: readonly Said<unknown>[]): (Date | null)[] => [
  null,
  ...[...new Set(said.flatMap(({ at: when }) => [when.getTime() - 1, when.getTime()]))].map(
    (ms) => new Date(ms),
  ),
];

const day = fc.constantFrom(...DAYS);
const key = fc.constantFrom('1', '2', '3');
/** Seconds since what was said before: often none, as two changes may carry one instant. */
const pause = fc.constantFrom(0, 0, 1, 5);

interface Square extends Validity {
  readonly metres: number;
}

const areaWrite = fc.record({
  pause,
  key,
  write: fc.oneof(
    fc.record({
      kind: fc.constant('import' as const),
      metres: fc.constantFrom(100, 200, 300),
      validFrom: day,
      validTo: fc.option(day),
    }),
    fc.record({ kind: fc.constant('end' as const), on: day }),
    fc.record({ kind: fc.constant('correct' as const), validFrom: fc.option(day), validTo: fc.option(day) }),
    fc.record({ kind: fc.constant('withdraw' as const) }),
  ),
});

/** What a write makes of a square, by the rules in words; undefined: it is refused. */
function saidOfSquare(
  before: Square | undefined,
  { write }: { write: (typeof areaWrite extends fc.Arbitrary<infer T> ? T : never)['write'] },
): Square | null | undefined {
  const sound = (square: Square) =>
    square.validTo !== null && square.validTo <= square.validFrom ? undefined : square;
  if (write.kind === 'import')
    return sound({ metres: write.metres, validFrom: write.validFrom, validTo: write.validTo });
  if (!before) return undefined;
  if (write.kind === 'withdraw') return null;
  if (write.kind === 'correct') {
    return sound({ ...before, validFrom: write.validFrom ?? before.validFrom, validTo: write.validTo });
  }
  const early = before.validFrom < write.on && (before.validTo === null || write.on < before.validTo);
  return early ? { ...before, validTo: write.on } : undefined;
}

test('areas as of any day and instant are what a replay of everything that was said gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(areaWrite, { minLength: 3, maxLength: 12 }), async (writes) => {
      const mine = MINES[mines++ % MINES.length] ?? '';
      const ids = new Map<string, string>();
      const said: Said<Square>[] = [];
      let now = BEGINNING;
      for (const write of writes) {
        now += write.pause * SECOND;
        const when = new Date(now);
        const facts = saidOfSquare(replay(said, null).get(write.key), write);
        const done = writeSquare(mine, write, ids, when);
        if (facts === undefined) {
          await expect(done).rejects.toThrow();
          continue;
        }
        await done;
        said.push({ at: when, key: write.key, facts });
      }
      await compareSquares(mine, said, ids);
    }),
    { numRuns: RUNS },
  );
});

async function writeSquare(
  mine: string,
  { key: document, write }: typeof areaWrite extends fc.Arbitrary<infer T> ? T : never,
  ids: Map<string, string>,
  when: Date,
): Promise<void> {
  const { areaChanges } = versions;
  const id = ids.get(document) ?? mineId('nothing');
  if (write.kind === 'import') {
    const { metres, validFrom, validTo } = write;
    ids.set(
      document,
      await importSquare(versions, at(when), mine, `${mine}/${document}`, { metres, validFrom, validTo }),
    );
  } else if (write.kind === 'end') await areaChanges.end(at(when), id, write.on, BECAUSE);
  else if (write.kind === 'withdraw') await areaChanges.withdraw(at(when), id, BECAUSE);
  else
    await areaChanges.correct(at(when), id, { validFrom: write.validFrom, validTo: write.validTo }, BECAUSE);
}

async function compareSquares(
  mine: string,
  said: readonly Said<Square>[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const { boundaries } = versions;
  for (const known of instantsOf(said)) {
    for (const valid of [null, ...DAYS]) {
      const asOf = { known, valid: valid && noon(valid) };
      const expected = [...replay(said, known)]
        .filter(([, square]) => valid === null || covers(square, valid))
        .map(([document, { metres, validFrom, validTo }]) => [ids.get(document), metres, validFrom, validTo]);
      const found = await boundaries.areasOfMine(at(new Date(BEGINNING)), mineId(mine), null, asOf);
      const rows = found.map((area) => [
        area.id,
        Math.round(Math.sqrt(area.planeAreaSquareMetres)),
        area.validFrom,
        area.validTo,
      ]);
      expect(rows.sort(), `as of ${valid}, known ${known?.toISOString()}`).toEqual(expected.sort());
    }
  }
}

interface Granted extends Validity {
  readonly revokedOn: string | null;
  readonly issuer: string;
}

const licenceWrite = fc.record({
  pause,
  key,
  write: fc.oneof(
    fc.record({
      kind: fc.constant('upsert' as const),
      issuer: fc.constantFrom('X', 'Y'),
      validFrom: day,
      validTo: fc.option(day),
    }),
    fc.record({ kind: fc.constant('renew' as const), validTo: fc.option(day) }),
    fc.record({ kind: fc.constant('revoke' as const), on: day }),
    fc.record({ kind: fc.constant('withdraw' as const) }),
  ),
});
type LicenceWrite = typeof licenceWrite extends fc.Arbitrary<infer T> ? T : never;

function saidOfLicence(before: Granted | undefined, { write }: LicenceWrite): Granted | null | undefined {
  if (write.kind === 'upsert') {
    const { issuer, validFrom, validTo } = write;
    return validTo !== null && validTo <= validFrom
      ? undefined
      : { issuer, validFrom, validTo, revokedOn: null };
  }
  if (!before) return undefined;
  if (write.kind === 'withdraw') return null;
  if (before.revokedOn !== null) return undefined;
  if (write.kind === 'renew') {
    const longer = before.validTo !== null && (write.validTo === null || write.validTo > before.validTo);
    return longer ? { ...before, validTo: write.validTo } : undefined;
  }
  return before.validTo !== null && before.validTo <= write.on
    ? undefined
    : { ...before, revokedOn: write.on };
}

async function writeLicence(mine: string, { key: n, write }: LicenceWrite, when: Date): Promise<void> {
  const { licences, licenceChanges } = versions;
  const number = `${mine}/${n}`;
  if (write.kind === 'upsert') {
    const { issuer, validFrom, validTo } = write;
    const { rejected } = await licences.upsertLicences(at(when), [
      licenceFacts({ mineCode: mine, number, issuer, validFrom, validTo }),
    ]);
    if (rejected[0]) throw new Error(rejected[0].message);
  } else if (write.kind === 'renew') {
    await licenceChanges.renewLicence(
      at(when),
      number,
      { validTo: write.validTo, newNumber: null, validFrom: null },
      BECAUSE,
    );
  } else if (write.kind === 'revoke') await licenceChanges.revokeLicence(at(when), number, write.on, BECAUSE);
  else await licenceChanges.withdrawLicence(at(when), number, BECAUSE);
}

async function compareLicences(mine: string, said: readonly Said<Granted>[]): Promise<void> {
  const { licences } = versions;
  for (const known of instantsOf(said)) {
    for (const valid of [null, ...DAYS]) {
      const asOf = { known, valid: valid && noon(valid) };
      const standing = [...replay(said, known)].filter(
        ([, granted]) =>
          valid === null ||
          (covers(granted, valid) && (granted.revokedOn === null || valid < granted.revokedOn)),
      );
      const expected = standing.map(([n, { issuer, validFrom, validTo, revokedOn }]) => [
        `${mine}/${n}`,
        issuer,
        validFrom,
        validTo,
        revokedOn,
      ]);
      const found = await licences.licencesOfMine(
        at(new Date(BEGINNING)),
        mineId(mine),
        null,
        null,
        null,
        asOf,
      );
      const rows = found.map(({ number, issuer, validFrom, validTo, revokedOn }) => [
        number,
        issuer,
        validFrom,
        validTo,
        revokedOn,
      ]);
      expect(rows.sort(), `as of ${valid}, known ${known?.toISOString()}`).toEqual(expected.sort());
    }
  }
}

test('licences as of any day and instant are what a replay of everything that was said gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(licenceWrite, { minLength: 3, maxLength: 12 }), async (writes) => {
      const mine = MINES[mines++ % MINES.length] ?? '';
      const said: Said<Granted>[] = [];
      let now = BEGINNING;
      for (const write of writes) {
        now += write.pause * SECOND;
        const when = new Date(now);
        const facts = saidOfLicence(replay(said, null).get(write.key), write);
        const done = writeLicence(mine, write, when);
        if (facts === undefined) {
          await expect(done).rejects.toThrow();
          continue;
        }
        await done;
        said.push({ at: when, key: write.key, facts });
      }
      await compareLicences(mine, said);
    }),
    { numRuns: RUNS },
  );
});
