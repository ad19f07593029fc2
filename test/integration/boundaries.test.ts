import { execute, type GraphQLSchema, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixedClock } from '../../src/platform/clock.js';
import type { RequestContext } from '../../src/platform/context.js';
import type { IntakeOptions } from '../../src/subgraphs/boundaries/intake/intake.js';
import { createBoundariesService } from '../../src/subgraphs/boundaries/services.js';
import { createBoundariesSubgraph } from '../../src/subgraphs/boundaries/subgraph.js';
import { aMine, mineId } from '../support/builders.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { registerMines } from '../support/registered-mines.js';
import { serviceParts } from '../support/service-parts.js';

let database: TestDatabase;
let schema: GraphQLSchema;
let statements: string[] = [];

/** A square with its south-west corner at metres east and north of a place in zone 40 (EPSG:4528, 120°E). */
const square = (east: number, north: number, side = 1000): string => {
  const [x, y] = [40_500_000 + east, 4_820_000 + north];
  const ring = [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
    [x, y],
  ];
  return `SRID=4528;POLYGON((${ring.map((corner) => corner.join(' ')).join(',')}))`;
};

const MINES = ['WEST', 'MIDDLE', 'EAST', 'FAR', 'DEEP'];

beforeAll(async () => {
  database = await openTestDatabase();
  const { knex } = database;
  const deps = serviceParts(knex);
  await registerMines(knex, [
    ...MINES.map((code) => aMine({ code, location: null })),
    aMine({ code: 'OVER-THERE', location: null, divisionCode: '210381' }),
  ]);
  const boundaries = createBoundariesService(deps);
  const right = async (
    code: string,
    content: string,
    options: Partial<IntakeOptions> = {},
    at = '2026-01-01',
  ) => {
    const result = await boundaries.importPermittedAreas(
      testContext({ clock: fixedClock(`${at}T00:00:00Z`) }),
      {
        mineId: mineId(code),
        format: 'WKT',
        content,
        encoding: 'UTF8',
        options: {
          kind: 'MINING_RIGHT',
          authority: 'Department of Natural Resources',
          validFrom: '2025-01-01',
          validTo: '2030-01-01',
          sigmaMetres: 0.1,
          documentNumber: `right of ${code}`,
          ...options,
        },
      },
    );
    expect(result.rejected).toEqual([]);
  };
  // WEST and MIDDLE overlap by 100 m; MIDDLE and EAST share an edge; FAR lies 400 m east of EAST.
  await right('WEST', square(0, 0));
  await right('MIDDLE', square(900, 0));
  await right('EAST', square(1900, 0));
  await right('FAR', square(3300, 0));
  // DEEP lies under WEST without meeting its elevation band; OVER-THERE overlaps EAST.
  await right('WEST', square(0, 5000), { documentNumber: 'upper', floorMetres: 100, ceilingMetres: 200 });
  await right('DEEP', square(0, 5000), { floorMetres: -100, ceilingMetres: 100 });
  await right('OVER-THERE', square(2500, 500));
  await right('EAST', square(1900, 0), { kind: 'STRIPPING_LAND', validTo: '2026-03-01' });
  // A correction of FAR, known from May.
  await right('FAR', square(3300, 0, 900), {}, '2026-05-01');
  schema = (await createBoundariesSubgraph(deps)).schema;
  knex.on('query', ({ sql }: { sql: string }) => void statements.push(sql));
});
afterAll(() => database.close());

async function ask(
  text: string,
  variableValues: Record<string, unknown> = {},
  contextValue: RequestContext = testContext(),
): Promise<Record<string, unknown>> {
  statements = [];
  const result = await execute({ schema, document: parse(text), variableValues, contextValue });
  expect(result.errors).toBeUndefined();
  return result.data ?? {};
}

const mines = (...codes: string[]) => codes.map((code) => ({ __typename: 'Mine', id: mineId(code) }));
const OF_MINES = (fields: string) =>
  `query ($mines: [_Any!]!) { mines: _entities(representations: $mines) { ... on Mine { ${fields} } } }`;

