import { ellipsoidalRingArea, planeOf } from './ellipsoid.js';
import type { OracleArea, OracleObservation, OracleSituation, Range } from './oracle-situation.js';
import { both, measure, polygonsOf, type Region, unite } from './turf-region.js';

/** From the best to the worst; of an area known only roughly, an excess is never more than the third. */
export const CLASSES = ['WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'] as const;
export const PROBABLE = CLASSES.indexOf('PROBABLE');

/** The hub's own table would be wrong in both. */
const PERMITS: Readonly<Record<OracleObservation['activity'], readonly OracleArea['kind'][]>> = {
  EXTRACTION: ['MINING_RIGHT'],
  STRIPPING: ['MINING_RIGHT', 'STRIPPING_LAND'],
  DUMPING: ['MINING_RIGHT', 'DUMP_SITE'],
  CONSTRUCTION: ['MINING_RIGHT', 'INDUSTRIAL_SITE'],
};

/** A figure within this of a limit, relatively, is not certain. */
const NEAR = 1e-4;

/** A situation by what was known of it, with its measures; what it cannot tell for certain it notes as a doubt. */
export class TurfReading {
  readonly doubts: string[] = [];
  readonly day: string;
  readonly known: readonly OracleArea[];
  readonly footprint: Region;

  constructor(readonly of: OracleSituation) {
    this.day = new Date(Date.parse(of.observation.observedAt) + 8 * 3_600_000).toISOString().slice(0, 10);
    this.known = of.areas.filter(
      ({ recordedAt, supersededAt }) =>
        Date.parse(recordedAt) <= Date.parse(of.known) &&
        (supersededAt === null || Date.parse(supersededAt) > Date.parse(of.known)),
    );
    this.footprint = unite(of.observation.shapes);
  }

  readonly inForce = ({ validFrom, validTo }: Pick<OracleArea, 'validFrom' | 'validTo'>): boolean =>
    validFrom <= this.day && (validTo === null || validTo > this.day);

  /** Areas of the mine that permit the activity, on this day or another. */
  permitsOf(mine: string | null): readonly OracleArea[] {
    const kinds = PERMITS[this.of.observation.activity];
    return this.known.filter((area) => area.mine === mine && kinds.includes(area.kind));
  }

  /** m² that the areas cover of the footprint, or of a part of it. */
  shared(areas: readonly OracleArea[], part = this.footprint): number {
    return this.areaOf(both(part, shapesOf(areas)));
  }

  /** m² on the ellipsoid, or in the plane. */
  areaOf(a: Region, onEllipsoid = true): number {
    if (polygonsOf(a).length === 0) return 0;
    const { srid, origin } = this.of;
    const plane = planeOf(srid);
    return measure(a, (ring) =>
      onEllipsoid
        ? ellipsoidalRingArea(
            ring.map(([x = 0, y = 0]) => [origin.x + x, origin.y + y]),
            plane,
          )
        : shoelace(ring),
    );
  }

  isSmall(area: number): boolean {
    const { minArea } = this.of.policy;
    if (Math.abs(area - minArea) < NEAR * minArea) this.doubts.push('at the least area');
    return area < minArea;
  }

  /** The place in `CLASSES` of something beyond a boundary by so much; without a boundary the last. */
  classOf(overrun: Range | null, sigma: number): number {
    if (overrun === null) return CLASSES.length - 1;
    const [probable, confirmed] = this.limits(sigma);
    const rankOf = (metres: number): number => (metres <= probable ? 1 : metres <= confirmed ? 2 : 3);
    const [low, high] = [rankOf(overrun.low * (1 - NEAR)), rankOf(overrun.high * (1 + NEAR))];
    if (low !== high) this.doubts.push('an overrun at the limit of a class');
    return low;
  }

  /** Metres above which an overrun is probable and confirmed. */
  limits(sigma: number): readonly [probable: number, confirmed: number] {
    const { kProbable, kConfirmed } = this.of.policy;
    return [kProbable * sigma, kConfirmed * sigma];
  }
}

export const shapesOf = (areas: readonly OracleArea[]): Region => unite(areas.map((area) => area.shape));

function shoelace(ring: readonly (readonly number[])[]): number {
  let twice = 0;
  const [x0 = 0, y0 = 0] = ring[0] ?? [];
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    const [bx = 0, by = 0] = ring[i + 1] ?? [];
    twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
  }
  return Math.abs(twice) / 2;
}
