import { CsvError, parse } from 'csv-parse/sync';
import { FileFault } from './issue-list.js';
import { isTooDense, SHORTEST_CELL } from './text.js';

/** A row and the line it begins on. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Rows of one file: corners of all its areas. */
const MOST_ROWS = 200_000;
const DELIMITERS = [',', ';', '\t', '，'];

/**
 * The rows of a CSV file that are not blank. Cells may be quoted (RFC 4180); what parts them is what the header has
 * most of. Errors: `FileFault` with the line.
 */
export function readRows(text: string): CsvRow[] {
  if (isTooDense(text, /[\n,;\t，]/g, SHORTEST_CELL)) {
    throw new FileFault('UNREADABLE', 'The cells of the file are too short to be coordinates.');
  }
  const rows: CsvRow[] = [];
  try {
    parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
      on_record: (record, { lines }) => {
        if (rows.length > MOST_ROWS) {
          throw new FileFault('FILE_TOO_LARGE', `The file has more than ${MOST_ROWS} rows.`, {
            line: lines,
          });
        }
        rows.push({ cells: record, line: lines - newLines(record) });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    throw new FileFault('UNREADABLE', `The file is not CSV: ${error.message}.`, { line: lines ?? null });
  }
  return rows;
}

/** The parser counts the line a row ends on; quoted cells may have run over several. */
const newLines = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);

function delimiterOf(text: string): string {
  const header = /^\s*([^\r\n]{0,10000})/.exec(text)?.[1] ?? '';
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}
