import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPack } from '../../src/evidence/integrity.js';
import { creditCode } from '../support/builders.js';
import { type Answer, type AskOptions, ask } from '../support/hub.js';
import { type Deployment, deploySplit, deployWhole } from '../support/topology.js';

const NATIVE = process.env['TEST_DATABASE_URL'];

/** A rectangle in degrees as a GeoJSON polygon. */
const box = (west: number, south: number, east: number, north: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});

const MINE = {
  code: 'E2E-1',
  name: '端到端露天煤矿',
  resource: 'COAL',
  method: 'OPEN_PIT',
  scale: 'SMALL',
  status: 'PRODUCING',
  divisionCode: '150421',
  operatorName: '端到端矿业有限公司',
  operatorCreditCode: creditCode(1),
  location: { type: 'Point', coordinates: [120.005, 43.505] },
};

describe.each([
  ['one process', deployWhole],
  ...(NATIVE ? [['a gateway and a process for each subgraph', deploySplit] as const] : []),
] as const)('the hub as %s', (_, deploy) => {
  let hub: Deployment;
  let mineId: string;

  const send = (query: string, variables = {}, options: AskOptions = {}): Promise<Answer> =>
    ask(hub.url, query, { variables, ...options });
  // biome-ignore format: one line reads best
  const data = async (query: string, variables = {}) => {
    const { body } = await send(query, variables);
    expect(body.errors).toBeUndefined();
    return JSON.parse(JSON.stringify(body.data));
  };

  beforeAll(async () => {
    hub = await deploy();
  });
  afterAll(() => hub?.stop());

  test('is ready, every process of it', async () => {
    for (const { url } of hub.processes) {
      const response = await fetch(`${url}/readyz`);
      expect([response.status, await response.json()]).toMatchObject([200, { status: 'ready' }]);
    }
  });

  test('takes in a mine, and rejects the row that is wrong', async () => {
    const { upsertMines } = await data(
      'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created rejected { index code path } } }',
      { input: [MINE, { ...MINE, code: 'E2E-2', operatorCreditCode: 'nonsense' }] },
    );
    expect(upsertMines).toEqual({
      created: 1,
      rejected: [{ index: 1, code: 'CREDIT_CODE_INVALID', path: 'operatorCreditCode' }],
    });
    ({
      mine: { id: mineId },
    } = await data('{ mine(code: "E2E-1") { id } }'));
  });

  test('takes in a licence and a permitted area', async () => {
    const { upsertLicences } = await data(
      'mutation ($input: [LicenceInput!]!) { upsertLicences(input: $input) { created rejected { message } } }',
      {
        input: [
          {
            mineCode: 'E2E-1',
            kind: 'MINING_LICENCE',
            number: 'C-E2E-1',
            issuer: '自然资源局',
            validFrom: '2025-01-01',
          },
        ],
      },
    );
    expect(upsertLicences).toEqual({ created: 1, rejected: [] });
    const { importPermittedAreas } = await data(
      `mutation ($mineId: ID!, $content: String!) {
        importPermittedAreas(mineId: $mineId, format: GEOJSON, content: $content, options: {
          kind: MINING_RIGHT, authority: "自然资源局", validFrom: "2025-01-01", sigmaMetres: 0.1
        }) { recorded rejected { message } areas { kind mine { name } } }
      }`,
      { mineId, content: JSON.stringify(box(120, 43.5, 120.01, 43.51)) },
    );
    expect(importPermittedAreas).toEqual({
      recorded: 1,
      rejected: [],
      areas: [{ kind: 'MINING_RIGHT', mine: { name: MINE.name } }],
    });
  });

  test('judges an observation in the call that submits it, and answers across four subgraphs', async () => {
    const { submitObservations } = await data(
      `mutation ($input: [ObservationInput!]!) {
        submitObservations(input: $input) {
          rejected { message }
          judgements { plan { verdict } observation { providerRef } }
          violations { kind verdict mine { code operator { name } licences { number status } } }
        }
      }`,
      {
        input: [
          {
            provider: 'e2e',
            providerRef: 'flight-1',
            mineCode: 'E2E-1',
            activity: 'STRIPPING',
            method: 'UAV',
            observedAt: '2026-05-01T04:00:00Z',
            sigmaMetres: 0.5,
            geometry: box(120.008, 43.503, 120.012, 43.505),
          },
        ],
      },
    );
    expect(submitObservations).toEqual({
      rejected: [],
      judgements: [{ plan: { verdict: 'CONFIRMED' }, observation: { providerRef: 'flight-1' } }],
      violations: [
        {
          kind: 'STRIPPING_OUT_OF_BOUNDS',
          verdict: 'CONFIRMED',
          mine: {
            code: 'E2E-1',
            operator: { name: MINE.operatorName },
            licences: [{ number: 'C-E2E-1', status: 'VALID' }],
          },
        },
      ],
    });
  });

  test('answers the question it exists for: which small open pits strip out of bounds in a county', async () => {
    const { violations } = await data(`{
      violations(filter: {
        divisionCode: "150421", kind: [STRIPPING_OUT_OF_BOUNDS], scale: [SMALL], method: [OPEN_PIT]
      }) {
        totalCount
        nodes {
          areaSquareMetres overrunMetres firstObservedAt
          mine { name division { name } permittedAreas { kind areaSquareMetres } }
          findings { verdict observation { method } }
        }
      }
    }`);
    expect(violations.totalCount).toBe(1);
    const [violation] = violations.nodes;
    // 0.002 degrees of longitude by 0.002 of latitude at 43.5 degrees north.
    expect(violation.areaSquareMetres).toBeCloseTo(161.8 * 222.2, -3);
    expect(violation.overrunMetres).toBeCloseTo(161.8, 0);
    expect(violation.mine).toMatchObject({
      name: MINE.name,
      division: { name: '阿鲁科尔沁旗' },
      permittedAreas: [{ kind: 'MINING_RIGHT' }],
    });
    expect(violation.findings).toEqual([{ verdict: 'CONFIRMED', observation: { method: 'UAV' } }]);
  });

  test('hands out areas and the evidence of a violation as files, to who asks the gateway', async () => {
    const areas = await fetch(`${hub.url}/export/permitted-areas.geojson?mine=E2E-1`);
    expect([areas.status, areas.headers.get('content-type')]).toEqual([200, 'application/geo+json']);
    expect(((await areas.json()) as { features: unknown[] }).features).toHaveLength(1);
    const { violations } = await data('{ violations { nodes { id } } }');
    const evidence = await fetch(`${hub.url}/evidence/${violations.nodes[0].id}.zip`);
    expect(evidence.status).toBe(200);
    const name = /filename="([^"]+)"/.exec(evidence.headers.get('content-disposition') ?? '')?.[1] ?? '';
    const pack = await openPack(new Uint8Array(await evidence.arrayBuffer()), name);
    expect([pack.digest, '1']).toEqual([
      evidence.headers.get('x-evidence-digest'),
      evidence.headers.get('x-evidence-sequence'),
    ]);
  });

  test('refuses a bad file with line, ring and vertex, and writes nothing of it', async () => {
    const bowTie = {
      type: 'Polygon',
      coordinates: [
        [
          [120, 43],
          [120.01, 43.01],
          [120.01, 43],
          [120, 43.01],
          [120, 43],
        ],
      ],
    };
    const { importPermittedAreas } = await data(
      `mutation ($mineId: ID!, $content: String!) {
        importPermittedAreas(mineId: $mineId, format: GEOJSON, content: $content, options: {
          kind: DUMP_SITE, authority: "自然资源局", validFrom: "2025-01-01", sigmaMetres: 0.1
        }) { recorded rejected { code } }
      }`,
      { mineId, content: JSON.stringify(bowTie) },
    );
    expect(importPermittedAreas.recorded).toBe(0);
    expect(importPermittedAreas.rejected.length).toBeGreaterThan(0);
    const { mine } = await data('{ mine(code: "E2E-1") { permittedAreas(kind: [DUMP_SITE]) { id } } }');
    expect(mine).toEqual({ permittedAreas: [] });
  });

  test('says of a failure the same code, place and request id', async () => {
    const { body } = await send(
      '{ mines(first: 900) { totalCount } }',
      {},
      { headers: { 'x-request-id': 'e2e-7' } },
    );
    expect(body.errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'first',
      requestId: 'e2e-7',
    });
  });

  test('can be traced by the request id through every process that took part', async () => {
    await send(
      '{ mine(code: "E2E-1") { name licences { number } } }',
      {},
      { headers: { 'x-request-id': 'trace-me' } },
    );
    const asked = () => hub.processes.filter((each) => each.log().includes('"requestId":"trace-me"')).length;
    await expect.poll(asked).toBe(hub.processes.length === 1 ? 1 : 3);
  });
});

if (!NATIVE) {
  test.skip('the split hub needs TEST_DATABASE_URL: the embedded database belongs to one process', () => {});
}
