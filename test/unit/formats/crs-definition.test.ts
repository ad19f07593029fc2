import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { identifyCodedCrs, identifyCrs } from '../../../src/subgraphs/boundaries/formats/crs-definition.js';

interface Definition {
  readonly srid: number;
  readonly dialect: string;
  readonly wkt: string;
}

/** As PROJ writes them: ESRI's, of the first and of the second generation. */
const DEFINITIONS = JSON.parse(
  readFileSync('test/fixtures/formats/crs-definitions.json', 'utf8'),
) as readonly Definition[];

test.each(DEFINITIONS)('EPSG:$srid written as $dialect is recognised', ({ srid, wkt }) => {
  expect(identifyCrs(wkt)).toEqual({ srid, says: null });
});

const zone41 = DEFINITIONS.find(({ srid, dialect }) => srid === 4529 && dialect === 'wkt_esri')?.wkt ?? '';

test('what a definition is decides, not what it is called', () => {
  const renamed = zone41.replace('CGCS2000_3_Degree_GK_Zone_41', 'CGCS2000_3_Degree_GK_Zone_40');
  expect(identifyCrs(renamed)).toEqual({ srid: 4529, says: null });
  expect(identifyCrs(zone41.replace('123.0]', '121.5]')).srid).toBeNull();
  expect(identifyCrs(zone41.replace('123.0]', '120.0]')).srid).toBeNull();
  expect(identifyCrs(zone41.replace('UNIT["Meter",1.0]]', 'UNIT["Foot",0.3048]]')).srid).toBeNull();
});

test.each([
  ['a raised ellipsoid', '6378137.0', '6378637.0', 'ellipsoid 6378637, 298.257222101'],
  ['another ellipsoid', '6378137.0,298.257222101', '6378245.0,298.3', 'ellipsoid 6378245, 298.3'],
  ['no ellipsoid', ',SPHEROID["CGCS2000",6378137.0,298.257222101]', '', 'ellipsoid'],
  ['a shift to WGS 84', '101]]', '101],TOWGS84[100,200,300,0,0,0,0]]', 'TOWGS84'],
  ['another prime meridian', '"Greenwich",0.0', '"Ferro",-17.666', 'meridian'],
  ['gon', '"Degree",0.0174532925199433', '"Grad",0.01570796326794897', 'Zone_41'],
  ['a parameter of another projection', ',UNIT["Meter"', ',PARAMETER["Height",500],UNIT["Meter"', 'Zone_41'],
  [
    'a parameter that stands twice',
    ',UNIT["Meter"',
    ',PARAMETER["Central_Meridian",123],UNIT["Meter"',
    'Zone_41',
  ],
  [
    'axes to south and west',
    'UNIT["Meter",1.0]',
    'UNIT["Meter",1.0],AXIS["X",SOUTH],AXIS["Y",WEST]',
    'Zone_41',
  ],
  ['an extension', 'UNIT["Meter",1.0]', 'UNIT["Meter",1.0],EXTENSION["PROJ4","+axis=wsu"]', 'EXTENSION'],
])('a definition with %s is not what it is called', (_what, from, to, told) => {
  expect(zone41).toContain(from);
  expect(identifyCrs(zone41.replace(from, to))).toEqual({ srid: null, says: expect.stringContaining(told) });
});

const shifted = (...values: readonly number[]): string =>
  `BOUNDCRS[SOURCECRS[${zone41}],TARGETCRS[GEOGCRS["WGS 84"]],ABRIDGEDTRANSFORMATION["to WGS84",METHOD["Position Vector"],PARAMETER["X-axis translation",${values[0]}],PARAMETER["Scale difference",${values[1]}]]]`;

