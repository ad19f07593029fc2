import { ellipsoidalRingArea, planeOf } from './ellipsoid.js';
import { distanceToSegment, greatestDistance, type Segment } from './greatest-distance.js';
import type {
  OracleArea,
  OracleFinding,
  OracleObservation,
  OracleSituation,
  OracleVerdict,
  Range,
} from './oracle-situation.js';
import {
  both,
  components,
  edgesOf,
  measure,
  meetInAPoint,
  minus,
  perimeter,
  polygonsOf,
  type Region,
  unite,
} from './turf-region.js';

/**
 * An independent reading of docs/judgement.md in the plane: turf's overlays, areas by integrating the scale of the
 * plane, distances by brute force. It shares no code with the engine, and says where a figure lies so near a limit that
 * it cannot tell.
 */
export function judgeByTurf(situation: OracleSituation): OracleVerdict {
  return new Reading(situation).verdict();
}

const CLASSES = ['WITHIN', 'WITHIN_ERROR', 'PROBABLE', 'CONFIRMED'] as const;
/** The hub's own table would be wrong in both. */
const PERMITS: Readonly<Record<OracleObservation['activity'], readonly OracleArea['kind'][]>> = {
  EXTRACTION: ['MINING_RIGHT'],
  STRIPPING: ['MINING_RIGHT', 'STRIPPING_LAND'],
  DUMPING: ['MINING_RIGHT', 'DUMP_SITE'],
  CONSTRUCTION: ['MINING_RIGHT', 'INDUSTRIAL_SITE'],
};
const OUT_OF_BOUNDS = {
  EXTRACTION: 'MINING_OUT_OF_BOUNDS',
  STRIPPING: 'STRIPPING_OUT_OF_BOUNDS',
  DUMPING: 'DUMPING_OUT_OF_BOUNDS',
  CONSTRUCTION: 'MINING_OUT_OF_BOUNDS',
} as const;
/** A figure within this of a limit, relatively, is not certain. */
const NEAR = 1e-4;

interface Piece {
  readonly kind: string;
  readonly reason: string | null;
  readonly other: string | null;
  area: number;
}

interface Claim extends Omit<Piece, 'area'> {
  readonly areas: readonly OracleArea[];
}

class Reading {
  private readonly doubts: string[] = [];
  private readonly day: string;
  private readonly known: readonly OracleArea[];
  private readonly footprint: Region;

  constructor(private readonly of: OracleSituation) {
    this.day = new Date(Date.parse(of.observation.observedAt) + 8 * 3_600_000).toISOString().slice(0, 10);
    this.known = of.areas.filter(
      ({ recordedAt, supersededAt }) =>
        Date.parse(recordedAt) <= Date.parse(of.known) &&
        (supersededAt === null || Date.parse(supersededAt) > Date.parse(of.known)),
    );
    this.footprint = unite(of.observation.shapes);
  }

  verdict(): OracleVerdict {
    const { number } = this.of;
    const { mine, attribution } = this.attribute();
    const permitting = this.permitting(mine);
    const permitted = shapesOf(permitting);
    const plan = this.judge(minus(this.footprint, permitted), permitted, permitting, mine, (component) =>
      this.names(component, mine),
    );
    const depth = this.depth(permitting);
    const classes = plan.findings.map((finding) => CLASSES.indexOf(finding.verdict as 'WITHIN'));
    return {
      number,
      mine,
      attribution,
      plan: mine === null ? 'UNLICENSED' : (CLASSES[Math.max(0, ...classes)] ?? ''),
      depth: depth.verdict,
      depthOverrun: depth.overrun,
      footprint: this.areaOf(this.footprint),
      slivers: plan.slivers,
      sliverArea: plan.sliverArea,
      findings: [
        ...plan.findings,
        ...this.constraints(mine, permitted),
        ...depth.findings,
        ...(this.seamIsUnapproved(mine) ? [this.wholeFootprint('UNAPPROVED_SEAM')] : []),
      ],
      // Read last: every step may have had doubts.
      doubts: this.doubts,
    };
  }

