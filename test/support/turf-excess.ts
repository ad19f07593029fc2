import { greatestDistance } from './greatest-distance.js';
import type { OracleArea, OracleFinding, OracleObservation } from './oracle-situation.js';
import { CLASSES, PROBABLE, shapesOf, type TurfReading } from './turf-reading.js';
import { both, components, edgesOf, meetInAPoint, minus, perimeter, type Region } from './turf-region.js';

const OUT_OF_BOUNDS: Readonly<Record<OracleObservation['activity'], string>> = {
  EXTRACTION: 'MINING_OUT_OF_BOUNDS',
  STRIPPING: 'STRIPPING_OUT_OF_BOUNDS',
  DUMPING: 'DUMPING_OUT_OF_BOUNDS',
  CONSTRUCTION: 'MINING_OUT_OF_BOUNDS',
};

interface Name {
  readonly kind: string;
  readonly reason: string | null;
  readonly other: string | null;
}

interface Piece extends Name {
  area: number;
}

interface Claim extends Name {
  readonly areas: readonly OracleArea[];
}

/** What a part of an excess is called; `ballpark`: areas that are known only roughly have a say in it. */
export interface Named {
  readonly pieces: readonly Readonly<Piece>[];
  readonly ballpark: boolean;
}

export interface JudgedExcess {
  readonly findings: readonly OracleFinding[];
  readonly slivers: number;
  readonly sliverArea: number;
}

/** Parts of an excess that are no slivers, each with its class by its distance from `areas`, named by `names`. */
export function judgeExcess(
  reading: TurfReading,
  excess: Region,
  areas: readonly OracleArea[],
  names: (part: Region) => Named,
): JudgedExcess {
  const sigma = Math.hypot(reading.of.observation.sigma, Math.max(0, ...areas.map((area) => area.sigma)));
  const reference = shapesOf(areas);
  const edges = edgesOf(reference);
  const parts = components(excess).filter(isGround(reading));
  if (meetInAPoint(parts)) reading.doubts.push('parts that meet in a point');
  const slivers = parts.filter((part) => reading.isSmall(reading.areaOf(part)));
  const findings = parts
    .filter((part) => !slivers.includes(part))
    .flatMap((part) => {
      const overrun = reference && greatestDistance(part.geometry.coordinates, edges, reading.limits(sigma));
      const { pieces, ballpark } = names(part);
      const capped = ballpark || areas.some((area) => area.ballpark);
      const rank = reading.classOf(overrun, sigma);
      const verdict = CLASSES[capped ? Math.min(PROBABLE, rank) : rank] ?? '';
      return pieces.map((piece) => ({ ...piece, verdict, overrun, depthOverrun: null }));
    });
  return {
    findings,
    slivers: slivers.length,
    sliverArea: sum(slivers.map((part) => reading.areaOf(part))),
  };
}

/** Whether a part is thicker than a millimetre on average. */
const isGround =
  (reading: TurfReading) =>
  (part: Region): boolean => {
    const thickness = (2 * reading.areaOf(part, false)) / perimeter(part);
    if (Math.abs(thickness - 1e-3) < 1e-5) reading.doubts.push('a thread');
    return thickness > 1e-3;
  };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** What a part of the plan's excess is called: neighbours' rights first, then own rights of another time. */
export function namesBeyondPlan(reading: TurfReading, part: Region, mine: string | null): Named {
  let rest = part;
  let ballpark = false;
  let thin = 0;
  const pieces: Piece[] = [];
  const add = (name: Name, piece: Region): void => {
    const area = sum(
      components(piece)
        .filter(isGround(reading))
        .map((each) => reading.areaOf(each)),
    );
    thin += reading.areaOf(piece) - area;
    pieces.push({ ...name, area });
  };
  for (const { areas, ...name } of claims(reading, mine)) {
    const touching = areas.filter((area) => reading.shared([area], part) > 1e-3);
    if (touching.some((area) => area.ballpark)) ballpark = true;
    add(name, both(rest, shapesOf(touching)));
    rest = minus(rest, shapesOf(touching));
  }
  const nobody = mine === null ? 'UNLICENSED' : OUT_OF_BOUNDS[reading.of.observation.activity];
  add({ kind: nobody, reason: null, other: null }, rest);
  return { pieces: joined(reading, pieces, thin), ballpark };
}

function claims(reading: TurfReading, mine: string | null): readonly Claim[] {
  const rights = reading.known.filter(
    (area) => area.mine !== mine && area.kind === 'MINING_RIGHT' && reading.inForce(area),
  );
  const ownOfAnotherTime = reading.permitsOf(mine).filter((area) => !reading.inForce(area));
  const lapsed = (area: OracleArea): boolean => area.validTo !== null && area.validTo <= reading.day;
  return [
    ...[...new Set(rights.map((area) => area.mine))].toSorted().map((other) => ({
      kind: 'ENCROACHMENT',
      reason: null,
      other,
      areas: rights.filter((area) => area.mine === other),
    })),
    { kind: 'EXPIRED_RIGHT', reason: 'EXPIRED', other: null, areas: ownOfAnotherTime.filter(lapsed) },
    {
      kind: 'EXPIRED_RIGHT',
      reason: 'NOT_YET_VALID',
      other: null,
      areas: ownOfAnotherTime.filter((area) => !lapsed(area)),
    },
  ];
}

/** A piece below the least area joins the largest, as do those `thin` m² that are thinner than a millimetre. */
function joined(reading: TurfReading, pieces: readonly Piece[], thin: number): readonly Piece[] {
  const [largest, ...others] = pieces.filter((piece) => piece.area > 0).toSorted((a, b) => b.area - a.area);
  if (!largest) return [];
  const [second] = others;
  if (second && second.area > largest.area * (1 - 1e-6)) reading.doubts.push('two pieces are the largest');
  const small = others.filter((piece) => reading.isSmall(piece.area));
  largest.area += thin + sum(small.map((piece) => piece.area));
  return [largest, ...others.filter((piece) => !small.includes(piece))];
}
