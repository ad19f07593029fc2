import { AppError } from '../../../platform/errors.js';
import type { AreaColumn } from './area-columns.js';
import type { ExportedArea } from './area-writer.js';

const DBASE_3 = 3;
const HEADER_BYTES = 32;
const FIELD_BYTES = 32;
const END_OF_FIELDS = 0x0d;
const END_OF_FILE = 0x1a;
/** Widest text that the format has, and the width of a number that loses nothing of a double. */
const WIDEST_TEXT = 254;
const NUMBER_WIDTH = 24;

interface Field {
  readonly name: string;
  readonly type: 'C' | 'N' | 'D';
  readonly width: number;
  readonly decimals: number;
  readonly cells: readonly Buffer[];
}

/** Areas as the rows of a dBASE III table in UTF-8. Errors: `EXPORT_REFUSED` for text that is too long for it. */
export function printTable(columns: readonly AreaColumn[], areas: readonly ExportedArea[]): Uint8Array {
  const fields = columns.map((column) => fieldOf(column, areas));
  const rowBytes = 1 + fields.reduce((sum, { width }) => sum + width, 0);
  const headerBytes = HEADER_BYTES + fields.length * FIELD_BYTES + 1;
  const bytes = Buffer.alloc(headerBytes + areas.length * rowBytes + 1, ' ');
  bytes.fill(0, 0, headerBytes);
  bytes.writeUInt8(DBASE_3, 0);
  // The day of the last change: of the last area, so that the same areas make the same file.
  const changed = areas.reduce(
    (last, { recordedAt }) => (recordedAt > last ? recordedAt : last),
    new Date(0),
  );
  bytes.set(
    [Math.max(0, changed.getUTCFullYear() - 1900), changed.getUTCMonth() + 1, changed.getUTCDate()],
    1,
  );
  bytes.writeUInt32LE(areas.length, 4);
  bytes.writeUInt16LE(headerBytes, 8);
  bytes.writeUInt16LE(rowBytes, 10);
  let at = 1;
  fields.forEach(({ name, type, width, decimals, cells }, i) => {
    const head = HEADER_BYTES + i * FIELD_BYTES;
    bytes.write(name, head, 10, 'latin1');
    bytes.write(type, head + 11, 'latin1');
    bytes.writeUInt8(width, head + 16);
    bytes.writeUInt8(decimals, head + 17);
    cells.forEach((cell, row) => {
      const start = headerBytes + row * rowBytes + at;
      bytes.set(cell, type === 'N' ? start + width - cell.length : start);
    });
    at += width;
  });
  bytes.writeUInt8(END_OF_FIELDS, headerBytes - 1);
  bytes.writeUInt8(END_OF_FILE, bytes.length - 1);
  return bytes;
}

function fieldOf({ name, type, value }: AreaColumn, areas: readonly ExportedArea[]): Field {
  const values = areas.map(value);
  if (type === 'INTEGER' || type === 'REAL') {
    const decimals = type === 'REAL' ? 15 : 0;
    return {
      name,
      type: 'N',
      width: NUMBER_WIDTH,
      decimals,
      cells: values.map((cell) => Buffer.from(String(cell ?? ''))),
    };
  }
  if (type === 'DATE') {
    const cells = values.map((day) => Buffer.from(String(day ?? '').replaceAll('-', '')));
    return { name, type: 'D', width: 8, decimals: 0, cells };
  }
  const cells = values.map((text) => Buffer.from(String(text ?? '')));
  const long = cells.findIndex(({ length }) => length > WIDEST_TEXT);
  if (long >= 0) {
    throw new AppError(
      'EXPORT_REFUSED',
      `The ${name} of area ${areas[long]?.id} has ${cells[long]?.length} bytes; a shapefile holds ${WIDEST_TEXT}. Export as GEOPACKAGE.`,
    );
  }
  const width = cells.reduce((widest, { length }) => Math.max(widest, length), 1);
  return { name, type: 'C', width, decimals: 0, cells };
}