  private readonly inForce = ({ validFrom, validTo }: OracleArea): boolean =>
    validFrom <= this.day && (validTo === null || validTo > this.day);

  private permitting(mine: string | null): readonly OracleArea[] {
    const kinds = PERMITS[this.of.observation.activity];
    return this.known.filter((area) => area.mine === mine && kinds.includes(area.kind) && this.inForce(area));
  }

  /** The mine given, else the one whose areas in force cover most of the footprint, else the nearest within the radius. */
  private attribute(): { mine: string | null; attribution: string } {
    const { observation, policy } = this.of;
    if (observation.mine !== null) return { mine: observation.mine, attribution: 'GIVEN' };
    const permits = this.known.filter((area) => area.kind !== 'RED_LINE' && area.kind !== 'PROHIBITED_ZONE');
    const mines = [...new Set(permits.map((area) => area.mine))].toSorted();
    const shares = mines
      .map((mine) => {
        const areas = permits.filter((area) => area.mine === mine && this.inForce(area));
        return { mine, share: this.areaOf(both(this.footprint, shapesOf(areas))) };
      })
      .filter(({ share }) => share > 1e-3)
      .toSorted((a, b) => b.share - a.share);
    const [most, next] = shares;
    if (most && next && next.share > most.share * (1 - 1e-6)) this.doubts.push('two mines share it alike');
    if (most) return { mine: most.mine, attribution: 'OVERLAP' };
    const distances = permits
      .map((area) => ({ area, metres: this.groundMetres(area) }))
      .filter(({ metres }) => metres <= policy.radius)
      .toSorted((a, b) => a.metres - b.metres || Number(this.inForce(b.area)) - Number(this.inForce(a.area)));
    const [nearest, second] = distances;
    if (!nearest) return { mine: null, attribution: 'NONE' };
    const rival = distances.find(({ area }) => area.mine !== nearest.area.mine);
    if (rival && second && rival.metres - nearest.metres < 0.01) this.doubts.push('two mines are as near');
    return { mine: nearest.area.mine, attribution: 'SUSPECTED' };
  }

  /** Distance on the ground: of the plane's by its scale. */
  private groundMetres(area: OracleArea): number {
    const shape = shapesOf([area]);
    if (both(this.footprint, shape)) return 0;
    const [own, theirs] = [edgesOf(this.footprint), edgesOf(shape)];
    const metres = Math.min(
      ...own.flatMap(([x, y]) => theirs.map((edge) => distanceToSegment(x, y, edge))),
      ...theirs.flatMap(([x, y]) => own.map((edge) => distanceToSegment(x, y, edge))),
    );
    const plane = this.areaOf(this.footprint, false);
    const onGround = metres * Math.sqrt(this.areaOf(this.footprint) / plane);
    const { radius } = this.of.policy;
    if (Math.abs(onGround - radius) < 0.001 * radius) this.doubts.push('at the attribution radius');
    return onGround;
  }

