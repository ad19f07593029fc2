import { afterAll, beforeAll, expect, test } from 'vitest';
import { aMine } from '../../support/builders.js';
import { type CommandLine, openCommandLine } from '../../support/command-line.js';
import { startTestHub, type TestHub } from '../../support/hub.js';

let hub: TestHub;
let commands: CommandLine;
beforeAll(async () => {
  [hub, commands] = await Promise.all([startTestHub(), openCommandLine()]);
  const { body } = await hub.ask(
    'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }',
    {
      variables: { input: [aMine(), aMine()] },
    },
  );
  expect(body.errors).toBeUndefined();
});
afterAll(async () => {
  await hub.stop();
  await commands.close();
});

const tail = (...argv: string[]) =>
  commands.run(['tail', '--url', hub.url, '--filter', '{"type":["mine.*"]}', ...argv]);

test('minebound tail says where to follow on from, and not from a cursor that was refused', async () => {
  const first = await tail('--after', 'BEGIN', '--count', '1');
  expect([first.code, first.out.split('\n')]).toEqual([0, [expect.stringContaining('mine.created'), '']]);
  const cursor = /^follow on with --after (\S+)$/m.exec(first.err)?.[1] ?? '';
  expect((await tail('--after', cursor, '--count', '1')).code).toBe(0);
  const refused = await tail('--after', 'zzz');
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('not issued by this hub');
  expect(refused.err).not.toContain('--after');
});
