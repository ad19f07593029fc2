import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aLicence, aMine, mineId } from '../support/builders.js';
import { type CommandLine, openCommandLine } from '../support/command-line.js';
import { startTestHub, type TestHub } from '../support/hub.js';

// PostgreSQL keeps neither U+0000 nor half of a surrogate pair, and says so with an error that nobody could act on.

const NUL = 'a\0b';
const HALF = 'a\ud800b';

let hub: TestHub;
let registry: TestHub;

beforeAll(async () => {
  [hub, registry] = await Promise.all([startTestHub(), startTestHub({}, 'subgraph:registry')]);
});
afterAll(() => Promise.all([hub.stop(), registry.stop()]));

const SQUARE = [
  [120, 43.5],
  [120.01, 43.5],
  [120.01, 43.51],
  [120, 43.51],
  [120, 43.5],
];
const polygon = { type: 'Polygon', coordinates: [SQUARE] };
const anObservation = {
  provider: 'p',
  activity: 'EXTRACTION',
  method: 'UAV',
  observedAt: '2026-05-01T00:00:00Z',
  sigmaMetres: 1,
};

const SUBMIT =
  'mutation ($input: [ObservationInput!]!) { submitObservations(input: $input) { rejected { code } } }';
const IMPORT = `mutation ($number: String, $content: String!) {
  importPermittedAreas(mineId: "x", format: GEOJSON, content: $content,
    options: { kind: MINING_RIGHT, authority: "A", validFrom: "2020-01-01", sigmaMetres: 1, documentNumber: $number }) { recorded }
}`;

describe.each([
  ['U+0000', NUL, 'U+0000'],
  ['half of a surrogate pair', HALF, 'U+D800'],
])('%s in the value of a variable is refused with its place', (_, bad, told) => {
  test.each([
    [
      'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }',
      { input: [aMine(), aMine({ name: bad })] },
      'input[1].name',
    ],
    [
      'mutation ($input: [LicenceInput!]!) { upsertLicences(input: $input) { created } }',
      { input: [aLicence({ seams: ['3', bad] })] },
      'input[0].seams[1]',
    ],
    ['query ($code: String) { mine(code: $code) { id } }', { code: bad }, 'code'],
    ['query ($f: MineFilter) { mines(filter: $f) { totalCount } }', { f: { search: bad } }, 'f.search'],
    [IMPORT, { number: bad, content: '{}' }, 'number'],
    [IMPORT, { number: 'D', content: bad }, 'content'],
    [SUBMIT, { input: [{ ...anObservation, geometry: { ...polygon, [bad]: 1 } }] }, 'input[0].geometry'],
  ])('%s', async (query, variables, field) => {
    const { status, body } = await hub.ask(query, { variables });
    expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field } });
    expect(body.errors?.[0]?.message).toContain(told);
    expect(status).toBe(400);
  });
});

test('a text in the document itself is refused with its place', async () => {
  const { status, body } = await hub.ask(
    '{ mines(filter: { divisionCode: "1", search: "a\\u0000b" }) { nodes { id } } }',
  );
  expect([status, body]).toMatchObject([
    400,
    { errors: [{ locations: [{}], extensions: { code: 'BAD_USER_INPUT', field: 'filter.search' } }] },
  ]);
});

test.each([
  [
    '{ licences { nodes { mine { permittedAreas(asOf: { valid: "2026-02-01T00:00:00" }) { id } } } } }',
    'asOf.valid',
    /RFC 3339/,
  ],
  ['{ permittedAreas(asOf: { known: 5 }) { totalCount } }', 'asOf.known', /RFC 3339/],
  ['query ($v: DateTime = "today") { permittedAreas(asOf: { known: $v }) { totalCount } }', 'v', /RFC 3339/],
  ['{ licences { nodes { status(on: "2026-02-30") } } }', 'on', /YYYY-MM-DD/],
])('a value that is no day or instant says what is expected: %s', async (query, field, told) => {
  const { status, body } = await hub.ask(query);
  expect(body.errors?.[0]).toMatchObject({
    message: expect.stringMatching(told),
    extensions: { code: 'BAD_USER_INPUT', field },
  });
  expect(status).toBe(400);
});

