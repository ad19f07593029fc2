import { expect, test } from 'vitest';
import { DIVISIONS } from '../support/builders.js';
import { startTestHub } from '../support/hub.js';

test('a hub starts, answers and judges on the least number of connections', async () => {
  const hub = await startTestHub({ DATABASE_POOL: '2', JUDGING_CONNECTIONS: '4' });
  try {
    const [division] = DIVISIONS;
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () =>
        hub.ask(
          `{ division(code: "${division?.code}") { name } mines(first: 1) { totalCount } violations(first: 1) { totalCount } }`,
        ),
      ),
      ...Array.from({ length: 2 }, () => hub.ask('mutation { judge(all: true) { state } }')),
    ]);
    for (const { body } of answers) expect(body.errors).toBeUndefined();
    expect(answers.at(-1)?.body.data).toEqual({ judge: { state: 'DONE' } });
  } finally {
    await hub.stop();
  }
});
