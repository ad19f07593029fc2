import { type Attributes, areaColumns, isRounded } from './attributes.js';
import { FileFault } from './issue-list.js';
import { decodeText } from './text.js';

const HEADER_BYTES = 32;
const FIELD_BYTES = 32;
const END_OF_FIELDS = 0x0d;
const DELETED = 0x2a;

/** Byte 29 of the header, where there is no .cpg: the code pages that China's programs write. */
const LANGUAGES: Readonly<Record<number, string>> = {
  77: 'gb18030',
  122: 'gb18030',
  79: 'big5',
  120: 'big5',
};

interface Field {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * The rows of a dBASE table that belong to as many shapes; null for rows that are marked as deleted. Only columns that
 * say something of an area are read. `codePage` is the content of the .cpg.
 * Without it the header's language tells, else whether the bytes are UTF-8. Errors: `FileFault`.
 */
export function readTable(
  bytes: Uint8Array,
  codePage: string | null,
  shapes: number,
  index: number,
): (Attributes | null)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (message: string): FileFault =>
    new FileFault('UNREADABLE', `The .dbf is damaged: ${message}.`, { index });
  if (view.byteLength < HEADER_BYTES + 1) throw refuse('it has no header');
  const rows = view.getUint32(4, true);
  const headerBytes = view.getUint16(8, true);
  const rowBytes = view.getUint16(10, true);
  if (headerBytes < HEADER_BYTES + 1 || headerBytes > view.byteLength) throw refuse('its header is cut off');
  if (rowBytes < 1 || headerBytes + rows * rowBytes > view.byteLength) {
    throw refuse(`${rows} rows of ${rowBytes} bytes do not fit into it`);
  }
  if (rows !== shapes) {
    const message = `The shapefile has ${shapes} shapes, and its .dbf ${rows} rows: they do not belong together.`;
    throw new FileFault('UNREADABLE', message, { index });
  }
  const decode = decoderOf(bytes.subarray(headerBytes), codePage, view.getUint8(29), index);
  const fields = fieldsOf(bytes.subarray(HEADER_BYTES, headerBytes), decode);
  if (fields.some(({ offset, length }) => offset + length > rowBytes))
    throw refuse('its fields are longer than its rows');
  const read = areaColumns(fields, ({ name }) => name);
  return Array.from({ length: rows }, (_, i) => {
    const row = bytes.subarray(headerBytes + i * rowBytes, headerBytes + (i + 1) * rowBytes);
    return row[0] === DELETED ? null : attributesOf(row, read, decode);
  });
}

type Decode = (bytes: Uint8Array) => string;

function decoderOf(body: Uint8Array, codePage: string | null, language: number, index: number): Decode {
  const label = codePage === null ? LANGUAGES[language] : labelOf(codePage);
  if (label !== undefined) {
    try {
      const decoder = new TextDecoder(label);
      return (bytes) => decoder.decode(bytes);
    } catch {
      const message = `The .cpg names the code page "${codePage?.trim().slice(0, 40)}", which is not known here. Save the file as UTF-8.`;
      throw new FileFault('UNREADABLE', message, { index });
    }
  }
  const isUtf8 = !decodeUtf8(body).includes('\uFFFD');
  return isUtf8 ? decodeUtf8 : decodeText;
}

const decodeUtf8: Decode = (bytes) => new TextDecoder('utf-8').decode(bytes);

/** The name under which the platform knows a code page: `UTF-8`, `CP936`, `936`, `ANSI 1252`, `ISO-8859-1`. */
function labelOf(codePage: string): string {
  const name = codePage.trim();
  const number = /^(?:cp|ansi|oem|windows-)?\s*(\d+)$/i.exec(name)?.[1];
  if (number === undefined) return name;
  return { 936: 'gb18030', 54936: 'gb18030', 950: 'big5', 65001: 'utf-8' }[number] ?? `windows-${number}`;
}

function fieldsOf(header: Uint8Array, decode: Decode): Field[] {
  const fields: Field[] = [];
  // The first byte of a row says whether it is deleted.
  let offset = 1;
  for (let at = 0; at + FIELD_BYTES <= header.length && header[at] !== END_OF_FIELDS; at += FIELD_BYTES) {
    const name = header.subarray(at, at + 11);
    const length = header[at + 16] ?? 0;
    const end = name.indexOf(0);
    fields.push({
      name: decode(end < 0 ? name : name.subarray(0, end)).trim(),
      type: String.fromCharCode(header[at + 11] ?? 0),
      offset,
      length,
    });
    offset += length;
  }
  return fields;
}

function attributesOf(row: Uint8Array, fields: readonly Field[], decode: Decode): Attributes {
  return Object.fromEntries(
    fields.map(({ name, type, offset, length }) => {
      const text = withoutPadding(decode(row.subarray(offset, offset + length)));
      return [name, type === 'N' || type === 'F' ? numberOf(text) : text];
    }),
  );
}

/** Fields are padded with blanks; text that fills its field may have been cut within its last character. */
const withoutPadding = (text: string): string =>
  text
    .replace(/\uFFFD$/, '')
    .replace(/[\s\0]+$/, '')
    .trim();

/** A whole number that a double would round stays the text that it is. */
function numberOf(text: string): number | string | null {
  if (text === '' || /^\*+$/.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) && !(isRounded(number) && /^[-+]?\d+$/.test(text)) ? number : text;
}