test('the same in a variable', async () => {
  const query = 'query ($v: DateTime!) { permittedAreas(asOf: { known: $v }) { totalCount } }';
  const { body } = await hub.ask(query, { variables: { v: '2026-02-01T00:00:00' } });
  expect(body.errors?.[0]).toMatchObject({
    message: expect.stringContaining('like 2026-02-01T00:00:00Z'),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('a pair of surrogates is a character like others', async () => {
  const { body } = await hub.ask('query ($code: String) { mine(code: $code) { id } }', {
    variables: { code: '𠮷' },
  });
  expect(body).toEqual({ data: { mine: null } });
});

test('what nests without end is refused, however it was meant', async () => {
  const endless = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const response = await fetch(`${hub.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"query": ${JSON.stringify(SUBMIT)}, "variables": {"input": [{"geometry": ${endless}}]}}`,
  });
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('a subgraph that is asked by a router of somebody else refuses the same', async () => {
  const literal = await registry.ask('{ mine(code: "a\\u0000b") { id } }');
  const variable = await registry.ask('query ($code: String) { mine(code: $code) { id } }', {
    variables: { code: NUL },
  });
  for (const { body } of [literal, variable]) {
    expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field: 'code' } });
  }
});

test.each([
  ['/export/permitted-areas.geojson?mine=a%00b', 'mine'],
  ['/export/permitted-areas.geojson?a%00b=1', 'A parameter'],
  ['/evidence/a%00b.zip', undefined],
])('%s is refused', async (path, field) => {
  const response = await fetch(hub.url + path);
  const body = (await response.json()) as { errors: { extensions: Record<string, unknown> }[] };
  expect(response.status).toBe(400);
  expect(body.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', ...(field && { field }) });
});

describe('files', () => {
  let commands: CommandLine;
  beforeAll(async () => {
    commands = await openCommandLine();
  });
  afterAll(() => commands.close());

  test('with a name that cannot be kept are refused, with the area', async () => {
    await hub.ask('mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created } }', {
      variables: { input: [aMine({ code: 'FILES' })] },
    });
    const feature = { type: 'Feature', geometry: polygon, properties: { name: NUL } };
    const content = Buffer.from(JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
    const { body } = await hub.ask(
      `mutation ($mineId: ID!, $content: String!) {
        importPermittedAreas(mineId: $mineId, format: GEOJSON, content: $content, encoding: BASE64, options: {
          kind: MINING_RIGHT, authority: "A", validFrom: "2020-01-01", sigmaMetres: 1
        }) { rejected { code index message } }
      }`,
      {
        variables: {
          mineId: mineId('FILES'),
          content: content.toString('base64'),
        },
      },
    );
    expect(body.data?.['importPermittedAreas']).toEqual({
      rejected: [{ code: 'TEXT_INVALID', index: 0, message: expect.stringContaining('U+0000') }],
    });
  });

  test.each([
    ['U+0000', `a\0b`, 'a\uFFFDb'],
    ['a character that is cut in two', `${'x'.repeat(59)}𠮷`, `${'x'.repeat(59)}\uFFFD`],
  ])('of which a word is quoted with %s are taken with the finding', async (_, kind, quoted) => {
    const feature = { type: 'Feature', geometry: polygon, properties: { kind } };
    const { body } = await hub.ask(
      `mutation ($mineId: ID!, $content: String!) {
        importPermittedAreas(mineId: $mineId, format: GEOJSON, content: $content, encoding: BASE64, options: {
          kind: MINING_RIGHT, authority: "A", validFrom: "2020-01-01", sigmaMetres: 1
        }) { findings { code message } rejected { code } }
      }`,
      {
        variables: {
          mineId: mineId('FILES'),
          content: Buffer.from(JSON.stringify(feature)).toString('base64'),
        },
      },
    );
    expect(body.data?.['importPermittedAreas']).toMatchObject({
      findings: [{ code: 'KIND_UNKNOWN', message: expect.stringContaining(`"${quoted}"`) }],
      rejected: [],
    });
  });

  test('of observations have each feature refused with the field', async () => {
    const path = join(commands.folder, 'seen.geojson');
    const features = [
      { type: 'Feature', geometry: polygon, properties: { ...anObservation, seam: NUL } },
      { type: 'Feature', geometry: polygon, properties: { ...anObservation, mineCode: NUL } },
    ];
    await writeFile(path, JSON.stringify({ type: 'FeatureCollection', features }));
    const { code, out } = await commands.run(['observe', path, '--json']);
    expect([code, JSON.parse(out).rejected]).toMatchObject([
      3,
      [
        { index: 0, code: 'TEXT_INVALID', path: 'seam' },
        { index: 1, code: 'TEXT_INVALID', path: 'mineCode' },
      ],
    ]);
  });

  test('and arguments of a command are told which', async () => {
    const { code, err } = await commands.run(['policy', '--reason', NUL]);
    expect([code, err]).toEqual([2, expect.stringContaining('argument 3 holds the character U+0000')]);
  });
});
