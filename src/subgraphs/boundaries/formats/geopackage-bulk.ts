import type { SqlValue } from 'sql.js';
import { COLUMNS as AREA_COLUMNS, isAreaColumn, isRounded, plainColumn, said } from './attributes.js';
import { exactly, type FeatureRow, type FeatureTable, GeoPackage, quoted } from './geopackage-database.js';
import { FileFault } from './issue-list.js';
import { kindNamed } from './kind-words.js';

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
  sigmaZ: ['sigmaz', 'sigmazm', 'sigmazmetres'],
  statedArea: ['statedm2', 'statedaream2', 'statedareasquaremetres'],
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
  /** A fact that is a number with digits lost. */
  readonly rounded: BulkColumn | null;
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
      const facts = factsOf((meaning) => this.valueOf(meaning, attributes), this.defaults);
      const rounded = COLUMN_NAMES.find((meaning) => isRounded(this.valueOf(meaning, attributes))) ?? null;
      yield { rowId, geometry, attributes, ordinal, facts, rounded, document: documentKeyOf(facts) };
    }
  }

  private valueOf(meaning: BulkColumn, attributes: FeatureRow['attributes']): SqlValue | undefined {
    const column = this.columns[meaning];
    return column === undefined ? undefined : attributes[column];
  }
}

/** What the cells of a row say, and where they are blank what holds for all rows. */
function factsOf(cell: (meaning: BulkColumn) => SqlValue | undefined, defaults: BulkFacts): BulkFacts {
  const facts: Partial<Record<BulkColumn, string>> = {};
  for (const meaning of COLUMN_NAMES) {
    const value = said(cell(meaning)) ?? defaults[meaning];
    if (value !== undefined) facts[meaning] = String(value);
  }
  return facts;
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

/** Rows of one mine and document stand together, as they are one import. */
function order(
  file: GeoPackage,
  { name, rowNumber }: FeatureTable,
  columns: ColumnNames,
  defaults: BulkFacts,
): void {
  file.define('document_key', (mine, kind, document, licence, validFrom) => {
    const cells: Partial<Record<BulkColumn, SqlValue | undefined>> = {
      mine,
      kind,
      document,
      licence,
      validFrom,
    };
    return documentKeyOf(factsOf((meaning) => cells[meaning], defaults));
  });
  const cells = (['mine', 'kind', 'document', 'licence', 'validFrom'] as const).map((meaning) => {
    const column = columns[meaning];
    return column === undefined ? 'null' : exactly(column);
  });
  file.all('create temp table bulk_order (n integer primary key, id integer)');
  file.all(
    `insert into bulk_order (id) select t.${rowNumber} from ${quoted(name)} as t
     order by document_key(${cells.join()}), t.${rowNumber}`,
  );
}

/** Equal for rows whose areas are named alike in the registry (`documentKey` of an import). */
function documentKeyOf({ mine, kind, document, licence, validFrom }: BulkFacts): string {
  const own = kind === undefined ? null : (kindNamed(kind) ?? kind.toUpperCase());
  if (document) return JSON.stringify([mine, own, document]);
  return JSON.stringify(licence ? [mine, own, '', licence] : [mine, own, '', '', validFrom]);
}
