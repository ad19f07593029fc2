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
  expect(identifyCodedCrs(3857, 'undefined').says).toBe('EPSG:3857');
  expect(identifyCodedCrs(null, zone41)).toEqual({ srid: 4529, says: null });
});

test('the 3° and the 6° zone of one meridian without prefix are the same plane, by whichever code', () => {
  const bare = DEFINITIONS.find(({ srid, dialect }) => srid === 4550 && dialect === 'wkt_esri')?.wkt ?? '';
  expect(identifyCodedCrs(4510, bare)).toEqual({ srid: 4510, says: null });
});
