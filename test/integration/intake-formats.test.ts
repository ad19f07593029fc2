import { afterAll, beforeAll, expect, test } from 'vitest';
import { aMine, mineId } from '../support/builders.js';
import { formatFixture } from '../support/format-fixtures.js';
import { startTestHub, type TestHub } from '../support/hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.stop());

const REGISTER =
  'mutation ($input: [MineInput!]!) { upsertMines(input: $input) { created rejected { message } } }';
const IMPORT = `mutation ($mineId: ID!, $format: IntakeFormat!, $content: String!, $options: IntakeOptions!) {
  importPermittedAreas(mineId: $mineId, format: $format, content: $content, encoding: BASE64, options: $options) {
    areas { name sourceSrid crsClass ceilingMetres floorMetres areaSquareMetres corners { number x y ring } }
    rejected { index code message line ring vertex }
  }
}`;

async function aRegisteredMine(): Promise<string> {
  // Divisions are there in every hub; the mine of the notice lies in Haicheng.
  const { code, ...mine } = aMine({ divisionCode: '210381', location: null });
  const { body } = await hub.ask(REGISTER, { variables: { input: [{ code, ...mine }] } });
  expect(body).toMatchObject({ data: { upsertMines: { created: 1, rejected: [] } } });
  return mineId(code);
}

const importFixture = async (format: string, bytes: Buffer, srid: number | null) => {
  const options = {
    kind: 'MINING_RIGHT',
    authority: '辽宁省自然资源厅',
    validFrom: '2025-12-01',
    sigmaMetres: 0.1,
    srid,
  };
  const variables = { mineId: await aRegisteredMine(), format, content: bytes.toString('base64'), options };
  const { body } = await hub.ask(IMPORT, { variables });
  expect(body.errors).toBeUndefined();
  return (
    body.data as unknown as {
      importPermittedAreas: { areas: Record<string, unknown>[]; rejected: unknown[] };
    }
  ).importPermittedAreas;
};

/** Of the two areas together, as the notice publishes it. */
const PUBLISHED_KM2 = 1.0685;

test.each<[format: string, path: string, srid: number | null, sourceSrid: number]>([
  ['SHAPEFILE', 'shapefile/liaoning-2025-54.zip', null, 4529],
  ['SHAPEFILE', 'shapefile/liaoning-2025-54-gbk.zip', null, 4529],
  ['SHAPEFILE', 'shapefile/liaoning-2025-54-no-prj.zip', 4529, 4529],
  ['GEOPACKAGE', 'geopackage/liaoning-2025-54.gpkg', null, 4529],
  ['KML', 'kml/liaoning-2025-54.kml', null, 4326],
  ['KML', 'kml/liaoning-2025-54.kmz', null, 4326],
  ['CSV', 'csv/liaoning-2025-54-gbk.csv', null, 4529],
  ['CSV', 'csv/liaoning-2025-54-wkt.csv', 4529, 4529],
])(
  'a %s file, %s, is imported through the graph with names, bands and the published area',
  async (format, path, srid, sourceSrid) => {
    const { areas, rejected } = await importFixture(format, formatFixture(path), srid);
    expect(rejected).toEqual([]);
    expect(areas).toMatchObject([
      { name: '金藏采区', ceilingMetres: 229.5, floorMetres: 70, sourceSrid, crsClass: 'EXACT' },
      { name: '远东采区', ceilingMetres: 363, floorMetres: 10, sourceSrid, crsClass: 'EXACT' },
    ]);
    const sum = areas.reduce((total, { areaSquareMetres }) => total + Number(areaSquareMetres), 0);
    expect(sum / 1e6).toBeCloseTo(PUBLISHED_KM2, 4);
    expect(areas[0]?.['corners']).toHaveLength(8);
  },
);

test('areas of an old datum are taken as ballpark', async () => {
  const { areas } = await importFixture('SHAPEFILE', formatFixture('shapefile/holes.zip'), null);
  expect(areas).toMatchObject([{ name: 'lake with island', sourceSrid: 2365, crsClass: 'BALLPARK' }]);
});

test('a damaged file is refused through the graph with code and place, and writes nothing', async () => {
  const bytes = Buffer.from(formatFixture('shapefile/liaoning-2025-54.zip'));
  // Within the packed bytes of the .shp, which follow its name.
  const at = bytes.indexOf('.shp') + 100;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
  const { areas, rejected } = await importFixture('SHAPEFILE', bytes, null);
  expect(areas).toEqual([]);
  expect(rejected).toMatchObject([
    { index: 0, code: 'UNREADABLE', message: expect.stringContaining('.shp') },
  ]);
});
