import { distanceToSegment } from './greatest-distance.js';
import type { OracleArea } from './oracle-situation.js';
import { shapesOf, type TurfReading } from './turf-reading.js';
import { both, edgesOf } from './turf-region.js';

/** The mine that an observation is judged for, and by what. */
export interface TurfAttribution {
  readonly mine: string | null;
  readonly attribution: 'GIVEN' | 'OVERLAP' | 'SUSPECTED' | 'NONE';
}

/** The mine given, else the one whose areas in force cover most of the footprint, else the nearest within the radius. */
export function attribute(reading: TurfReading): TurfAttribution {
  const given = reading.of.observation.mine;
  if (given !== null) return { mine: given, attribution: 'GIVEN' };
  const permits = reading.known.filter((area) => area.kind !== 'RED_LINE' && area.kind !== 'PROHIBITED_ZONE');
  const covering = coveringMost(reading, permits);
  if (covering !== null) return { mine: covering, attribution: 'OVERLAP' };
  const near = nearest(reading, permits);
  return near === null ? { mine: null, attribution: 'NONE' } : { mine: near, attribution: 'SUSPECTED' };
}

function coveringMost(reading: TurfReading, permits: readonly OracleArea[]): string | null {
  const mines = [...new Set(permits.map((area) => area.mine))].toSorted();
  const [most, next] = mines
    .map((mine) => {
      const areas = permits.filter((area) => area.mine === mine && reading.inForce(area));
      return { mine, share: reading.shared(areas) };
    })
    .filter(({ share }) => share > 1e-3)
    .toSorted((a, b) => b.share - a.share);
  if (most && next && next.share > most.share * (1 - 1e-6)) reading.doubts.push('two mines share it alike');
  return most?.mine ?? null;
}

function nearest(reading: TurfReading, permits: readonly OracleArea[]): string | null {
  const { inForce } = reading;
  const distances = permits
    .map((area) => ({ area, metres: groundMetres(reading, area) }))
    .filter(({ metres }) => metres <= reading.of.policy.radius)
    .toSorted((a, b) => a.metres - b.metres || Number(inForce(b.area)) - Number(inForce(a.area)));
  const [first] = distances;
  if (!first) return null;
  const rival = distances.find(({ area }) => area.mine !== first.area.mine);
  if (rival && rival.metres - first.metres < 0.01) reading.doubts.push('two mines are as near');
  return first.area.mine;
}

/** Distance of the footprint on the ground: of the plane's by its scale. */
function groundMetres(reading: TurfReading, area: OracleArea): number {
  const { footprint } = reading;
  const shape = shapesOf([area]);
  if (both(footprint, shape)) return 0;
  const [own, theirs] = [edgesOf(footprint), edgesOf(shape)];
  const metres = Math.min(
    ...own.flatMap(([x, y]) => theirs.map((edge) => distanceToSegment(x, y, edge))),
    ...theirs.flatMap(([x, y]) => own.map((edge) => distanceToSegment(x, y, edge))),
  );
  const onGround = metres * Math.sqrt(reading.areaOf(footprint) / reading.areaOf(footprint, false));
  const { radius } = reading.of.policy;
  if (Math.abs(onGround - radius) < 0.001 * radius) reading.doubts.push('at the attribution radius');
  return onGround;
}
