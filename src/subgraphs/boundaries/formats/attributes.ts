import type { IntakeFeature, StatedFacts } from './intake-file.js';

/** What the columns of a feature table say of an area. */
export type AreaFacts = Pick<IntakeFeature, 'name' | 'ceilingMetres' | 'floorMetres' | 'stated'>;

/** Column names by what they mean, likeliest first, without spaces, underscores and units. */
export const COLUMNS = {
  name: [
    'name',
    '名称',
    '区域名称',
    '矿区名称',
    '采区名称',
    '地块名称',
    '图斑名称',
    'areaname',
    'kqmc',
    'dkmc',
    'qymc',
    'mc',
  ],
  number: ['id', '编号', '区域编号', '地块编号', '图斑编号', 'areano', 'dkbh', 'bh'],
  ceiling: [
    'ceilingmetres',
    'ceiling',
    'ceilingm',
    '标高上限',
    '开采上限',
    '开采标高上限',
    '最高标高',
    '上限标高',
    '上限',
    '标高上',
    'zmax',
    'kcsx',
  ],
  floor: [
    'floormetres',
    'floor',
    'floorm',
    '标高下限',
    '开采下限',
    '开采标高下限',
    '最低标高',
    '下限标高',
    '下限',
    '标高下',
    'zmin',
    'kcxx',
  ],
  kind: ['kind', '范围类型'],
  mine: ['minecode', '矿山编号', '矿山编码', '矿山代码'],
  crsClass: ['crsclass'],
} as const;

const AREA_COLUMNS: ReadonlySet<string> = new Set(Object.values(COLUMNS).flat());

/** Whether a column says something of an area. */
export const isAreaColumn = (column: string): boolean => AREA_COLUMNS.has(plainColumn(column));

/** Names of columns repeat from row to row; those of one file are few. */
const PLAIN = new Map<string, string>();
const MOST_PLAIN = 1000;

/** A column's name as the lists above have it. */
export function plainColumn(name: string): string {
  const known = PLAIN.get(name);
  if (known !== undefined) return known;
  const plain = name
    .replace(/[(（[].*$/, '')
    .toLowerCase()
    .replace(/[\s_\-\uFFFD]+/g, '');
  if (PLAIN.size < MOST_PLAIN) PLAIN.set(name, plain);
  return plain;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** The value of the first column that has one of the names and is not blank. */
function attribute(attributes: Attributes, names: readonly string[]): string | number | null {
  const columns = Object.keys(attributes);
  for (const name of names) {
    for (const column of columns) {
      if (plainColumn(column) !== name) continue;
      const value = said(attributes[column]);
      if (value !== null) return value;
    }
  }
  return null;
}

/** What a cell says; null where it is blank. */
export function said(value: unknown): string | number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' ? value.trim() || null : null;
}

/** What is wrong with an elevation band of which one side is blank. */
export const HALF_BAND = 'An elevation band has a floor and a ceiling, or there is none: one is blank.';

/** Name and elevation band of a feature; `report` is told what is wrong with the band. */
export function areaFacts(attributes: Attributes, report: (message: string) => void): AreaFacts | null {
  const name = attribute(attributes, COLUMNS.name) ?? attribute(attributes, COLUMNS.number);
  const ceilingMetres = elevation(attributes, 'ceiling');
  const floorMetres = elevation(attributes, 'floor');
  if (Number.isNaN(ceilingMetres) || Number.isNaN(floorMetres)) {
    report('An elevation is a number of metres, or absent.');
    return null;
  }
  if ((ceilingMetres === null) !== (floorMetres === null)) {
    report(HALF_BAND);
    return null;
  }
  if (ceilingMetres !== null && floorMetres !== null && floorMetres > ceilingMetres) {
    report(`The floor of ${floorMetres} m lies above the ceiling of ${ceilingMetres} m.`);
    return null;
  }
  const stated = statedFacts(attributes);
  return {
    name: name === null ? null : String(name),
    ceilingMetres,
    floorMetres,
    ...(stated && { stated }),
  };
}

/** What a feature says of its kind, mine and accuracy; null where it says nothing. */
export function statedFacts(attributes: Attributes): StatedFacts | null {
  const text = (column: 'kind' | 'mine' | 'crsClass'): string | null => {
    const value = attribute(attributes, COLUMNS[column]);
    return value === null ? null : String(value);
  };
  const [kind, mineCode, crsClass] = [text('kind'), text('mine'), text('crsClass')];
  if (kind === null && mineCode === null && crsClass === null) return null;
  // A word that is not known promises nothing.
  const isExact = crsClass === null || crsClass.toUpperCase() === 'EXACT';
  return { kind, mineCode, isBallpark: !isExact };
}

function elevation(attributes: Attributes, column: 'ceiling' | 'floor'): number | null {
  const value = attribute(attributes, COLUMNS[column]);
  return value === null ? null : Number(value);
}
