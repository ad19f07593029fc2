import { describe, expect, inject, test } from 'vitest';
import { type OwnHub, ownDatabases, startHubOn } from '../support/own-hub.js';

const native = inject('databaseTemplate').kind === 'native';
const own = ownDatabases();

const AS_OF = '2026-03-01T00:00:00+08:00';
const QUERIES = [
  `{ licences(first: 50, asOf: { valid: "${AS_OF}" }) { nodes { number status validFrom validTo } } }`,
  '{ permittedAreas(first: 50) { nodes { validFrom validTo areaSquareMetres } } }',
  '{ violations(first: 50) { nodes { id firstObservedAt lastObservedAt areaSquareMetres } } }',
  '{ dataQualityFindings(first: 50) { nodes { code } } }',
];

async function answersOf(hub: OwnHub): Promise<readonly unknown[]> {
  const answers = [];
  for (const query of QUERIES) {
    const { body } = await hub.ask(query);
    expect(body.errors, query).toBeUndefined();
    answers.push(body.data);
  }
  return answers;
}

/** Ids of all violations, page by page, by area. */
async function walk(hub: OwnHub): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  // More pages than there can be would be a walk that does not advance.
  for (let pages = 0; pages < 100; pages += 1) {
    const { body } = await hub.ask(
      'query ($after: String) { violations(first: 5, after: $after, orderBy: AREA_DESC) { nodes { id } pageInfo { hasNextPage endCursor } } }',
      { variables: { after } },
    );
    const page = (body.data as unknown as { violations: Page }).violations;
    ids.push(...page.nodes.map(({ id }) => id));
    if (!page.pageInfo.hasNextPage) return ids;
    after = page.pageInfo.endCursor;
  }
  return ids;
}

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

const ADVERSE = {
  datestyle: "'German'",
  intervalstyle: "'sql_standard'",
  extra_float_digits: '0',
  search_path: `'"$user", app'`,
  default_transaction_isolation: "'serializable'",
  bytea_output: "'escape'",
  array_nulls: 'off',
};

describe.skipIf(!native)('the answers do not depend on what the database was given as its own', () => {
  test('settings of the database', async () => {
    const database = await own();
    const usual = await startHubOn(database.url, { MINEBOUND_SEED: 'demo' });
    const expected = await answersOf(usual);
    const inOrder = await walk(usual);
    await usual.stop();
    expect(new Set(inOrder).size).toBe(inOrder.length);
    expect(inOrder.length).toBeGreaterThan(50);
    for (const [name, value] of Object.entries(ADVERSE)) {
      await database.run(`alter database $name set ${name} = ${value}`);
    }
    const hub = await startHubOn(database.url);
    try {
      expect(await answersOf(hub)).toEqual(expected);
      expect(await walk(hub)).toEqual(inOrder);
      const { body } = await hub.ask(
        `{ licences(first: 50, asOf: { valid: "${AS_OF}" }) { nodes { number status } } }`,
      );
      const { nodes } = (
        body.data as unknown as { licences: { nodes: { number: string; status: string }[] } }
      ).licences;
      const { number } = nodes.find(({ status }) => status === 'VALID') ?? { number: '' };
      const suspended = await hub.ask(
        `mutation ($number: String!) { suspendLicence(number: $number, from: "2026-04-01", reason: "inspection") { licence { status(on: "2026-05-01") } } }`,
        { variables: { number } },
      );
      expect(suspended.body).toEqual({ data: { suspendLicence: { licence: { status: 'SUSPENDED' } } } });
      const judged = await hub.ask('mutation { judge(all: true) { state } }');
      expect(judged.body.errors).toBeUndefined();
    } finally {
      await hub.stop();
    }
  });

  test('PostGIS in a schema of its own', async () => {
    const database = await own('');
    await database.run('create schema extensions');
    await database.run('create extension postgis schema extensions');
    await database.run('create extension btree_gist schema extensions');
    const hub = await startHubOn(database.url, { MINEBOUND_SEED: 'demo' });
    try {
      await answersOf(hub);
      const judged = await hub.ask('mutation { judge(all: true) { state } }');
      expect(judged.body.errors).toBeUndefined();
      const exported = await fetch(`${hub.url}/export/permitted-areas.geojson`);
      expect(exported.status).toBe(200);
      expect(((await exported.json()) as { features: unknown[] }).features.length).toBeGreaterThan(50);
    } finally {
      await hub.stop();
    }
  });
});
