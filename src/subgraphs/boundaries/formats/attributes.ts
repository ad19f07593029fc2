import type { IntakeFeature, IntakeIssueCode, StatedFacts } from './intake-file.js';

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

/** Columns that may say the same thing of an area. */
const MOST_COLUMNS = 50;

/** The columns of a table that say something of an area. */
export const areaColumns = <T>(columns: readonly T[], nameOf: (column: T) => string): T[] =>
  columns.filter((column) => isAreaColumn(nameOf(column))).slice(0, MOST_COLUMNS);

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

type Said = ReadonlyMap<string, string | number>;

/** What the columns that say something of an area say, by plain name; of several the first that is not blank. */
function saidOf(attributes: Attributes): Said {
  const found = new Map<string, string | number>();
  for (const [column, cell] of Object.entries(attributes)) {
    const name = plainColumn(column);
    if (!AREA_COLUMNS.has(name) || found.has(name)) continue;
    const value = said(cell);
    if (value !== null) found.set(name, value);
  }
  return found;
}

/** The value of the likeliest of the columns. */
function likeliest(values: Said, names: readonly string[]): string | number | null {
  for (const name of names) {
    const value = values.get(name);
    if (value !== undefined) return value;
  }
  return null;
}

/** What a cell says; null where it is blank. */
export function said(value: unknown): string | number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' ? value.trim() || null : null;
}

/** Whether a number has lost digits when its file was read, or may have. As a name or code it could be another's. */
export const isRounded = (value: unknown): boolean =>
  typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;

/** What is wrong with a rounded number as `what`, and what to do. */
export const roundedFault = (what: string): string =>
  `${what} is a number beyond ${Number.MAX_SAFE_INTEGER}, the last digits of which are lost where it is read: give it as text.`;

/** How a reader is told what is wrong with the facts of an area. */
export type ReportFact = (code: IntakeIssueCode, message: string) => void;

/** What is wrong with an elevation band of which one side is blank. */
export const HALF_BAND = 'An elevation band has a floor and a ceiling, or there is none: one is blank.';

/** Name and elevation band of a feature; `report` is told what is wrong with them. */
export function areaFacts(attributes: Attributes, report: ReportFact): AreaFacts | null {
  const values = saidOf(attributes);
  const name = likeliest(values, COLUMNS.name) ?? likeliest(values, COLUMNS.number);
  if (isRounded(name)) {
    report('TEXT_INVALID', roundedFault('The name'));
    return null;
  }
  const ceilingMetres = elevation(values, 'ceiling');
  const floorMetres = elevation(values, 'floor');
  const fault = bandFault(floorMetres, ceilingMetres);
  if (fault !== null) {
    report('ELEVATION_INVALID', fault);
    return null;
  }
  const stated = statedIn(values, report);
  return {
    name: name === null ? null : String(name),
    ceilingMetres,
    floorMetres,
    ...(stated && { stated }),
  };
}

function bandFault(floorMetres: number | null, ceilingMetres: number | null): string | null {
  if (Number.isNaN(ceilingMetres) || Number.isNaN(floorMetres))
    return 'An elevation is a number of metres, or absent.';
  if ((ceilingMetres === null) !== (floorMetres === null)) return HALF_BAND;
  if (ceilingMetres !== null && floorMetres !== null && floorMetres > ceilingMetres)
    return `The floor of ${floorMetres} m lies above the ceiling of ${ceilingMetres} m.`;
  return null;
}

/** What a feature says of its kind, mine and accuracy; null where it says nothing. */
export const statedFacts = (attributes: Attributes, report: ReportFact): StatedFacts | null =>
  statedIn(saidOf(attributes), report);

function statedIn(values: Said, report: ReportFact): StatedFacts | null {
  const text = (column: 'kind' | 'mine' | 'crsClass'): string | null => {
    const value = likeliest(values, COLUMNS[column]);
    return value === null ? null : String(value);
  };
  if (isRounded(likeliest(values, COLUMNS.mine)))
    report('TEXT_INVALID', roundedFault('The code of the mine'));
  const [kind, mineCode, crsClass] = [text('kind'), text('mine'), text('crsClass')];
  if (kind === null && mineCode === null && crsClass === null) return null;
  // A word that is not known promises nothing.
  const isExact = crsClass === null || crsClass.toUpperCase() === 'EXACT';
  return { kind, mineCode, isBallpark: !isExact };
}

function elevation(values: Said, column: 'ceiling' | 'floor'): number | null {
  const value = likeliest(values, COLUMNS[column]);
  return value === null ? null : Number(value);
}
