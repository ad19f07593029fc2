import type { Polygon, Position } from './wkb.js';

/** A box in the plane of judging, metres. */
export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Where on the sheet a box is drawn, and at what scale; grid north is up. */
export class MapFrame {
  readonly metresPerUnit: number;
  private readonly box: Box;

  /** Fits `wanted` into a frame of the sheet, in its middle. */
  constructor(
    wanted: Box,
    readonly x: number,
    readonly y: number,
    readonly width: number,
    readonly height: number,
  ) {
    this.metresPerUnit = Math.max(
      (wanted.east - wanted.west) / width,
      (wanted.north - wanted.south) / height,
      1e-6,
    );
    const [middleX, middleY] = [(wanted.west + wanted.east) / 2, (wanted.south + wanted.north) / 2];
    const [halfX, halfY] = [(width * this.metresPerUnit) / 2, (height * this.metresPerUnit) / 2];
    this.box = {
      west: middleX - halfX,
      east: middleX + halfX,
      south: middleY - halfY,
      north: middleY + halfY,
    };
  }

  /** What the frame shows, which is at least what was wanted. */
  get shows(): Box {
    return this.box;
  }

  place([easting, northing]: Position): Position {
    return [
      this.x + (easting - this.box.west) / this.metresPerUnit,
      this.y + (this.box.north - northing) / this.metresPerUnit,
    ];
  }

  contains([easting, northing]: Position): boolean {
    const { west, south, east, north } = this.box;
    return easting >= west && easting <= east && northing >= south && northing <= north;
  }

  /** The path of polygons; corners that fall on the same tenth of a unit are drawn once. */
  path(polygons: readonly Polygon[]): string {
    return polygons.flatMap((rings) => rings.map((ring) => this.ringPath(ring))).join('');
  }

  private ringPath(ring: readonly Position[]): string {
    const points: string[] = [];
    for (const position of ring.slice(0, -1)) {
      const [x, y] = this.place(position);
      const point = `${x.toFixed(1)} ${y.toFixed(1)}`;
      if (point !== points.at(-1)) points.push(point);
    }
    return `M${points.join('L')}Z`;
  }
}

/** The box around positions; null where there are none. */
export function boxAround(polygons: readonly Polygon[]): Box | null {
  const positions = polygons.flatMap(([outer]) => outer ?? []);
  const [first] = positions;
  if (!first) return null;
  return positions.reduce<Box>(
    (box, [x, y]) => ({
      west: Math.min(box.west, x),
      south: Math.min(box.south, y),
      east: Math.max(box.east, x),
      north: Math.max(box.north, y),
    }),
    { west: first[0], south: first[1], east: first[0], north: first[1] },
  );
}

/** A box grown by a part of its size, by `least` metres at least. */
export function grown({ west, south, east, north }: Box, part: number, least: number): Box {
  const by = Math.max(least, part * Math.max(east - west, north - south));
  return { west: west - by, south: south - by, east: east + by, north: north + by };
}

/** The greatest of 1, 2 and 5 times a power of ten that is not above `most`. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const factor = [5, 2, 1].find((candidate) => candidate * power <= most) ?? 1;
  return factor * power;
}

/** The multiples of `step` between two numbers. */
export const multiples = (from: number, to: number, step: number): readonly number[] => {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step);
};
