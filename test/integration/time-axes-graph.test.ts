import { afterAll, beforeAll, expect, test } from 'vitest';
import { creditCode } from '../support/builders.js';
import { startTestHub, type TestHub } from '../support/hub.js';
import { squareOutline } from '../support/versions.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
  await ask(
    `mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created rejected { message } } }`,
    {
      input: [
        {
          ...{
            code: 'GRAPH-1',
            name: 'Mine',
            resource: 'COAL',
            method: 'OPEN_PIT',
            scale: 'SMALL',
            status: 'PRODUCING',
          },
          ...{ divisionCode: '150421', operatorName: 'Operator', operatorCreditCode: creditCode(900) },
          location: { type: 'Point', coordinates: [120, 42.98] },
        },
      ],
    },
  );
});
afterAll(() => hub.stop());

async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { body } = await hub.ask(query, { variables });
  expect(body.errors).toBeUndefined();
  return body.data ?? {};
}

const GROUNDS = { reason: 'Found wrong on review', documentNumber: 'R-1' };

test('areas are corrected, ended and withdrawn through the graph, and answer as of any instant', async () => {
  const { mine } = await ask(`{ mine(code: "GRAPH-1") { id } }`);
  const { importPermittedAreas: imported } = await ask(
    `mutation ($mineId: ID!, $content: String!) {
       importPermittedAreas(mineId: $mineId, format: WKT, content: $content, options: {
         kind: MINING_RIGHT, authority: "Office", validFrom: "2024-01-01", sigmaMetres: 0.1, documentNumber: "D-1"
       }) { areas { id recordedAt } judgementDiff { id } }
     }`,
    { mineId: (mine as { id: string }).id, content: squareOutline(500) },
  );
  const [{ id, recordedAt }] = (imported as { areas: [{ id: string; recordedAt: string }] }).areas;
  const changed = await ask(
    `mutation ($id: ID!, $reason: String!, $documentNumber: String, $outline: OutlineInput!) {
       correctPermittedArea(input: { id: $id, outline: $outline, floorMetres: 70, ceilingMetres: 200, reason: $reason, documentNumber: $documentNumber }) {
         area { version change floorMetres ceilingMetres } rejected { code } judgementDiff { id }
       }
       endPermittedArea(id: $id, on: "2025-01-01", reason: $reason, documentNumber: $documentNumber) {
         area { version change validTo }
       }
       withdrawPermittedArea(id: $id, reason: $reason) { area { version withdrawal { reason documentNumber } } }
     }`,
    { id, ...GROUNDS, outline: { format: 'WKT', content: squareOutline(600) } },
  );
  expect(changed).toMatchObject({
    correctPermittedArea: { area: { version: 2, change: 'CORRECTED', floorMetres: 70 }, rejected: [] },
    endPermittedArea: { area: { version: 3, change: 'ENDED', validTo: '2025-01-01' } },
    withdrawPermittedArea: {
      area: { version: 3, withdrawal: { reason: GROUNDS.reason, documentNumber: null } },
    },
  });
  const read = await ask(
    `query ($id: ID!, $known: DateTime!) {
       now: permittedArea(id: $id) { id }
       earlier: permittedArea(id: $id, asOf: { known: $known }) {
         version supersededAt mine { code }
         history { version change changeReason changeDocumentNumber withdrawal { reason } geometry }
       }
       mine(code: "GRAPH-1") { permittedAreas { id } before: permittedAreas(asOf: { known: $known, valid: "2026-01-01T00:00:00Z" }) { version } }
     }`,
    { id, known: recordedAt },
  );
  expect(read).toMatchObject({
    now: null,
    earlier: { version: 1, mine: { code: 'GRAPH-1' } },
    mine: { permittedAreas: [], before: [{ version: 1 }] },
  });
  expect((read['earlier'] as { history: object[] }).history).toMatchObject([
    { version: 1, change: 'RECORDED', withdrawal: null },
    { version: 2, change: 'CORRECTED', changeReason: GROUNDS.reason, changeDocumentNumber: 'R-1' },
    { version: 3, change: 'ENDED', withdrawal: { reason: GROUNDS.reason } },
  ]);
});

