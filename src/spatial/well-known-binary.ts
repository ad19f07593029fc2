import type { PolygonRings } from './rings.js';

const LITTLE_ENDIAN = 1;
const POLYGON = 3;
const MULTI_POLYGON = 6;
const HEADER_BYTES = 9;
const COUNT_BYTES = 4;
const POSITION_BYTES = 16;

/**
 * Rings as hex well-known binary, which PostGIS reads as a geometry without SRID. Every double keeps its value, and none
 * is printed and parsed.
 */
export const polygonHex = (polygons: readonly PolygonRings[]): string =>
  polygonBinary(polygons).toString('hex');

/** Rings as the little-endian well-known binary (OGC 06-103r4, clause 8) of a MultiPolygon. */
export function polygonBinary(polygons: readonly PolygonRings[]): Buffer {
  const bytes = Buffer.allocUnsafe(bytesOf(polygons));
  let offset = 0;
  const header = (type: number, count: number): void => {
    offset = bytes.writeUInt8(LITTLE_ENDIAN, offset);
    offset = bytes.writeUInt32LE(type, offset);
    offset = bytes.writeUInt32LE(count, offset);
  };
  header(MULTI_POLYGON, polygons.length);
  for (const rings of polygons) {
    header(POLYGON, rings.length);
    for (const ring of rings) {
      offset = bytes.writeUInt32LE(ring.length + 1, offset);
      for (let i = 0; i <= ring.length; i++) {
        // The first position once more closes the ring.
        const position = ring[i === ring.length ? 0 : i];
        if (!position) throw new RangeError('A ring without positions has no well-known binary.');
        offset = bytes.writeDoubleLE(position[0], offset);
        offset = bytes.writeDoubleLE(position[1], offset);
      }
    }
  }
  return bytes;
}

function bytesOf(polygons: readonly PolygonRings[]): number {
  let bytes = HEADER_BYTES;
  for (const rings of polygons) {
    bytes += HEADER_BYTES;
    for (const ring of rings) bytes += COUNT_BYTES + (ring.length + 1) * POSITION_BYTES;
  }
  return bytes;
}
