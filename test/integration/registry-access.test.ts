import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTransact } from '../../src/platform/transact.js';
import { DivisionRepository } from '../../src/subgraphs/registry/division.repository.js';
import type { MineFacts } from '../../src/subgraphs/registry/mine.js';
import type { RegistryService } from '../../src/subgraphs/registry/registry.service.js';
import { createRegistryService } from '../../src/subgraphs/registry/services.js';
import { aMine, DIVISIONS, mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceParts } from '../support/service-parts.js';
import { signal } from '../support/signal.js';

let database: TestDatabase;
let registry: RegistryService;

const everybody = testContext();
const officer = testContext({ principal: countyOfficer('210381') });

beforeAll(async () => {
  database = await openTestDatabase();
  await new DivisionRepository(database.knex).upsert(database.knex, DIVISIONS);
  registry = createRegistryService(serviceParts(database.knex));
});
afterAll(() => database.close());

const ours = (facts: Partial<MineFacts> = {}) => aMine({ divisionCode: '210381', ...facts });
const theirs = (facts: Partial<MineFacts> = {}) => aMine({ divisionCode: '150421', ...facts });

/** Everything that is stored: mines, operators, events. */
const stored = async (): Promise<unknown> => ({
  mines: await database.knex('registry.mine').orderBy('id'),
  operators: await database.knex('registry.operator').orderBy('id'),
  events: await database.knex('platform.event').orderBy('seq'),
});

const nameOf = async (creditCode: string): Promise<string> =>
  (await database.knex('registry.operator').where({ credit_code: creditCode }).first('name')).name;

test('a mine that an officer may not see is neither replaced nor taken into their county', async () => {
  const mine = theirs({ name: 'A name of theirs' });
  await registry.upsertMines(everybody, [mine]);
  const before = await stored();
  const attempt = { ...mine, divisionCode: '210381', name: 'Taken over', operatorName: 'Renamed' };
  expect(await registry.upsertMines(officer, [attempt])).toEqual({
    created: 0,
    updated: 0,
    unchanged: 0,
    rejected: [
      {
        index: 0,
        code: 'CODE_TAKEN',
        path: 'code',
        message: `${mine.code} is the code of a mine that you may not see; give yours a code of its own.`,
      },
    ],
  });
  expect(await stored()).toEqual(before);
  expect(await registry.mine(officer, { code: mine.code })).toBeNull();
});

test('a mine is neither registered nor moved where an officer may not see it', async () => {
  const own = ours();
  await registry.upsertMines(officer, [own]);
  const before = await stored();
  const result = await registry.upsertMines(officer, [
    theirs(),
    { ...own, divisionCode: '150421' },
    ours({ divisionCode: '210000' }),
  ]);
  expect(result).toMatchObject({ created: 0, updated: 0 });
  expect(result.rejected.map(({ index, code, path }) => [index, code, path])).toEqual([
    [0, 'DIVISION_FORBIDDEN', 'divisionCode'],
    [1, 'DIVISION_FORBIDDEN', 'divisionCode'],
    [2, 'DIVISION_FORBIDDEN', 'divisionCode'],
  ]);
  expect(await stored()).toEqual(before);
});

test('the other rows are written, and what an officer may see is corrected', async () => {
  const [own, foreign] = [ours(), theirs()];
  await registry.upsertMines(everybody, [own, foreign]);
  const result = await registry.upsertMines(officer, [
    ours(),
    { ...foreign, divisionCode: '210381' },
    { ...own, name: 'Corrected', operatorName: 'Corrected as well' },
    theirs(),
  ]);
  expect(result).toMatchObject({ created: 1, updated: 1, unchanged: 0 });
  expect(result.rejected.map(({ index, code }) => [index, code])).toEqual([
    [1, 'CODE_TAKEN'],
    [3, 'DIVISION_FORBIDDEN'],
  ]);
  expect(await registry.mine(officer, { code: own.code })).toMatchObject({ name: 'Corrected' });
  expect(await nameOf(own.operatorCreditCode)).toBe('Corrected as well');
  expect(
    await registry.upsertMines(officer, [{ ...own, name: 'Corrected', operatorName: 'Corrected as well' }]),
  ).toMatchObject({ unchanged: 1, rejected: [] });
});

test('an operator with mines out of sight keeps its name, and may be named by it', async () => {
  const foreign = theirs({ operatorName: 'On record' });
  await registry.upsertMines(everybody, [foreign]);
  const { operatorCreditCode } = foreign;
  const own = ours({ operatorCreditCode, operatorName: 'Another' });
  const refused = await registry.upsertMines(officer, [own]);
  expect(refused).toMatchObject({
    created: 0,
    rejected: [{ index: 0, code: 'OPERATOR_NAMED_OTHERWISE', path: 'operatorName' }],
  });
  expect(JSON.stringify(refused)).not.toContain('On record');
  expect(await registry.mine(everybody, { code: own.code })).toBeNull();
  const named = { ...own, operatorName: 'On record' };
  expect(await registry.upsertMines(officer, [named])).toMatchObject({ created: 1, rejected: [] });
  // It has a mine in sight now, and one out of sight still.
  expect((await registry.upsertMines(officer, [own])).rejected).toMatchObject([
    { code: 'OPERATOR_NAMED_OTHERWISE' },
  ]);
  expect(await nameOf(operatorCreditCode)).toBe('On record');
  const wider = testContext({ principal: countyOfficer('210381', '150000') });
  expect(await registry.upsertMines(wider, [own])).toMatchObject({ rejected: [] });
  expect(await nameOf(operatorCreditCode)).toBe('Another');
});

test('an operator whose mines have all gone to others is nobody’s to rename', async () => {
  const own = ours();
  await registry.upsertMines(everybody, [own]);
  const { operatorCreditCode, operatorName } = own;
  await registry.upsertMines(everybody, [
    { ...own, operatorName: ours().operatorName, operatorCreditCode: ours().operatorCreditCode },
  ]);
  const result = await registry.upsertMines(officer, [ours({ operatorCreditCode, operatorName: 'Another' })]);
  expect(result.rejected).toMatchObject([{ code: 'OPERATOR_NAMED_OTHERWISE' }]);
  expect(await nameOf(operatorCreditCode)).toBe(operatorName);
});

test('a mine that is being registered at the same moment is not replaced either', async () => {
  const mine = theirs();
  const registered = signal();
  const mayCommit = signal();
  const transact = createTransact(database.knex);
  const slow = createRegistryService({
    ...serviceParts(database.knex),
    transact: (context, work) =>
      transact(context, async (tx) => {
        const done = await work(tx);
        registered.give();
        await mayCommit.given;
        return done;
      }),
  });
  const first = slow.upsertMines(everybody, [mine]);
  await registered.given;
  const second = registry.upsertMines(officer, [{ ...mine, divisionCode: '210381' }]);
  // Long enough for it to have found nothing stored; the embedded database lets it in only afterwards.
  await new Promise((resolve) => setTimeout(resolve, 300));
  mayCommit.give();
  expect((await second).rejected).toMatchObject([{ code: 'CODE_TAKEN' }]);
  expect(await first).toMatchObject({ created: 1 });
  expect(await registry.mine(everybody, { id: mineId(mine.code) })).toMatchObject({ divisionCode: '150421' });
});