test('licences are renewed, suspended, resumed, revoked and withdrawn through the graph', async () => {
  await ask(
    `mutation ($input: [LicenceInput!]!) { upsertLicences(input: $input, reason: "Taken over") { created } }`,
    {
      input: [
        {
          mineCode: 'GRAPH-1',
          kind: 'MINING_LICENCE',
          number: 'G-1',
          issuer: 'Office',
          validFrom: '2024-01-01',
          validTo: '2027-01-01',
        },
      ],
    },
  );
  const { licence } = await ask(`{ licence(number: "G-1") { recordedAt change changeReason } }`);
  expect(licence).toMatchObject({ change: 'ISSUED', changeReason: 'Taken over' });
  const { recordedAt } = licence as { recordedAt: string };
  const changed = await ask(
    `mutation ($reason: String!) {
       renewLicence(input: { number: "G-1", validTo: "2030-01-01", reason: $reason }) { licence { version change validTo } judgementDiff { id } }
       suspendLicence(number: "G-1", from: "2025-01-01", reason: $reason) { licence { version status(on: "2025-06-01") } }
       resumeLicence(number: "G-1", on: "2025-07-01", reason: $reason) { licence { version suspendedTo } }
       revokeLicence(number: "G-1", on: "2026-01-01", reason: $reason, documentNumber: "R-9") { licence { version changeDocumentNumber } }
       withdrawLicence(number: "G-1", reason: $reason) { licence { version withdrawal { at reason } } }
     }`,
    GROUNDS,
  );
  expect(changed).toMatchObject({
    renewLicence: { licence: { version: 2, change: 'RENEWED', validTo: '2030-01-01' }, judgementDiff: null },
    suspendLicence: { licence: { version: 3, status: 'SUSPENDED' } },
    resumeLicence: { licence: { version: 4, suspendedTo: '2025-07-01' } },
    revokeLicence: { licence: { version: 5, changeDocumentNumber: 'R-9' } },
    withdrawLicence: { licence: { version: 5, withdrawal: { reason: GROUNDS.reason } } },
  });
  const read = await ask(
    `query ($known: DateTime!) {
       licence(number: "G-1") { id }
       licences(asOf: { known: $known, valid: "2025-06-01T00:00:00Z" }) { totalCount nodes { number version status updatedAt } }
       mine(code: "GRAPH-1") { licences { id } before: licences(asOf: { known: $known }) { version history { version change } } }
     }`,
    { known: recordedAt },
  );
  expect(read).toMatchObject({
    licence: null,
    licences: {
      totalCount: 1,
      nodes: [{ number: 'G-1', version: 1, status: 'VALID', updatedAt: recordedAt }],
    },
    mine: { licences: [], before: [{ version: 1 }] },
  });
  const [{ history }] = (read['mine'] as { before: [{ history: { change: string }[] }] }).before;
  expect(history.map(({ change }) => change)).toEqual([
    'ISSUED',
    'RENEWED',
    'SUSPENDED',
    'RESUMED',
    'REVOKED',
  ]);
});

test('an observation is withdrawn through the graph, and its violation answers as of before', async () => {
  const { submitObservations } = await ask(
    `mutation ($input: [ObservationInput!]!) { submitObservations(input: $input) { observations { id } violations { id } } }`,
    {
      input: [
        {
          ...{ provider: 'survey', providerRef: '1', activity: 'STRIPPING', method: 'UAV', sigmaMetres: 0.5 },
          observedAt: '2026-02-01T00:00:00Z',
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [121, 43],
                [121.001, 43],
                [121.001, 43.001],
                [121, 43.001],
                [121, 43],
              ],
            ],
          },
        },
      ],
    },
  );
  const { observations, violations } = submitObservations as {
    observations: { id: string }[];
    violations: { id: string }[];
  };
  const ids = { observation: observations[0]?.id, violation: violations[0]?.id };
  const before = new Date().toISOString();
  const { withdrawObservation } = await ask(
    `mutation ($observation: ID!) { withdrawObservation(id: $observation, reason: "Another place") {
       observation { withdrawal { reason } } judgementDiff { id }
     } }`,
    ids,
  );
  expect(withdrawObservation).toMatchObject({ observation: { withdrawal: { reason: 'Another place' } } });
  const read = await ask(
    `query ($observation: ID!, $violation: ID!, $before: DateTime!) {
       observations { totalCount }
       earlier: observations(asOf: { known: $before }) { totalCount nodes { id geometry } }
       violation(id: $violation) { state history { to } }
       was: violation(id: $violation, asOf: { known: $before }) { state history { to } series { observedOn } growth { to } geometry findings { observation { id withdrawal { reason } } } }
       violations(asOf: { known: $before, valid: "2026-01-31T00:00:00Z" }) { totalCount }
       judgement(observationId: $observation, asOf: { known: $before }) { plan { verdict } }
     }`,
    { ...ids, before },
  );
  expect(read).toMatchObject({
    observations: { totalCount: 0 },
    earlier: { totalCount: 1, nodes: [{ id: ids.observation, geometry: { type: 'MultiPolygon' } }] },
    violation: { state: 'AUTO_CLOSED', history: [{ to: 'AUTO_CLOSED' }] },
    was: {
      state: 'DETECTED',
      history: [],
      series: [{ observedOn: '2026-02-01' }],
      growth: { to: '2026-02-01' },
      geometry: { type: 'MultiPolygon' },
      findings: [{ observation: { id: ids.observation } }],
    },
    violations: { totalCount: 0 },
    judgement: { plan: { verdict: 'UNLICENSED' } },
  });
});

test.each(['0001-01-01T00:00:00Z', '0099-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])(
  'nothing had been or will be in force at %s',
  async (valid) => {
    const [nothing, asOf] = [{ totalCount: 0 }, `asOf: { valid: "${valid}", known: "${valid}" }`];
    const { observations, violations, ...inForce } = await ask(`{
      permittedAreas(${asOf}) { totalCount } licences(${asOf}) { totalCount nodes { status } }
      observations(${asOf}) { totalCount } violations(${asOf}) { totalCount }
    }`);
    expect(inForce).toEqual({ permittedAreas: nothing, licences: { ...nothing, nodes: [] } });
    if (valid < '1000') expect([observations, violations]).toEqual([nothing, nothing]);
  },
);
