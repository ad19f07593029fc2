import { LARGEST_RING, type Position, type Ring } from '../../../spatial/rings.js';
import { FileFault, MOST_AREAS, tooManyAreas } from './issue-list.js';
import { assemblePolygons } from './ring-assembly.js';
import { openRing } from './ring-feature.js';

const HEADER_BYTES = 100;
const RECORD_HEADER_BYTES = 8;
const FILE_CODE = 9994;
const NULL_SHAPE = 0;
/** Polygon, PolygonZ and PolygonM; their heights and measures follow the plane and are not read. */
const POLYGON_TYPES = new Set([5, 15, 25]);

const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'points',
  3: 'lines',
  8: 'multipoints',
  11: 'points',
  13: 'lines',
  18: 'multipoints',
  21: 'points',
  23: 'lines',
  28: 'multipoints',
  31: 'multipatches',
};

/** One record of a .shp: polygons of a shell and its holes, or why there are none. */
export type ShapeRecord = { readonly polygons: readonly (readonly Ring[])[] } | { readonly fault: FileFault };

/**
 * The polygons of a .shp file (ESRI Shapefile Technical Description, 1998). Every length and count is held against
 * the bytes there are: what a lenient reader would skip or guess is refused. `index` is that of the first record.
 * Errors: `FileFault` where the records cannot be told apart.
 */
export function readShapes(bytes: Uint8Array, index: number): ShapeRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkHeader(view, index);
  const records: ShapeRecord[] = [];
  let offset = HEADER_BYTES;
  while (offset < view.byteLength) {
    const place = { index: index + records.length };
    if (place.index >= MOST_AREAS) throw tooManyAreas();
    if (offset + RECORD_HEADER_BYTES > view.byteLength) throw cutOff(offset, place);
    const number = view.getInt32(offset);
    const length = view.getInt32(offset + 4) * 2;
    const start = offset + RECORD_HEADER_BYTES;
    if (number !== records.length + 1 || length < 4) {
      const message = `The .shp is damaged at byte ${offset}: record ${records.length + 1} should begin there.`;
      throw new FileFault('UNREADABLE', message, place);
    }
    if (start + length > view.byteLength) throw cutOff(offset, place);
    records.push(readRecord(new DataView(view.buffer, view.byteOffset + start, length), place.index));
    offset = start + length;
  }
  return records;
}

const cutOff = (offset: number, place: { index: number }): FileFault =>
  new FileFault('UNREADABLE', `The .shp is cut off: the record at byte ${offset} runs past its end.`, place);

function checkHeader(view: DataView, index: number): void {
  if (view.byteLength < HEADER_BYTES || view.getInt32(0) !== FILE_CODE) {
    throw new FileFault('UNREADABLE', 'The .shp does not begin as a shapefile does.', { index });
  }
  const stated = view.getInt32(24) * 2;
  if (stated !== view.byteLength) {
    const message = `The .shp says it has ${stated} bytes and has ${view.byteLength}: it is cut off or damaged.`;
    throw new FileFault('UNREADABLE', message, { index });
  }
  const type = view.getInt32(32, true);
  if (type === NULL_SHAPE || POLYGON_TYPES.has(type)) return;
  const message = `The shapefile holds ${TYPE_NAMES[type] ?? `shapes of type ${type}`}; areas are polygons.`;
  throw new FileFault('GEOMETRY_TYPE', message, { index });
}

function readRecord(record: DataView, index: number): ShapeRecord {
  try {
    return { polygons: polygonsOf(record, index) };
  } catch (error) {
    if (error instanceof FileFault) return { fault: error };
    throw error;
  }
}

const PARTS_OFFSET = 44;
const POINT_BYTES = 16;

function polygonsOf(record: DataView, index: number): Ring[][] {
  const type = record.getInt32(0, true);
  if (type === NULL_SHAPE) throw new FileFault('EMPTY', 'The record has no shape.', { index });
  if (!POLYGON_TYPES.has(type)) {
    throw new FileFault('GEOMETRY_TYPE', `An area is a polygon; this is a shape of type ${type}.`, { index });
  }
  const damaged = new FileFault('UNREADABLE', 'The record is damaged: its counts and its length differ.', {
    index,
  });
  if (record.byteLength < PARTS_OFFSET) throw damaged;
  const [parts, points] = [record.getInt32(36, true), record.getInt32(40, true)];
  if (parts < 1 || points < 1 || PARTS_OFFSET + parts * 4 + points * POINT_BYTES > record.byteLength)
    throw damaged;
  const starts = Array.from({ length: parts }, (_, i) => record.getInt32(PARTS_OFFSET + i * 4, true));
  const ends = [...starts.slice(1), points];
  if (starts[0] !== 0 || starts.some((start, i) => start >= (ends[i] ?? 0))) throw damaged;
  const origin = PARTS_OFFSET + parts * 4;
  const rings = starts.map((start, i) => {
    const place = { index, ring: i + 1 };
    const positions = positionsOf(record, origin, start, ends[i] ?? points);
    if (positions.length <= LARGEST_RING + 1) return openRing(positions, place);
    const message = `The ring has ${positions.length} vertices; at most ${LARGEST_RING} are taken.`;
    throw new FileFault('TOO_MANY_VERTICES', message, { ...place, vertex: LARGEST_RING + 1 });
  });
  return assemblePolygons(rings, index);
}

const positionsOf = (record: DataView, origin: number, start: number, end: number): Position[] =>
  Array.from({ length: end - start }, (_, i) => {
    const at = origin + (start + i) * POINT_BYTES;
    return [record.getFloat64(at, true), record.getFloat64(at + 8, true)];
  });
