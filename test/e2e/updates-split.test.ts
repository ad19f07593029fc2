import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMine, mineId } from '../support/builders.js';
import { ask } from '../support/hub.js';
import { subscribe } from '../support/subscriber.js';
import { type Deployment, deploySplit } from '../support/topology.js';

describe.skipIf(!process.env['TEST_DATABASE_URL'])(
  'a split hub (needs TEST_DATABASE_URL: the embedded database belongs to one process)',
  () => {
    let split: Deployment;
    beforeAll(async () => {
      split = await deploySplit();
    });
    afterAll(() => split.stop());

    const UPSERT = 'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }';

    async function register(): Promise<string> {
      const mine = aMine();
      const { body } = await ask(split.url, UPSERT, { variables: { input: [mine] } });
      expect(body.errors).toBeUndefined();
      return mineId(mine.code);
    }

    test('a gateway without a database tells of updates from its subgraphs, backfilled and live, enriched from several', async () => {
      const earlier = await register();
      const subscriber = subscribe(split.url, {
        after: 'BEGIN',
        filter: { type: ['mine.*'] },
        select:
          'cursor type subjectId subject { ... on Mine { id name operator { name } violations { totalCount } } }',
      });
      await subscriber.until(({ subjectId }) => subjectId === earlier);
      const live = [await register(), await register()];
      const update = await subscriber.until(({ subjectId }) => subjectId === live[1]);
      expect(subscriber.received.map(({ subjectId }) => subjectId)).toEqual([earlier, ...live]);
      expect(update['subject']).toMatchObject({ id: live[1], violations: { totalCount: 0 } });
      expect(subscriber.errors).toEqual([]);
      subscriber.stop();
    });

    test('a subgraph refuses subscriptions that its gateway has not signed', async () => {
      const { origin } = new URL(split.subgraphUrls['enforcement'] ?? '');
      const subscriber = subscribe(origin);
      await subscriber.ended;
      expect(subscriber.errors[0]?.extensions['code']).toBe('SIGNATURE_INVALID');
      subscriber.stop();
    });

    test.each([
      ['boundaries', 'export/permitted-areas.geojson'],
      ['enforcement', 'evidence/11111111-1111-8111-8111-111111111111.zip'],
    ])('a subgraph refuses downloads that its gateway has not signed: %s', async (name, file) => {
      const direct = await fetch(new URL(`/${file}`, split.subgraphUrls[name]));
      expect([direct.status, await direct.json()]).toMatchObject([
        401,
        { errors: [{ extensions: { code: 'SIGNATURE_INVALID' } }] },
      ]);
      const { status, headers } = await fetch(`${split.url}/${file}`);
      expect([status, headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
    });
  },
);
