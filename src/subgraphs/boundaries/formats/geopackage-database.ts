import type { Database, SqlJsStatic, SqlValue, Statement } from 'sql.js';
import { identifyCodedCrs, type KnownCrs } from './crs-definition.js';
import { checkFirstPages } from './geopackage-pages.js';
import { FileFault } from './issue-list.js';

/** A table of features. */
export interface FeatureTable {
  readonly name: string;
  readonly geometryColumn: string;
  /** The column with the number of a row, as SQL. */
  readonly rowNumber: string;
  readonly srsId: number;
  /** Null where the file leaves it undefined. */
  readonly crs: KnownCrs | null;
  /** Columns other than the geometry. */
  readonly columns: readonly string[];
}

export interface FeatureRow {
  /** The row's number in its table. */
  readonly rowId: number;
  /** Null where there is none. */
  readonly geometry: Uint8Array | null;
  readonly attributes: Readonly<Record<string, SqlValue>>;
}

/** Working memory of SQLite beside the file itself. */
const HEAP_BYTES = 64_000_000;
/** A geometry of more bytes has more vertices than any ring may. */
const LARGEST_GEOMETRY = 20_000_000;

const load = async (): Promise<SqlJsStatic> => (await import('sql.js')).default();
let library: Promise<SqlJsStatic> | undefined;

/** SQLite, compiled to WebAssembly: loaded when the first GeoPackage is met. */
export const sqlite = (): Promise<SqlJsStatic> => {
  library ??= load().catch((error: unknown) => {
    library = undefined;
    throw error;
  });
  return library;
};

/**
 * A GeoPackage that is read (OGC 12-128). sql.js holds the file's bytes in memory as long as it is open; rows are
 * read one by one. A file is data of strangers: damage is looked for before its tables are trusted, and nothing it
 * defines itself (views, generated columns, triggers) is ever run.
 */
export class GeoPackage {
  private constructor(private readonly database: Database) {}