  /** Parts of `excess` that are no slivers, each with its class, named by `names`. */
  private judge(
    excess: Region,
    reference: Region,
    measuredBy: readonly OracleArea[],
    mine: string | null,
    names: (component: Region) => { pieces: readonly Piece[]; ballpark: boolean },
    edges = edgesOf(reference),
  ): { findings: OracleFinding[]; slivers: number; sliverArea: number } {
    const { policy, observation } = this.of;
    const sigma = Math.hypot(observation.sigma, Math.max(0, ...measuredBy.map((area) => area.sigma)));
    const parts = components(excess).filter((part) => {
      const thickness = (2 * this.areaOf(part, false)) / perimeter(part);
      if (Math.abs(thickness - 1e-3) < 1e-5) this.doubts.push('a thread');
      return thickness > 1e-3;
    });
    if (meetInAPoint(parts)) this.doubts.push('parts that meet in a point');
    const slivers = parts.filter((part) => this.isSmall(this.areaOf(part)));
    const findings = parts
      .filter((part) => !slivers.includes(part))
      .flatMap((part) => {
        const overrun =
          reference === null || mine === null
            ? null
            : greatestDistance(part.geometry.coordinates, edges, [
                policy.kProbable * sigma,
                policy.kConfirmed * sigma,
              ]);
        const { pieces, ballpark } = names(part);
        const capped = ballpark || measuredBy.some((area) => area.ballpark);
        const rank = this.classOf(overrun, policy.kProbable * sigma, policy.kConfirmed * sigma);
        const verdict = CLASSES[capped ? Math.min(2, rank) : rank] ?? '';
        return pieces.map((piece) => ({ ...piece, verdict, overrun, depthOverrun: null }));
      });
    return {
      findings,
      slivers: slivers.length,
      sliverArea: slivers.reduce((sum, part) => sum + this.areaOf(part), 0),
    };
  }

  private classOf(overrun: Range | null, probable: number, confirmed: number): number {
    if (overrun === null) return 3;
    const rankOf = (metres: number): number => (metres <= probable ? 1 : metres <= confirmed ? 2 : 3);
    const [low, high] = [rankOf(overrun.low * (1 - NEAR)), rankOf(overrun.high * (1 + NEAR))];
    if (low !== high) this.doubts.push('an overrun at the limit of a class');
    return low;
  }

  private isSmall(area: number): boolean {
    const { minArea } = this.of.policy;
    if (Math.abs(area - minArea) < NEAR * minArea) this.doubts.push('at the least area');
    return area < minArea;
  }

  /** What a part of the plan's excess is called: neighbours' rights first, then own rights of another time. */
  private names(component: Region, mine: string | null): { pieces: readonly Piece[]; ballpark: boolean } {
    let rest = component;
    let ballpark = false;
    const pieces: Piece[] = [];
    for (const { areas, ...name } of this.claims(mine)) {
      const touching = areas.filter((area) => this.areaOf(both(component, shapesOf([area]))) > 1e-3);
      const part = both(rest, shapesOf(touching));
      if (touching.some((area) => area.ballpark)) ballpark = true;
      pieces.push({ ...name, area: this.areaOf(part) });
      rest = minus(rest, shapesOf(touching));
    }
    const nobody = mine === null ? 'UNLICENSED' : OUT_OF_BOUNDS[this.of.observation.activity];
    pieces.push({ kind: nobody, reason: null, other: null, area: this.areaOf(rest) });
    return { pieces: this.joined(pieces), ballpark };
  }

