/** A geometry out of EWKB, as far as packs hold any. */
export type WkbGeometry =
  | { readonly type: 'Point'; readonly srid: number; readonly coordinates: Position }
  | { readonly type: 'MultiPolygon'; readonly srid: number; readonly coordinates: readonly Polygon[] };

export type Position = readonly [x: number, y: number];
/** Closed rings, the outer first. */
export type Polygon = readonly (readonly Position[])[];

const POINT = 1;
const POLYGON = 3;
const MULTI_POLYGON = 6;
const HAS_SRID = 0x20000000;

/**
 * Reads hex EWKB (little-endian, as PostGIS writes it): Point, Polygon or MultiPolygon in two dimensions.
 * Errors: `RangeError` for anything else, also for bytes that end early or go on.
 */
export function readWkb(hex: string): WkbGeometry {
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.length * 2 !== hex.length) throw new RangeError('The geometry is not hexadecimal.');
  const reader = new Reader(bytes);
  const { type, srid } = reader.header();
  const geometry: WkbGeometry =
    type === POINT
      ? { type: 'Point', srid, coordinates: reader.position() }
      : {
          type: 'MultiPolygon',
          srid,
          coordinates: type === POLYGON ? [reader.polygon()] : reader.parts(type),
        };
  reader.end();
  return geometry;
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  header(): { readonly type: number; readonly srid: number } {
    if (this.bytes.readUInt8(this.at) !== 1) throw new RangeError('The geometry is not little-endian.');
    const word = this.bytes.readUInt32LE(this.at + 1);
    this.at += 5;
    if ((word & HAS_SRID) === 0) return { type: word, srid: 0 };
    this.at += 4;
    return { type: word & ~HAS_SRID, srid: this.bytes.readUInt32LE(this.at - 4) };
  }

  position(): Position {
    this.at += 16;
    return [this.bytes.readDoubleLE(this.at - 16), this.bytes.readDoubleLE(this.at - 8)];
  }

  polygon(): Polygon {
    return this.many(() => this.many(() => this.position()));
  }

  parts(type: number): Polygon[] {
    if (type !== MULTI_POLYGON) throw new RangeError(`A geometry of type ${type} has no place in a pack.`);
    return this.many(() => {
      if (this.header().type !== POLYGON) throw new RangeError('A part of a MultiPolygon is no Polygon.');
      return this.polygon();
    });
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new RangeError('The geometry has more bytes than it says.');
  }

  private many<T>(read: () => T): T[] {
    const count = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    // Each thing counted takes four bytes at least: a false count fails before it fills the memory.
    if (count * 4 > this.bytes.length - this.at) throw new RangeError('The geometry ends early.');
    return Array.from({ length: count }, read);
  }
}