describe('areas of many mines', () => {
  test('are one statement that reads neither geometry nor corners', async () => {
    const { mines: found } = await ask(
      OF_MINES(
        'permittedAreas(kind: [MINING_RIGHT]) { id version kind areaSquareMetres validFrom mine { id } }',
      ),
      { mines: mines(...MINES) },
    );
    expect((found as { permittedAreas: unknown[] }[]).map((mine) => mine.permittedAreas.length)).toEqual([
      2, 1, 1, 1, 1,
    ]);
    expect(statements).toHaveLength(1);
    expect(statements[0]).not.toMatch(/geom|corners|ST_/);
  });

  test('with geometry and corners are one statement more for each', async () => {
    const { mines: found } = await ask(
      OF_MINES('permittedAreas(kind: [MINING_RIGHT]) { geometry(srid: 4528) corners { number x y ring } }'),
      { mines: mines('WEST', 'MIDDLE') },
    );
    expect(statements).toHaveLength(3);
    const [, middle] = found as { permittedAreas: { geometry: unknown; corners: unknown[] }[] }[];
    expect(middle?.permittedAreas[0]).toMatchObject({
      geometry: { type: 'MultiPolygon', crs: { properties: { name: 'EPSG:4528' } } },
      corners: [{ number: '1', x: 4_820_000, y: 40_500_900, ring: 1 }, {}, {}, {}],
    });
  });

  test('are those known then, and in force only where asked for', async () => {
    const count = async (args: string) =>
      (
        (await ask(OF_MINES(`permittedAreas${args} { id version }`), { mines: mines('EAST', 'FAR') }))[
          'mines'
        ] as {
          permittedAreas: { version: number }[];
        }[]
      ).map((mine) => mine.permittedAreas.map(({ version }) => version));
    expect(await count('')).toEqual([[1, 1], [2]]);
    expect(await count('(asOf: { valid: "2026-02-28T12:00:00Z" })')).toEqual([[1, 1], [2]]);
    // 1 March begins in Shanghai at 16:00 UTC on 28 February.
    expect(await count('(asOf: { valid: "2026-02-28T16:00:00Z" })')).toEqual([[1], [2]]);
    expect(await count('(asOf: { known: "2026-04-30T00:00:00Z" })')).toEqual([[1, 1], [1]]);
    expect(await count('(asOf: { known: "2025-12-31T00:00:00Z" })')).toEqual([[], []]);
  });
});

test('an area answers by its id in its current version, by its versionId in that one', async () => {
  const { permittedAreas } = await ask(
    '{ permittedAreas(filter: { documentNumber: "right of FAR" }) { nodes { id versionId version } totalCount } }',
  );
  const { nodes } = permittedAreas as { nodes: { id: string; versionId: string; version: number }[] };
  const [area] = nodes;
  expect(permittedAreas).toMatchObject({
    totalCount: 1,
    nodes: [{ version: 2, versionId: `${area?.id}@2` }],
  });
  const { entities } = await ask(
    'query ($keys: [_Any!]!) { entities: _entities(representations: $keys) { ... on PermittedArea { version supersededAt } } }',
    {
      keys: [
        { __typename: 'PermittedArea', id: area?.id },
        { __typename: 'PermittedArea', versionId: `${area?.id}@1` },
        { __typename: 'PermittedArea', versionId: `${area?.id}@99999999999` },
        { __typename: 'PermittedArea', versionId: 'nonsense' },
      ],
    },
  );
  expect(entities).toMatchObject([
    { version: 2, supersededAt: null },
    { version: 1, supersededAt: new Date('2026-05-01T00:00:00Z') },
    null,
    null,
  ]);
});

describe('lists of areas', () => {
  const names = async (args: string, context = testContext()): Promise<string[]> => {
    const { permittedAreas } = await ask(
      `{ permittedAreas${args} { nodes { documentNumber kind } totalCount } }`,
      {},
      context,
    );
    const { nodes, totalCount } = permittedAreas as {
      nodes: { documentNumber: string; kind: string }[];
      totalCount: number;
    };
    expect(totalCount).toBe(nodes.length);
    return nodes.map(({ documentNumber }) => documentNumber).toSorted();
  };

  test('narrow by kind, mine, day, division and what the principal may see', async () => {
    expect(await names('')).toHaveLength(8);
    expect(await names('(filter: { kind: [STRIPPING_LAND] })')).toEqual(['right of EAST']);
    expect(await names('(filter: { kind: [STRIPPING_LAND], validOn: "2026-03-01" })')).toEqual([]);
    expect(await names(`(filter: { mineIds: ["${mineId('WEST')}"] })`)).toEqual(['right of WEST', 'upper']);
    expect(await names('(filter: { divisionCode: "210000" })')).toEqual(['right of OVER-THERE']);
    const officer = testContext({ principal: countyOfficer('210381') });
    expect(await names('', officer)).toEqual(['right of OVER-THERE']);
  });

  test('narrow by place', async () => {
    // The place is 120°E, about 43.52°N; 1000 m are 0.0124° of longitude there.
    const box = '[120.0380, 43.50, 120.0400, 43.56]';
    expect(await names(`(within: { bbox: ${box} }, filter: { kind: [MINING_RIGHT] })`)).toEqual([
      'right of OVER-THERE',
    ]);
    expect(
      await names('(within: { near: { longitude: 120.055, latitude: 43.515, radiusMetres: 100 } })'),
    ).toEqual([]);
    expect(
      await names(
        '(within: { near: { longitude: 120.055, latitude: 43.515, radiusMetres: 2000 } }, filter: { kind: [MINING_RIGHT] })',
      ),
    ).toEqual(['right of EAST', 'right of FAR', 'right of OVER-THERE']);
  });
});