  private claims(mine: string | null): readonly Claim[] {
    const kinds = PERMITS[this.of.observation.activity];
    const rights = this.known.filter(
      (area) => area.mine !== mine && area.kind === 'MINING_RIGHT' && this.inForce(area),
    );
    const ownOfAnotherTime = this.known.filter(
      (area) => area.mine === mine && kinds.includes(area.kind) && !this.inForce(area),
    );
    const lapsed = (area: OracleArea): boolean => area.validTo !== null && area.validTo <= this.day;
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

  /** A piece below the least area joins the largest. */
  private joined(pieces: readonly Piece[]): readonly Piece[] {
    const [largest, ...others] = pieces.filter((piece) => piece.area > 0).toSorted((a, b) => b.area - a.area);
    if (!largest) return [];
    if (others[0] && others[0].area > largest.area * (1 - 1e-6))
      this.doubts.push('two pieces are the largest');
    const small = others.filter((piece) => this.isSmall(piece.area));
    largest.area += small.reduce((sum, piece) => sum + piece.area, 0);
    return [largest, ...others.filter((piece) => !small.includes(piece))];
  }

  private constraints(mine: string | null, permitted: Region): OracleFinding[] {
    const { activity } = this.of.observation;
    if (activity !== 'EXTRACTION' && activity !== 'STRIPPING') return [];
    const inForce = this.known.filter(this.inForce);
    const redLines = inForce.filter((area) => area.kind === 'RED_LINE' && area.mine === mine);
    const zones = inForce.filter(
      (area) => area.kind === 'PROHIBITED_ZONE' && this.areaOf(both(this.footprint, shapesOf([area]))) > 1e-3,
    );
    const named = (kind: string) => (part: Region) => ({
      pieces: [{ kind, reason: null, other: null, area: this.areaOf(part) }],
      ballpark: false,
    });
    const findings: OracleFinding[] = [];
    if (redLines.length > 0) {
      const line = shapesOf(redLines);
      const outside = minus(both(this.footprint, permitted), line);
      findings.push(...this.judge(outside, line, redLines, mine, named('OUTSIDE_RED_LINE')).findings);
    }
    if (zones.length > 0) {
      const zone = shapesOf(zones);
      const reach: Segment[] = edgesOf(zone);
      const inside = both(this.footprint, zone);
      findings.push(...this.judge(inside, zone, zones, mine ?? '', named('PROHIBITED_ZONE'), reach).findings);
    }
    return findings;
  }

  private depth(permitting: readonly OracleArea[]): {
    verdict: string | null;
    overrun: number | null;
    findings: readonly OracleFinding[];
  } {
    const { activity, zMin, zMax, sigma, sigmaZ } = this.of.observation;
    if (activity !== 'EXTRACTION') return { verdict: null, overrun: null, findings: [] };
    const judged = permitting.flatMap((area) => {
      const overruns = [
        ...(area.floor !== null && zMin !== null ? [area.floor - zMin] : []),
        ...(area.ceiling !== null && zMax !== null ? [zMax - area.ceiling] : []),
      ];
      const part = both(this.footprint, shapesOf([area]));
      const shared = this.areaOf(part);
      if (overruns.length === 0 || shared < 1e-3) return [];
      const overrun = Math.max(...overruns);
      const sigmas = Math.hypot(sigmaZ ?? sigma, area.sigmaZ);
      const { kProbable, kConfirmed } = this.of.policy;
      const rank =
        overrun <= 0
          ? 0
          : this.classOf({ low: overrun, high: overrun }, kProbable * sigmas, kConfirmed * sigmas);
      return [{ overrun, rank: area.ballpark ? Math.min(2, rank) : rank, shared }];
    });
    if (judged.length === 0) return { verdict: null, overrun: null, findings: [] };
    return {
      verdict: CLASSES[Math.max(...judged.map(({ rank }) => rank))] ?? null,
      overrun: Math.max(...judged.map(({ overrun }) => overrun)),
      findings: judged
        .filter(({ rank }) => rank > 0)
        .map(({ overrun, rank, shared }) => ({
          kind: 'BEYOND_DEPTH',
          reason: null,
          other: null,
          verdict: CLASSES[rank] ?? '',
          area: shared,
          overrun: null,
          depthOverrun: overrun,
        })),
    };
  }

  private seamIsUnapproved(mine: string | null): boolean {
    const { activity, seam } = this.of.observation;
    if (activity !== 'EXTRACTION' || seam === null) return false;
    const listed = this.of.licences
      .filter(
        ({ mine: holder, validFrom, validTo }) =>
          holder === mine && validFrom <= this.day && (validTo === null || validTo > this.day),
      )
      .flatMap((licence) => licence.seams);
    return listed.length > 0 && !listed.includes(seam);
  }

  private wholeFootprint(kind: string): OracleFinding {
    const area = this.areaOf(this.footprint);
    return { kind, reason: null, other: null, verdict: 'CONFIRMED', area, overrun: null, depthOverrun: null };
  }

  /** m² on the ellipsoid, or in the plane. */
  private areaOf(a: Region, onEllipsoid = true): number {
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
}

const shapesOf = (areas: readonly OracleArea[]): Region => unite(areas.map((area) => area.shape));

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
