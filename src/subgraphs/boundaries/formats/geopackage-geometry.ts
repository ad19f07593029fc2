import { LARGEST_RING, type Position, type Ring } from '../../../spatial/rings.js';
import { FileFault } from './issue-list.js';
import { openRing } from './ring-feature.js';

/** A geometry of a GeoPackage: its polygons and the srs_id that it says it is in. */
export interface GeoPackageGeometry {
  readonly srsId: number;
  readonly polygons: readonly (readonly Ring[])[];
}

/** Bytes of the envelope by its indicator (OGC 12-128r18, clause 2.1.3). */
const ENVELOPE_BYTES = [0, 32, 48, 48, 64] as const;
const TYPES: Readonly<Record<number, string>> = {
  1: 'Point',
  2: 'LineString',
  4: 'MultiPoint',
  5: 'MultiLineString',
  7: 'GeometryCollection',
};
const POLYGON = 3;
const MULTI_POLYGON = 6;

/**
 * Reads a GeoPackage geometry: header, then ISO well-known binary. Heights and measures are left out. Easting comes
 * before northing whatever the CRS says of its axes (clause 1.1.1.1.1). Errors: `FileFault` with ring and vertex.
 */
export function readGeometry(blob: Uint8Array, index: number): GeoPackageGeometry {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const damaged = (): FileFault =>
    new FileFault('UNREADABLE', 'The geometry is damaged or no GeoPackage geometry.', { index });
  if (view.byteLength < 8 || view.getUint16(0) !== 0x4750) throw damaged();
  const flags = view.getUint8(3);
  const envelope = ENVELOPE_BYTES[(flags >> 1) & 7];
  if (envelope === undefined || (flags & 0x20) !== 0) throw damaged();
  const srsId = view.getInt32(4, (flags & 1) === 1);
  const reader = new WkbReader(view, 8 + envelope, index);
  try {
    return { srsId, polygons: reader.polygons() };
  } catch (error) {
    // A DataView knows its end; what runs past it is damage.
    if (error instanceof RangeError) throw damaged();
    throw error;
  }
}

class WkbReader {
  private ring = 0;

  constructor(
    private readonly view: DataView,
    private offset: number,
    private readonly index: number,
  ) {}

  polygons(): Ring[][] {
    const { type, dimensions, littleEndian } = this.header();
    if (type === POLYGON) return [this.polygon(dimensions, littleEndian)];
    if (type !== MULTI_POLYGON) throw this.notPolygon(type);
    const polygons: Ring[][] = [];
    const count = this.count(littleEndian, 9);
    for (let i = 0; i < count; i++) {
      const part = this.header();
      if (part.type !== POLYGON) throw this.notPolygon(part.type);
      polygons.push(this.polygon(part.dimensions, part.littleEndian));
    }
    return polygons;
  }

  private notPolygon(type: number): FileFault {
    const name = TYPES[type] ?? `geometry of type ${type} of well-known binary`;
    const message = `An area is a Polygon or MultiPolygon; this is a ${name}. Leave what is no area out of the file.`;
    return new FileFault('GEOMETRY_TYPE', message, { index: this.index });
  }

  private header(): { type: number; dimensions: number; littleEndian: boolean } {
    const littleEndian = this.view.getUint8(this.offset) === 1;
    const code = this.view.getUint32(this.offset + 1, littleEndian);
    this.offset += 5;
    const heights = Math.floor(code / 1000);
    return {
      type: heights > 3 ? code : code % 1000,
      dimensions: heights === 0 ? 2 : heights === 3 ? 4 : 3,
      littleEndian,
    };
  }

  private polygon(dimensions: number, littleEndian: boolean): Ring[] {
    const count = this.count(littleEndian, 4);
    const rings: Ring[] = [];
    for (let i = 0; i < count; i++) rings.push(this.readRing(dimensions, littleEndian));
    return rings;
  }

  private readRing(dimensions: number, littleEndian: boolean): Ring {
    this.ring += 1;
    const place = { index: this.index, ring: this.ring };
    const count = this.count(littleEndian, dimensions * 8);
    if (count > LARGEST_RING + 1) {
      const message = `The ring has ${count} vertices; at most ${LARGEST_RING} are taken.`;
      throw new FileFault('TOO_MANY_VERTICES', message, { ...place, vertex: LARGEST_RING + 1 });
    }
    const positions: Position[] = [];
    for (let i = 0; i < count; i++, this.offset += dimensions * 8) {
      positions.push([
        this.view.getFloat64(this.offset, littleEndian),
        this.view.getFloat64(this.offset + 8, littleEndian),
      ]);
    }
    return openRing(positions, place);
  }

  /** A count of parts of at least `bytes` each: more than the rest has room for is damage, told before it is read. */
  private count(littleEndian: boolean, bytes: number): number {
    const count = this.view.getUint32(this.offset, littleEndian);
    this.offset += 4;
    if (count * bytes > this.view.byteLength - this.offset)
      throw new RangeError('count exceeds the geometry');
    return count;
  }
}
