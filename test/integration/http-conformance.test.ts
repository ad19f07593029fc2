import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHub, type TestHub } from '../support/hub.js';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.stop());

const audits = serverAudits({ url: () => `${hub.url}/graphql` });

test('the audit knows the MUST and SHOULD of the specification', () => {
  expect(audits.filter((audit) => /^(MUST|SHOULD)/.test(audit.name)).length).toBeGreaterThan(30);
});

test.each(audits.map((audit) => [audit.name, audit] as const))('GraphQL over HTTP: %s', async (_, audit) => {
  const result = await audit.fn();
  if (result.status !== 'ok') expect.fail(`${result.status}: ${result.reason}`);
});