test('neighbours are the mines whose rights lie within the distance, nearest first', async () => {
  const near = async (metres: number, ...codes: string[]) => {
    const { mines: found } = await ask(
      OF_MINES(`neighbours(withinMetres: ${metres}) { mine { id } distanceMetres }`),
      { mines: mines(...codes) },
    );
    return (found as { neighbours: { mine: { id: string }; distanceMetres: number }[] }[]).map((mine) =>
      mine.neighbours.map(({ mine: { id }, distanceMetres }) => [
        [...MINES, 'OVER-THERE'].find((code) => mineId(code) === id),
        Math.round(distanceMetres),
      ]),
    );
  };
  expect(await near(0, 'MIDDLE')).toEqual([expect.arrayContaining([['WEST', 0]])]);
  const [middle, east] = await near(420, 'MIDDLE', 'EAST');
  expect(statements).toHaveLength(1);
  expect(new Set(middle?.map(([code]) => code))).toEqual(new Set(['WEST', 'EAST']));
  expect(east?.at(-1)).toEqual(['FAR', 400]);
  expect(new Set(east?.map(([code]) => code))).toEqual(new Set(['MIDDLE', 'OVER-THERE', 'FAR']));
  expect((await near(399, 'EAST')).flat().map(([code]) => code)).not.toContain('FAR');
});

describe('boundary conflicts', () => {
  const CONFLICTS = `query ($division: String, $after: String) {
    boundaryConflicts(divisionCode: $division, first: 1, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id areaSquareMetres geometry area { documentNumber } otherArea { documentNumber } mine { id } otherMine { id } }
    } }`;
  interface Page {
    totalCount: number;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: {
      areaSquareMetres: number;
      geometry: { type: string };
      area: { documentNumber: string };
      otherArea: { documentNumber: string };
    }[];
  }
  const all = async (division: string | null = null, context = testContext): Promise<Page['nodes']> => {
    const nodes: Page['nodes'] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { boundaryConflicts } = await ask(CONFLICTS, { division, after }, context());
      const found = boundaryConflicts as Page;
      nodes.push(...found.nodes);
      after = found.pageInfo.endCursor;
      more = found.pageInfo.hasNextPage;
      if (!more) expect(found.totalCount).toBe(nodes.length);
    }
    return nodes;
  };

  test('are rights of different mines that overlap, not those that touch or lie above each other', async () => {
    const found = (await all()).map((node) => ({
      between: [node.area.documentNumber, node.otherArea.documentNumber].toSorted(),
      area: Math.round(node.areaSquareMetres / 1000) * 1000,
      type: node.geometry.type,
    }));
    expect(found.toSorted((a, b) => a.area - b.area)).toEqual([
      { between: ['right of FAR', 'right of OVER-THERE'], area: 80_000, type: 'MultiPolygon' },
      { between: ['right of MIDDLE', 'right of WEST'], area: 100_000, type: 'MultiPolygon' },
      { between: ['right of EAST', 'right of OVER-THERE'], area: 200_000, type: 'MultiPolygon' },
    ]);
  });

  test('of a division are those in which one of the mines lies there, and both must be visible', async () => {
    expect(await all('150421')).toHaveLength(3);
    const inHaicheng = await all('210381');
    expect(inHaicheng).toHaveLength(2);
    expect(
      inHaicheng.every(({ area, otherArea }) =>
        [area, otherArea].some((a) => a.documentNumber === 'right of OVER-THERE'),
      ),
    ).toBe(true);
    expect(await all(null, () => testContext({ principal: countyOfficer('210381') }))).toEqual([]);
  });
});
