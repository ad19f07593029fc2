import { FileFault } from './issue-list.js';

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const INTERIOR = 5;
const LEAF = 13;
const WRITE_AHEAD = 2;

/** Whether `bytes` begin as an SQLite database does. */
export const isSqlite = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MAGIC.length)).toString('latin1') ===
  MAGIC;

/**
 * Checks what SQLite reads before anything can be asked of it: the header, and the tree of tables on page 1. A
 * crafted tree whose pages point to each other would keep it reading for ever. Errors: `FileFault` UNREADABLE.
 */
export function checkFirstPages(bytes: Uint8Array): void {
  if (!isSqlite(bytes) || bytes.length < HEADER_BYTES) {
    throw new FileFault(
      'UNREADABLE',
      'The file is no GeoPackage: it does not begin as an SQLite database does.',
    );
  }
  if (bytes[18] === WRITE_AHEAD || bytes[19] === WRITE_AHEAD) {
    const message =
      'The GeoPackage is in write-ahead mode: rows may be missing. Close it in the program that has it open, or save a copy.';
    throw new FileFault('UNREADABLE', message);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stated = view.getUint16(16);
  const pageBytes = stated === 1 ? 65_536 : stated;
  const pages = Math.floor(bytes.length / Math.max(pageBytes, 1));
  const damaged = new FileFault(
    'UNREADABLE',
    'The GeoPackage is damaged: its table of tables cannot be read.',
  );
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || pages === 0) throw damaged;
  const seen = new Set<number>();
  const open = [1];
  for (let page = open.pop(); page !== undefined; page = open.pop()) {
    if (page < 1 || page > pages || seen.has(page)) throw damaged;
    seen.add(page);
    const children = childrenOf(
      new DataView(view.buffer, view.byteOffset + (page - 1) * pageBytes, pageBytes),
      page,
    );
    if (children === null) throw damaged;
    open.push(...children);
  }
}

/** Pages below a page of a table; none below a leaf, null where it is no page of a table. */
function childrenOf(page: DataView, number: number): number[] | null {
  const start = number === 1 ? HEADER_BYTES : 0;
  const kind = page.getUint8(start);
  if (kind === LEAF) return [];
  const cells = page.getUint16(start + 3);
  if (kind !== INTERIOR || start + 12 + cells * 2 > page.byteLength) return null;
  const children = [page.getUint32(start + 8)];
  for (let i = 0; i < cells; i++) {
    const cell = page.getUint16(start + 12 + i * 2);
    if (cell + 4 > page.byteLength) return null;
    children.push(page.getUint32(cell));
  }
  return children;
}
