import { type Attributes, areaColumns, COLUMNS, plainColumn } from './attributes.js';
import { type CoordinateColumns, coordinateColumns, hasCorners } from './csv-coordinates.js';
import type { CsvRow } from './csv-rows.js';

/** What a column of a CSV file can be, beside coordinates. */
const MEANINGS = {
  srid: ['srid', 'epsg'],
  datum: ['坐标系', '坐标系统', '坐标系名称', '坐标基准', 'datum', 'crs'],
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
export interface CsvColumns
  extends Readonly<Record<Exclude<Meaning, 'cornerOtherwise'>, number | undefined>> {
  readonly coordinates: CoordinateColumns;
}

/** What the header's names mean; each column means one thing. */
export function columnsOf(header: readonly string[]): CsvColumns {
  const coordinates = coordinateColumns(header);
  const names = header.map(plainColumn);
  const taken = new Set(
    Object.values(coordinates)
      .flat()
      .map(({ at }) => at),
  );
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
    coordinates,
    srid: find('srid'),
    datum: find('datum'),
    ring: find('ring'),
    corner: find('corner'),
  };
  // 编号 numbers the corners where nothing else does, and the areas otherwise.
  return { ...columns, corner: columns.corner ?? find('cornerOtherwise'), area: find('area') };
}

/** The columns that say something of an area, and where they stand. */
export type NamedColumns = readonly (readonly [name: string, at: number])[];

export const namedColumns = (header: readonly string[]): NamedColumns =>
  areaColumns(
    header.map((name, at) => [name, at] as const),
    ([name]) => name,
  );

/** What these columns say in a row. */
export const attributesOf = ({ cells }: CsvRow, named: NamedColumns): Attributes =>
  Object.fromEntries(named.map(([name, at]) => [name, cells[at]]));

/** Whether the first line of a text is a header that the reader knows. */
export function isCsvHeader(line: string): boolean {
  const names = line.split(/[,;\t，]/).map((name) => name.replace(/^\s*"|"\s*$/g, '').trim());
  const { coordinates } = columnsOf(names);
  return coordinates.wkt.length > 0 || hasCorners(coordinates);
}
