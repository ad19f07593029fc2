import { COLUMNS, plainColumn } from './attributes.js';

/** What a column of a CSV file can be. */
const MEANINGS = {
  wkt: ['wkt', 'geom', 'geometry', 'thegeom', 'wktgeom', '几何', '坐标串'],
  srid: ['srid', 'epsg'],
  northing: ['x', 'x坐标', '纵坐标', '北坐标', 'northing', 'north'],
  easting: ['y', 'y坐标', '横坐标', '东坐标', 'easting', 'east'],
  latitude: ['latitude', 'lat', '纬度', '北纬'],
  longitude: ['longitude', 'lon', 'lng', 'long', '经度', '东经'],
  corner: [
    'corner',
    'cornerno',
    'cornernumber',
    'point',
    'pointno',
    'vertex',
    '点号',
    '拐点',
    '拐点号',
    '拐点编号',
    '界址点号',
    '序号',
  ],
  ring: ['ring', 'ringno', '圈号', '环号', '地块圈号'],
  area: [
    ...COLUMNS.name,
    'area',
    'parcel',
    '矿区',
    '采区',
    '区块',
    '地块',
    '区块号',
    '地块号',
    ...COLUMNS.number,
  ],
  cornerOtherwise: ['no', 'number', '编号', 'id'],
} as const;

type Meaning = keyof typeof MEANINGS;

/** Positions of the columns that are read; undefined where the file has none. */
export type CsvColumns = Readonly<Record<Exclude<Meaning, 'cornerOtherwise'>, number | undefined>>;

/** What the header's names mean; each column means one thing. */
export function columnsOf(header: readonly string[]): CsvColumns {
  const names = header.map(plainColumn);
  const taken = new Set<number>();
  const find = (meaning: Meaning): number | undefined => {
    for (const candidate of MEANINGS[meaning]) {
      const at = names.findIndex((name, i) => name === candidate && !taken.has(i));
      if (at < 0) continue;
      taken.add(at);
      return at;
    }
    return undefined;
  };
  const columns = {
    wkt: find('wkt'),
    srid: find('srid'),
    northing: find('northing'),
    easting: find('easting'),
    latitude: find('latitude'),
    longitude: find('longitude'),
    ring: find('ring'),
    corner: find('corner'),
  };
  // 编号 numbers the corners where nothing else does, and the areas otherwise.
  return { ...columns, corner: columns.corner ?? find('cornerOtherwise'), area: find('area') };
}

/** Whether corners have a place: northing and easting, or latitude and longitude. */
export const hasCorners = ({ northing, easting, latitude, longitude }: CsvColumns): boolean =>
  (northing !== undefined && easting !== undefined) ||
  (northing === undefined && easting === undefined && latitude !== undefined && longitude !== undefined);

/** Whether the first line of a text is a header that the reader knows. */
export function isCsvHeader(line: string): boolean {
  const names = line.split(/[,;\t，]/).map((name) => name.replace(/^\s*"|"\s*$/g, '').trim());
  const columns = columnsOf(names);
  return columns.wkt !== undefined || hasCorners(columns);
}