test('a definition bound to WGS 84 is the one it binds, unless a shift or a grid moves that', () => {
  expect(identifyCrs(shifted(0, 1))).toEqual({ srid: 4529, says: null });
  expect(identifyCrs(shifted(500, 1)).says).toContain('shift');
  expect(
    identifyCrs(shifted(0, 1).replace(/PARAMETER\["X.*?\]/, 'PARAMETERFILE["grid","a.gsb"]')).says,
  ).toContain('shift');
});

test.each([
  ['a shift of zero', 4529, ['101]]', '101],TOWGS84[0,0,0,0,0,0,0]]']],
  [
    'a shift of an old datum, which is known to tens of metres only',
    2417,
    ['98.3]', '98.3],TOWGS84[15.8,-154.4,-82.3,0,0,0,0]'],
  ],
  ['axes', 4529, ['UNIT["Meter",1.0]', 'UNIT["Meter",1.0],AXIS["Y",EAST],AXIS["X",NORTH]']],
  ['numbers that are rounded', 4529, ['298.257222101', '298.2572221010042']],
  ['a unit that is rounded', 4529, ['0.0174532925199433', '0.01745329252']],
  ['a height', 4529, ['UNIT["Meter",1.0]]', 'UNIT["Meter",1.0]],VERTCS["Yellow_Sea_1985",VDATUM["x"]]']],
])('a definition with %s is taken', (_what, srid, [from = '', to = '']) => {
  const wkt = DEFINITIONS.find((one) => one.srid === srid && one.dialect === 'wkt_esri')?.wkt ?? '';
  expect(wkt).toContain(from);
  expect(identifyCrs(wkt.replace(from, to))).toEqual({ srid, says: null });
});

test('degrees on another ellipsoid, in another unit or from the centre of the Earth are not those of the datum', () => {
  const degrees =
    DEFINITIONS.find(({ srid, dialect }) => srid === 4490 && dialect === 'wkt2_2019')?.wkt ?? '';
  const changed = (from: string | RegExp, to: string) => identifyCrs(degrees.replace(from, to)).srid;
  expect(changed('6378137', '6400000')).toBeNull();
  expect(changed('CS[ellipsoidal,2]', 'CS[Cartesian,3]')).toBeNull();
  expect(changed(/,north/, ',geocentricX')).toBeNull();
  expect(changed(/(east,.*?ANGLEUNIT\["degree",)[\d.]+/, '$10.0157')).toBeNull();
  expect(changed('CS[ellipsoidal,2]', 'DERIVINGCONVERSION["x",METHOD["y"]],CS[ellipsoidal,2]')).toBeNull();
});

test('a definition that nobody here knows is told by its name', () => {
  expect(
    identifyCrs(zone41.replaceAll('China_2000', 'New_Beijing').replace('CGCS2000_3', 'New_Beijing_3')).says,
  ).toMatch(/New_Beijing_3_Degree_GK_Zone_41.*D_New_Beijing/);
  expect(identifyCrs('LOCAL_CS["mine grid"]').says).toContain('mine grid');
  expect(identifyCrs('').says).toBe('an empty definition');
  expect(identifyCrs('['.repeat(10_000)).srid).toBeNull();
  expect(identifyCrs('A['.repeat(10_000)).srid).toBeNull();
});

test('a code that contradicts its definition makes the CRS unknown', () => {
  expect(identifyCodedCrs(4529, zone41)).toEqual({ srid: 4529, says: null });
  expect(identifyCodedCrs(4528, zone41).says).toMatch(/EPSG:4528.*EPSG:4529/);
  expect(identifyCodedCrs(4529, 'undefined')).toEqual({ srid: 4529, says: null });
  expect(identifyCodedCrs(4529, zone41.replace('6378137.0', '6378637.0')).says).toContain('6378637');
  expect(identifyCodedCrs(3857, 'undefined').says).toBe('EPSG:3857');
  expect(identifyCodedCrs(null, zone41)).toEqual({ srid: 4529, says: null });
});

test('the 3° and the 6° zone of one meridian without prefix are the same plane, by whichever code', () => {
  const bare = DEFINITIONS.find(({ srid, dialect }) => srid === 4550 && dialect === 'wkt_esri')?.wkt ?? '';
  expect(identifyCodedCrs(4510, bare)).toEqual({ srid: 4510, says: null });
});