  /** Errors: `FileFault` UNREADABLE with what SQLite says. */
  static async open(bytes: Uint8Array): Promise<GeoPackage> {
    checkFirstPages(bytes);
    const { Database } = await sqlite();
    const file = new GeoPackage(new Database(bytes));
    try {
      file.check();
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  close(): void {
    this.database.close();
  }

  private check(): void {
    this.all(`pragma hard_heap_limit = ${HEAP_BYTES}`);
    this.all('pragma trusted_schema = off');
    this.all('pragma ignore_check_constraints = on');
    const computed = this.all("select name, sql from sqlite_master where type = 'table'").find(({ sql }) =>
      /\bgenerated\b|\bas\s*\(/i.test(String(sql)),
    );
    if (computed) throw unreadable(`its table ${computed['name']} has computed columns, which are not taken`);
    const [{ quick_check: verdict } = { quick_check: null }] = this.all('pragma quick_check(1)');
    if (verdict !== 'ok') throw unreadable(String(verdict));
  }

  featureTables(): FeatureTable[] {
    for (const table of ['gpkg_contents', 'gpkg_geometry_columns', 'gpkg_spatial_ref_sys']) {
      if (!this.isTable(table)) throw unreadable(`it has no table ${table}`);
    }
    return this.all(
      `select g.table_name, g.column_name, g.srs_id, s.organization, s.organization_coordsys_id as code, s.definition
       from gpkg_contents c join gpkg_geometry_columns g on lower(g.table_name) = lower(c.table_name)
       left join gpkg_spatial_ref_sys s on s.srs_id = g.srs_id
       where c.data_type = 'features' order by g.table_name limit 1000`,
    ).map((row) => {
      const [name, geometryColumn] = [String(row['table_name']), String(row['column_name'])];
      if (!this.isTable(name)) throw unreadable(`${name} is not a table; save it as one`);
      const described = this.all(`pragma table_info(${quoted(name)})`);
      const columns = described.map((column) => String(column['name']));
      const [geometry] = columns.filter((column) => column.toLowerCase() === geometryColumn.toLowerCase());
      if (geometry === undefined) throw unreadable(`the table ${name} has no column ${geometryColumn}`);
      return {
        name,
        geometryColumn: geometry,
        rowNumber: rowNumberOf(name, described),
        srsId: Number(row['srs_id']),
        crs: crsOf(row),
        columns: columns.filter((column) => column !== geometry),
      };
    });
  }

  private isTable(name: string): boolean {
    const [found] = this.all(
      "select type, sql from sqlite_master where lower(name) = lower(?) and type in ('table', 'view')",
      [name],
    );
    return found?.['type'] === 'table' && !/^\s*create\s+virtual/i.test(String(found['sql']));
  }

  rowCount(table: FeatureTable): number {
    return Number(this.all(`select count(*) as n from ${quoted(table.name)}`)[0]?.['n'] ?? 0);
  }

  /** The rows of a table by number, with the given columns. */
  *rows(table: RowsOf, columns: readonly string[]): Generator<FeatureRow> {
    const rows = this.each(
      `select ${selection(table, columns)} from ${quoted(table.name)} as t order by t.${table.rowNumber}`,
      [],
      (statement) => statement.get(),
    );
    for (const row of rows) yield featureRow(row, columns);
  }

  /** Rows after the first `position` ones of the temporary table `bulk_order (n, id)`, with the given columns. */
  *orderedRows(
    table: RowsOf,
    columns: readonly string[],
    position: number,
  ): Generator<FeatureRow & { readonly ordinal: number }> {
    const rows = this.each(
      `select ${selection(table, columns)}, o.n
       from temp.bulk_order as o cross join ${quoted(table.name)} as t
       where o.n > ? and t.${table.rowNumber} = o.id order by o.n`,
      [position],
      (statement) => statement.get(),
    );
    for (const row of rows) {
      const { rowId, geometry, attributes } = featureRow(row, columns);
      yield { rowId, geometry, attributes, ordinal: Number(row.at(-1)) };
    }
  }

  /** Makes a function of as many arguments as `work` has known to SQL. Nothing that the file defines can call it. */
  define(name: string, work: (...values: SqlValue[]) => SqlValue): void {
    this.database.create_function(name, work);
  }

  /** All rows of a statement. Errors: `FileFault` UNREADABLE with what SQLite says. */
  all(sql: string, values: readonly SqlValue[] = []): Record<string, SqlValue>[] {
    return [...this.each(sql, values, (statement) => statement.getAsObject())];
  }

  /** The rows of a statement one by one, as `read` takes them from it. Errors as `all`. */
  private *each<T>(
    sql: string,
    values: readonly SqlValue[],
    read: (statement: Statement) => T,
  ): Generator<T> {
    try {
      const statement = this.database.prepare(sql, [...values]);
      try {
        while (statement.step()) yield read(statement);
      } finally {
        statement.free();
      }
    } catch (error) {
      throw unreadable((error as Error).message);
    }
  }
}

type RowsOf = Pick<FeatureTable, 'name' | 'geometryColumn' | 'rowNumber'>;

/** What SQLite calls the number of a row, where the table has no column of that name. */
const ROW_NUMBERS = ['rowid', '_rowid_', 'oid'];

/** The name under which the number of a table's rows can be asked for: one that no column has, else the primary key. */
function rowNumberOf(table: string, described: readonly Readonly<Record<string, SqlValue>>[]): string {
  const names = new Set(described.map(({ name }) => String(name).toLowerCase()));
  const free = ROW_NUMBERS.find((name) => !names.has(name));
  if (free !== undefined) return free;
  const [key, ...more] = described.filter(({ pk }) => Number(pk) > 0);
  const isInteger = String(key?.['type']).toUpperCase() === 'INTEGER';
  if (key && isInteger && more.length === 0) return quoted(String(key['name']));
  throw unreadable(`the table ${table} has columns ${ROW_NUMBERS.join(', ')} and no integer primary key`);
}

/**
 * A column of the table `t`. Whole numbers are read as text: as numbers they would lose digits beyond 2^53, and with
 * them what tells two codes apart.
 */
export const exactly = (column: string): string =>
  `case typeof(t.${quoted(column)}) when 'integer' then cast(t.${quoted(column)} as text) else t.${quoted(column)} end`;

/** A row's number, its geometry unless that is longer than any ring may be, and the given columns. */
function selection({ geometryColumn, rowNumber }: RowsOf, columns: readonly string[]): string {
  const geometry = `t.${quoted(geometryColumn)}`;
  const selected = columns.map((column) => `, ${exactly(column)}`).join('');
  return `t.${rowNumber}, case when length(${geometry}) <= ${LARGEST_GEOMETRY} then ${geometry} end${selected}`;
}

/** A row of `selection`. */
function featureRow(row: readonly SqlValue[], columns: readonly string[]): FeatureRow {
  const [id, geometry] = row;
  const attributes: Record<string, SqlValue> = {};
  columns.forEach((column, i) => {
    attributes[column] = row[i + 2] ?? null;
  });
  return { rowId: Number(id), geometry: geometry instanceof Uint8Array ? geometry : null, attributes };
}

const unreadable = (why: string): FileFault =>
  new FileFault('UNREADABLE', `The GeoPackage cannot be read: ${why}.`);

/** An identifier out of the file's own catalogue, as SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function crsOf(row: Readonly<Record<string, SqlValue>>): KnownCrs | null {
  // -1 and 0 are the undefined plane and the undefined sphere (clause 1.1.2.1.2).
  if (Number(row['srs_id']) <= 0) return null;
  const isEpsg = String(row['organization']).toUpperCase() === 'EPSG';
  return identifyCodedCrs(isEpsg ? Number(row['code']) : null, String(row['definition'] ?? ''));
}
