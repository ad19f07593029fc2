import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { idFromKey } from '../../src/platform/ids.js';
import { AreaVersionRepository } from '../../src/subgraphs/boundaries/areas/area-version.repository.js';
import { createBoundariesService } from '../../src/subgraphs/boundaries/services.js';
import { DivisionRepository } from '../../src/subgraphs/registry/division.repository.js';
import type { MineFacts } from '../../src/subgraphs/registry/mine.js';
import type { RegistryService } from '../../src/subgraphs/registry/registry.service.js';
import { createRegistryService } from '../../src/subgraphs/registry/services.js';
import { aMine, creditCode, DIVISIONS, observationFacts } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceParts } from '../support/service-parts.js';
import { box, Situation } from '../support/situation.js';
import { twoTransactions } from '../support/two-transactions.js';

let database: TestDatabase;
let registry: RegistryService;

beforeAll(async () => {
  database = await openTestDatabase();
  await new DivisionRepository(database.knex).upsert(database.knex, DIVISIONS);
  registry = createRegistryService(serviceParts(database.knex));
});
afterAll(() => database.close());
beforeEach(() => database.knex.raw('truncate registry.mine, registry.operator cascade'));

/**
 * One transaction does the first of something, and when the other waits for it, the last: it has to be free still,
 * whatever order the other was told to do both in.
 */
const firstThenLast = async (
  of: (sql: Knex, which: 'first' | 'last') => Promise<unknown>,
  other: () => Promise<unknown>,
) => {
  const { waited, first, second } = await twoTransactions(
    database.knex,
    (meanwhile) =>
      database.knex.transaction(async (sql) => {
        await of(sql, 'first');
        await meanwhile();
        await of(sql, 'last');
      }),
    other,
  );
  return { waited, first: first.status, second: second.status };
};

const AFTER_EACH_OTHER = { waited: true, first: 'fulfilled', second: 'fulfilled' };

/** More than one statement writes, by ascending code; each of an operator of its own. */
const mines = (name: string, operators: (i: number) => number = (i) => i): readonly MineFacts[] =>
  Array.from({ length: 1001 }, (_, i) => {
    const operator = operators(i);
    const code = `M${String(i).padStart(4, '0')}`;
    return aMine({
      code,
      name: `${name} ${i}`,
      operatorName: `Operator ${operator}`,
      operatorCreditCode: creditCode(operator),
    });
  });

const ofMines = (all: readonly MineFacts[]) => ({
  first: all.at(0) as MineFacts,
  last: all.at(-1) as MineFacts,
});

describe.skipIf(inject('databaseTemplate').kind === 'embedded')('writing side by side', () => {
  test('whoever locks the areas of several mines takes them in one order', async () => {
    const versions = new AreaVersionRepository(database.knex);
    const ids = { first: '0'.repeat(8), last: 'f'.repeat(8) };
    const other = () => database.knex.transaction((sql) => versions.lockMines(sql, [ids.last, ids.first]));
    expect(await firstThenLast((sql, which) => versions.lockMine(sql, ids[which]), other)).toEqual(
      AFTER_EACH_OTHER,
    );
  });

  test('mines that are stored are locked in one order, however many are uploaded', async () => {
    const all = mines('Known');
    await registry.upsertMines(testContext(), all);
    const { first, last } = ofMines(all);
    // The first is the last in the table, which is small enough to be read through.
    await database.knex('registry.mine').where({ code: first.code }).update({ name: 'Moved' });
    await database.knex.raw('analyze registry.mine');
    const lock = (sql: Knex, which: 'first' | 'last') =>
      sql('registry.mine').where({ code: { first, last }[which].code }).forUpdate();
    const upload = () => registry.upsertMines(testContext(), mines('Renamed').toReversed());
    expect(await firstThenLast(lock, upload)).toEqual(AFTER_EACH_OTHER);
  });

  test('mines that are new are registered in one order', async () => {
    await registry.upsertMines(testContext(), [aMine({ code: 'M' })]);
    const known = await database.knex('registry.mine').first();
    const { first, last } = ofMines(mines('New'));
    const insert = (sql: Knex, which: 'first' | 'last') =>
      sql('registry.mine').insert({
        ...known,
        id: sql.raw('gen_random_uuid()'),
        code: { first, last }[which].code,
      });
    const upload = () => registry.upsertMines(testContext(), mines('New').toReversed());
    expect(await firstThenLast(insert, upload)).toEqual(AFTER_EACH_OTHER);
  });

  test('operators are written in one order, whatever the codes of their mines', async () => {
    await registry.upsertMines(testContext(), mines('Known'));
    const lock = (sql: Knex, which: 'first' | 'last') =>
      sql('registry.operator')
        .where({ credit_code: creditCode({ first: 0, last: 1000 }[which]) })
        .forUpdate();
    const upload = () =>
      registry.upsertMines(
        testContext(),
        mines('Other', (i) => 1000 - i),
      );
    expect(await firstThenLast(lock, upload)).toEqual(AFTER_EACH_OTHER);
  });

  test('observations that are new are recorded in one order', async () => {
    const keyed = ['one', 'other'].map((ref) => ({ ref, id: idFromKey('observation', 'test', ref) }));
    const [first, last] = keyed.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ ref }) => ref);
    const record = (sql: Knex, which: 'first' | 'last') =>
      new Situation(sql).observation({ ref: { first, last }[which] as string, shape: box(0, 0, 10, 10) });
    const submit = () =>
      createBoundariesService(serviceParts(database.knex)).submitObservations(
        testContext(),
        [last, first].map((ref) => observationFacts({ provider: 'test', providerRef: ref as string })),
      );
    expect(await firstThenLast(record, submit)).toEqual(AFTER_EACH_OTHER);
  });

  test('areas are added in one order of the degrees that they lie in, however many a document has', async () => {
    const versions = new AreaVersionRepository(database.knex);
    const west = { mine: 'WEST', kind: 'DUMP_SITE', shape: box(-200_000, 0, 10, 10) } as const;
    const east = { mine: 'EAST', kind: 'DUMP_SITE', shape: box(200_000, 0, 10, 10) } as const;
    const id = await new Situation(database.knex).area(west);
    const [known] = await versions.whole(database.knex, { ids: [id] });
    if (!known) throw new Error('no area');
    const { rows } = await database.knex.raw(
      `select gen_random_uuid() as id, ST_Multi(ST_MakeEnvelope(x, 43, x + 5e-5, 43.00005, 4490))::text as geom
       from (select 122 + i * 1e-4 as x from generate_series(0, 4998) i union all select 117.5) place order by x desc`,
    );
    const drafts = rows.map((row: object) => ({ ...known.draft, ...row }));
    const add = (sql: Knex, which: 'first' | 'last') =>
      new Situation(sql).area({ first: west, last: east }[which]);
    const addAll = () => database.knex.transaction((sql) => versions.insert(sql, drafts));
    expect(await firstThenLast(add, addAll)).toEqual(AFTER_EACH_OTHER);
  });
});
