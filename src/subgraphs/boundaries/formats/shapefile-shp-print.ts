import type { IntakeCorner, IntakeRing } from './intake-file.js';

type Polygons = readonly (readonly IntakeRing[])[];
type Box = [west: number, south: number, east: number, north: number];

const HEADER_BYTES = 100;
const FILE_CODE = 9994;
const VERSION = 1000;
const POLYGON = 5;
/** Type, box, and the counts of parts and points. */
const RECORD_HEAD_BYTES = 44;

/** Areas as the records of a .shp file and the index of them, the .shx (ESRI Shapefile Technical Description, 1998). */
export function printShapes(areas: readonly Polygons[]): { shp: Uint8Array; shx: Uint8Array } {
  const records = areas.map((polygons) => recordOf(polygons));
  const box = records.reduce((all, record) => joined(all, record.box), emptyBox());
  const shx = Buffer.alloc(HEADER_BYTES + records.length * 8);
  const parts: Buffer[] = [];
  let offset = HEADER_BYTES;
  records.forEach(({ bytes }, i) => {
    const head = Buffer.alloc(8);
    head.writeInt32BE(i + 1, 0);
    head.writeInt32BE(bytes.length / 2, 4);
    shx.writeInt32BE(offset / 2, HEADER_BYTES + i * 8);
    shx.writeInt32BE(bytes.length / 2, HEADER_BYTES + i * 8 + 4);
    parts.push(head, bytes);
    offset += head.length + bytes.length;
  });
  writeHeader(shx, shx.length, box);
  const header = Buffer.alloc(HEADER_BYTES);
  writeHeader(header, offset, box);
  return { shp: Buffer.concat([header, ...parts]), shx };
}

function writeHeader(bytes: Buffer, length: number, box: Box): void {
  bytes.writeInt32BE(FILE_CODE, 0);
  bytes.writeInt32BE(length / 2, 24);
  bytes.writeInt32LE(VERSION, 28);
  bytes.writeInt32LE(POLYGON, 32);
  if (box[0] <= box[2]) writeBox(bytes, 36, box);
}

function recordOf(polygons: Polygons): { bytes: Buffer; box: Box } {
  const rings = polygons.flatMap((polygon) => polygon.map((ring, i) => directed(ring, i === 0)));
  const points = rings.reduce((sum, ring) => sum + ring.length, 0);
  const bytes = Buffer.alloc(RECORD_HEAD_BYTES + rings.length * 4 + points * 16);
  bytes.writeInt32LE(POLYGON, 0);
  bytes.writeInt32LE(rings.length, 36);
  bytes.writeInt32LE(points, 40);
  const box = emptyBox();
  let [start, at] = [0, RECORD_HEAD_BYTES + rings.length * 4];
  rings.forEach((ring, i) => {
    bytes.writeInt32LE(start, RECORD_HEAD_BYTES + i * 4);
    start += ring.length;
    for (const { x: northing, y: easting } of ring) {
      at = bytes.writeDoubleLE(easting, at);
      at = bytes.writeDoubleLE(northing, at);
      widen(box, easting, northing);
    }
  });
  writeBox(bytes, 4, box);
  return { bytes, box };
}

/** A closed ring that runs as the format wants it, from the corner it was issued from. */
function directed(ring: IntakeRing, isShell: boolean): IntakeRing {
  const [first, ...others] = ring;
  if (!first) return [];
  const asWanted = isClockwise(ring) === isShell;
  return [first, ...(asWanted ? others : others.toReversed()), first];
}

function isClockwise(ring: IntakeRing): boolean {
  const [origin] = ring;
  if (!origin) return true;
  const twice = ring.reduce(
    (sum, corner, i) => sum + cross(origin, corner, ring[(i + 1) % ring.length] ?? corner),
    0,
  );
  return twice < 0;
}

const cross = (origin: IntakeCorner, a: IntakeCorner, b: IntakeCorner): number =>
  (a.y - origin.y) * (b.x - origin.x) - (b.y - origin.y) * (a.x - origin.x);

const emptyBox = (): Box => [Infinity, Infinity, -Infinity, -Infinity];

const joined = (a: Box, b: Box): Box => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];

function widen(box: Box, easting: number, northing: number): void {
  box[0] = Math.min(box[0], easting);
  box[1] = Math.min(box[1], northing);
  box[2] = Math.max(box[2], easting);
  box[3] = Math.max(box[3], northing);
}

const writeBox = (bytes: Buffer, offset: number, box: Box): void =>
  box.forEach((value, i) => {
    bytes.writeDoubleLE(value, offset + i * 8);
  });
