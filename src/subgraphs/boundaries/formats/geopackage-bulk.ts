import { COLUMNS as AREA_COLUMNS, isAreaColumn, plainColumn, said } from './attributes.js';
import { type FeatureRow, type FeatureTable, GeoPackage, quoted } from './geopackage-database.js';
import { FileFault } from './issue-list.js';

/** What the columns of a table of many mines can say of each row, beside name and elevation band. */
const COLUMNS = {
  mine: AREA_COLUMNS.mine,
  kind: AREA_COLUMNS.kind,
  authority: ['authority', '批准机关', '发证机关'],
  document: ['document', 'documentnumber', '批准文号', '文号'],
  licence: ['licence', 'licencenumber', 'license', '许可证号', '采矿许可证号', 'xkzh'],
  validFrom: ['validfrom', '有效期起', '有效起始日期'],
  validTo: ['validto', '有效期止', '有效截止日期'],
  sigma: ['sigma', 'sigmam', 'sigmametres'],
} as const;

export type BulkColumn = keyof typeof COLUMNS;
const COLUMN_NAMES = Object.keys(COLUMNS) as readonly BulkColumn[];

/** What a row says of itself; blank columns are left out. */
export type BulkFacts = Readonly<Partial<Record<BulkColumn, string>>>;

export interface BulkFileOptions {
  readonly layer: string | null;
  readonly mineColumn: string | null;
  /** What holds for rows whose column is blank or missing. */
  readonly defaults: BulkFacts;
}

type ColumnNames = Readonly<Partial<Record<BulkColumn, string>>>;

/** A row of a file of many mines. */
export interface BulkFileRow extends FeatureRow {
  /** Its place in the order of the import, from 1. */
  readonly ordinal: number;
  readonly facts: BulkFacts;
  /** Equal for rows of one mine and document. */
  readonly document: string;
}

/**
 * One table of a GeoPackage, read mine by mine and within a mine document by document. The order is made once, in a
 * temporary table, and rows are then read one by one: memory holds the file and a row.
 */
export class BulkFile {
  private readonly read: readonly string[];

  private constructor(
    private readonly file: GeoPackage,
    readonly table: FeatureTable,
    private readonly columns: ColumnNames,
    private readonly defaults: BulkFacts,
    readonly rowCount: number,
  ) {
    this.read = [...new Set([...table.columns.filter(isAreaColumn), ...Object.values(columns)])];
  }

  /**
   * `layer` names the table where there are several, `mineColumn` the column of mine codes where it has another name
   * than `mine_code`. Errors: `FileFault`.
   */
  static async open(bytes: Uint8Array, { layer, mineColumn, defaults }: BulkFileOptions): Promise<BulkFile> {
    const file = await GeoPackage.open(bytes);
    try {
      const table = tableOf(file.featureTables(), layer);
      const columns = columnsOf(table, mineColumn);
      order(file, table, columns, defaults);
      return new BulkFile(file, table, columns, defaults, file.rowCount(table));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  close(): void {
    this.file.close();
  }

  /** Rows that follow the first `position` ones. */
  *rows(position: number): Generator<BulkFileRow> {
    for (const { rowId, geometry, attributes, ordinal } of this.file.orderedRows(
      this.table,
      this.read,
      position,
    )) {
      const facts = this.factsOf(attributes);
      yield { rowId, geometry, attributes, ordinal, facts, document: documentKeyOf(facts) };
    }
  }

  private factsOf(attributes: FeatureRow['attributes']): BulkFacts {
    const facts: Partial<Record<BulkColumn, string>> = {};
    for (const meaning of COLUMN_NAMES) {
      const column = this.columns[meaning];
      const value = (column === undefined ? null : said(attributes[column])) ?? this.defaults[meaning];
      if (value !== undefined) facts[meaning] = String(value);
    }
    return facts;
  }
}

function tableOf(tables: readonly FeatureTable[], layer: string | null): FeatureTable {
  const names = tables.map(({ name }) => name).join(', ');
  const table = layer === null ? tables[0] : tables.find(({ name }) => name === layer);
  if (layer === null && tables.length > 1) {
    throw new FileFault(
      'UNREADABLE',
      `The GeoPackage has several tables of features: ${names}. Name one with --layer.`,
    );
  }
  if (table) return table;
  throw new FileFault(
    'EMPTY',
    layer === null
      ? 'The GeoPackage has no table of features.'
      : `The GeoPackage has no table ${layer}; it has ${names}.`,
  );
}

function columnsOf(table: FeatureTable, mineColumn: string | null): ColumnNames {
  const find = (names: readonly string[]): string | undefined =>
    names.flatMap((name) => table.columns.filter((column) => plainColumn(column) === name))[0];
  const found: ColumnNames = Object.fromEntries(
    COLUMN_NAMES.flatMap((meaning) => {
      const column = find(COLUMNS[meaning]);
      return column === undefined ? [] : [[meaning, column]];
    }),
  );
  const mine = mineColumn === null ? found['mine'] : table.columns.find((column) => column === mineColumn);
  if (mine !== undefined) return { ...found, mine };
  const wanted = mineColumn ?? 'mine_code';
  throw new FileFault(
    'UNREADABLE',
    `The table ${table.name} has no column ${wanted} with the codes of the mines. Name it with --mine-column; there are ${table.columns.join(', ')}.`,
  );
}

/** Rows of one mine and document stand together, as they are one import; `documentKeyOf` says the same of facts. */
function order(file: GeoPackage, table: FeatureTable, columns: ColumnNames, defaults: BulkFacts): void {
  const values: string[] = [];
  const text = (meaning: BulkColumn): string => {
    const column = columns[meaning];
    values.push(defaults[meaning] ?? '');
    return column === undefined ? '?' : `coalesce(nullif(trim(cast(${quoted(column)} as text)), ''), ?)`;
  };
  const keys = `${text('mine')} as mine, upper(${text('kind')}) as kind, ${text('document')} as document,
    ${text('licence')} as licence, ${text('validFrom')} as valid_from`;
  file.all('create temp table bulk_order (n integer primary key, id integer)');
  file.all(
    `insert into bulk_order (id) select id from (select rowid as id, ${keys} from ${quoted(table.name)})
     order by mine, kind, document, licence, case when document = '' and licence = '' then valid_from end, id`,
    values,
  );
}

const documentKeyOf = ({ mine, kind, document, licence, validFrom }: BulkFacts): string =>
  JSON.stringify([mine, kind?.toUpperCase(), document, licence, document || licence ? null : validFrom]);
