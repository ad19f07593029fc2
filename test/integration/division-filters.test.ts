import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMine } from '../support/builders.js';
import { startTestHub, type TestHub } from '../support/hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
  await hub.ask('mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }', {
    variables: { input: [aMine()] },
  });
});
afterAll(() => hub.stop());

describe.each([
  ['mines', 'filter: { divisionCode: $code }', '{ totalCount }'],
  ['licences', 'filter: { divisionCode: $code }', '{ totalCount }'],
  ['permittedAreas', 'filter: { divisionCode: $code }', '{ totalCount }'],
  ['observations', 'filter: { divisionCode: $code }', '{ totalCount }'],
  ['violations', 'filter: { divisionCode: $code }', '{ totalCount }'],
  ['violationStatistics', 'groupBy: [], filter: { divisionCode: $code }', '{ count }'],
  ['updates', 'after: "BEGIN", filter: { divisionCode: $code }', '{ nodes { id } }'],
  ['boundaryConflicts', 'divisionCode: $code', '{ totalCount }'],
])('%s', (field, args, selection) => {
  const ask = async (code: string) =>
    (await hub.ask(`query ($code: String) { ${field}(${args}) ${selection} }`, { variables: { code } })).body;

  // A part of a code once found whatever begins like it, and none at all found everything.
  test.each(['', '1', '14022', '1402261', '0', ' 140226', '14%'])('refuse %j as a division', async (code) => {
    const [error] = (await ask(code)).errors ?? [];
    expect(error?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(error?.message).toContain(`"${code}" is no division code: it has six digits`);
    expect(error?.extensions['field']).toBe(args.includes('filter') ? 'filter.divisionCode' : 'divisionCode');
  });

  test('take a division that holds nothing', async () => {
    expect((await ask('659001')).errors).toBeUndefined();
  });
});
