import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMine, mineId } from '../support/builders.js';
import { readBytes } from '../support/format-fixtures.js';
import { startTestHub, type TestHub } from '../support/hub.js';
import { NOTICE } from '../support/notice-intake.js';
import { CHINA } from '../support/service-parts.js';

let hub: TestHub;
const code = 'DOWNLOAD';

beforeAll(async () => {
  hub = await startTestHub();
  const { location: _location, ...mine } = aMine({ code, divisionCode: '210381' });
  const data = async (query: string, variables: Record<string, unknown>) => {
    const { body } = await hub.ask(query, { variables });
    expect(body.errors).toBeUndefined();
  };
  await data('mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }', {
    input: [mine],
  });
  await data(
    `mutation ($mineId: ID!, $content: String!) {
      importPermittedAreas(mineId: $mineId, content: $content, options: {
        kind: MINING_RIGHT, authority: "辽宁省自然资源厅", validFrom: "2025-12-01", sigmaMetres: 0.1
      }) { recorded }
    }`,
    { mineId: mineId(code), content: NOTICE },
  );
}, 120_000);
afterAll(() => hub.stop());

const get = (target: string, method = 'GET') => fetch(`${hub.url}/export/${target}`, { method });

describe('the download', () => {
  test('is a file with a name, the same that the service writes', async () => {
    const response = await get(`permitted-areas.txt?format=LAND_TXT&mine=${code}&kind=MINING_RIGHT`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="permitted-areas-${code}-land-txt.txt"`,
    );
    const file = await readBytes('LAND_TXT', Buffer.from(await response.arrayBuffer()), null, CHINA);
    expect(file).toMatchObject({ issues: [] });
    expect(file.features).toHaveLength(2);
    const head = await get(`permitted-areas.geojson?mine=${code}`, 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('of all areas has as many as the graph', async () => {
    const response = await get('permitted-areas.geojson');
    expect(response.headers.get('content-type')).toBe('application/geo+json');
    expect(response.headers.get('content-length')).toBeNull();
    const { features } = (await response.json()) as { features: unknown[] };
    const { body } = await hub.ask('{ permittedAreas(first: 1) { totalCount } }');
    expect(body.data).toEqual({ permittedAreas: { totalCount: features.length } });
  });

  test.each([
    [
      'a mine that is not there',
      'permitted-areas.txt?format=LAND_TXT&mine=NOWHERE',
      404,
      'NOT_FOUND',
      undefined,
    ],
    ['an ending of several formats', 'permitted-areas.txt?mine=X', 400, 'BAD_USER_INPUT', 'format'],
    ['an ending of no format', 'permitted-areas.dwg', 400, 'BAD_USER_INPUT', 'format'],
    ['a format that ends otherwise', 'permitted-areas.txt?format=GEOJSON', 400, 'BAD_USER_INPUT', 'format'],
    ['a kind that is none', 'permitted-areas.geojson?kind=GARDEN', 400, 'BAD_USER_INPUT', 'kind'],
    ['a word of the language', 'permitted-areas.geojson?kind=toString', 400, 'BAD_USER_INPUT', 'kind'],
    ['a day that is none', 'permitted-areas.geojson?validOn=2026-13-01', 400, 'BAD_USER_INPUT', 'validOn'],
    [
      'a day that no month has',
      'permitted-areas.geojson?validOn=2026-02-30',
      400,
      'BAD_USER_INPUT',
      'validOn',
    ],
    ['a day of no year', 'permitted-areas.geojson?validOn=0000-01-01', 400, 'BAD_USER_INPUT', 'validOn'],
    [
      'an instant that no month has',
      'permitted-areas.geojson?known=2026-02-30T00:00:00Z',
      400,
      'BAD_USER_INPUT',
      'known',
    ],
    [
      'an instant without zone',
      'permitted-areas.geojson?known=2026-01-01T00:00:00',
      400,
      'BAD_USER_INPUT',
      'known',
    ],
    ['a parameter that is none', 'permitted-areas.geojson?day=2026-01-01', 400, 'BAD_USER_INPUT', 'day'],
    ['nothing', `permitted-areas.geojson?mine=${code}&kind=RED_LINE`, 404, 'NOT_FOUND', undefined],
    ['two mines', `permitted-areas.geojson?mine=${code}&mine=X`, 400, 'BAD_USER_INPUT', 'mine'],
    ['a CRS that is none', 'permitted-areas.zip?srid=99', 400, 'BAD_USER_INPUT', 'srid'],
    ['a CRS the format cannot have', 'permitted-areas.geojson?srid=4529', 422, 'EXPORT_REFUSED', 'srid'],
    ['another name', 'areas.geojson', 404, 'NOT_FOUND', undefined],
  ])('of %s is an error with its code', async (_name, target, status, code, field) => {
    const response = await get(target);
    const { errors } = (await response.json()) as { errors: { extensions: Record<string, unknown> }[] };
    expect([response.status, errors[0]?.extensions['code'], errors[0]?.extensions['field']]).toEqual([
      status,
      code,
      field,
    ]);
    expect(response.headers.get('content-disposition')).toBeNull();
  });

  test('is asked for with GET', async () => {
    const response = await get('permitted-areas.geojson', 'POST');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
