import type { Polygon, Position } from 'geojson';
import { areaScale, type Datum, type PlanePosition, toGeographic, toPlane, zoneOf } from './gauss-krueger.js';

/** Metres east and north of a site's middle, before its rotation. */
export type Local = readonly [east: number, north: number];

/**
 * Where a mine lies: a point on the plane of a 3° zone and a rotation. Shapes are drawn in the site's own
 * axes, in metres, so that the area of what juts out of them is known exactly.
 */
export class Site {
  private constructor(
    readonly zone: number,
    readonly datum: Datum,
    private readonly origin: PlanePosition,
    private readonly rotation: number,
  ) {}

  static at(longitude: number, latitude: number, rotation: number, datum: Datum = 'CGCS2000'): Site {
    const zone = zoneOf(longitude);
    return new Site(zone, datum, toPlane(longitude, latitude, zone, datum), rotation);
  }

  /** The site whose middle is `offset` of this one, turned further by `turn` radians. */
  moved(offset: Local, turn = 0): Site {
    return new Site(this.zone, this.datum, this.plane(offset), this.rotation + turn);
  }

  /** EPSG code of the site's zone with prefix, in which its licence is issued. */
  get srid(): number {
    return this.datum === 'CGCS2000' ? 4488 + this.zone : 2349 + this.zone - 25;
  }

  /** Longitude and latitude, rounded to 0.1 mm. */
  position(at: Local): Position {
    return toGeographic(this.plane(at), this.zone, this.datum).map((degrees) => Number(degrees.toFixed(9)));
  }

  polygon(ring: readonly Local[]): Polygon {
    const positions = ring.map((at) => this.position(at));
    return { type: 'Polygon', coordinates: [[...positions, ...positions.slice(0, 1)]] };
  }

  /** Lines of the registry listing (domain.md §4): number, northing, easting with zone prefix. */
  corners(ring: readonly Local[]): string[] {
    return ring.map((at, i) => {
      const { northing, easting } = this.plane(at);
      return `${i + 1},${northing.toFixed(3)},${this.zone}${easting.toFixed(3)}, , ,`;
    });
  }

  /** Area on the ellipsoid of `planeSquareMetres` at this site. */
  ellipsoidal(planeSquareMetres: number): number {
    return planeSquareMetres / areaScale(this.origin.easting);
  }

  private plane([east, north]: Local): PlanePosition {
    const [cosine, sine] = [Math.cos(this.rotation), Math.sin(this.rotation)];
    return {
      northing: this.origin.northing + east * sine + north * cosine,
      easting: this.origin.easting + east * cosine - north * sine,
    };
  }
}

/** A rectangle in a site's axes, anticlockwise. */
export function rectangle(west: number, south: number, east: number, north: number): Local[] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}

/** Area of a ring in its own axes, m² (shoelace). */
export function ringArea(ring: readonly Local[]): number {
  return Math.abs(
    ring.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [x, y];
      return sum + x * nextY - nextX * y;
    }, 0) / 2,
  );
}
