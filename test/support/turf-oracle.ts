import type { OracleArea, OracleFinding, OracleSituation, OracleVerdict } from './oracle-situation.js';
import { attribute } from './turf-attribution.js';
import { judgeExcess, type Named, namesBeyondPlan } from './turf-excess.js';
import { CLASSES, PROBABLE, shapesOf, TurfReading } from './turf-reading.js';
import { both, minus, type Region } from './turf-region.js';

/**
 * An independent reading of docs/judgement.md in the plane: turf's overlays, areas by integrating the scale of the
 * plane, distances by brute force. It shares no code with the engine, and says where a figure lies so near a limit that
 * it cannot tell.
 */
export function judgeByTurf(situation: OracleSituation): OracleVerdict {
  const reading = new TurfReading(situation);
  const { footprint } = reading;
  const { mine, attribution } = attribute(reading);
  const permitting = reading.permitsOf(mine).filter(reading.inForce);
  const permitted = shapesOf(permitting);
  const plan = judgeExcess(reading, minus(footprint, permitted), permitting, (part) =>
    namesBeyondPlan(reading, part, mine),
  );
  const depth = judgeDepth(reading, permitting);
  const classes = plan.findings.map((finding) => CLASSES.indexOf(finding.verdict as 'WITHIN'));
  return {
    number: situation.number,
    mine,
    attribution,
    plan: mine === null ? 'UNLICENSED' : (CLASSES[Math.max(0, ...classes)] ?? ''),
    depth: depth.verdict,
    depthOverrun: depth.overrun,
    footprint: reading.areaOf(footprint),
    slivers: plan.slivers,
    sliverArea: plan.sliverArea,
    findings: [
      ...plan.findings,
      ...constraints(reading, mine, permitting),
      ...depth.findings,
      ...unapprovedSeam(reading, mine),
    ],
    // Read last: every step may have had doubts.
    doubts: reading.doubts,
  };
}

/** Red lines and prohibited zones. */
function constraints(
  reading: TurfReading,
  mine: string | null,
  permitting: readonly OracleArea[],
): readonly OracleFinding[] {
  const { footprint } = reading;
  const { activity } = reading.of.observation;
  if (activity !== 'EXTRACTION' && activity !== 'STRIPPING') return [];
  const inForce = reading.known.filter(reading.inForce);
  const redLines = inForce.filter((area) => area.kind === 'RED_LINE' && area.mine === mine);
  const zones = inForce.filter((area) => area.kind === 'PROHIBITED_ZONE' && reading.shared([area]) > 1e-3);
  const named =
    (kind: string, ballpark = false) =>
    (part: Region): Named => ({
      pieces: [{ kind, reason: null, other: null, area: reading.areaOf(part) }],
      ballpark,
    });
  const findings: OracleFinding[] = [];
  if (redLines.length > 0) {
    const outside = minus(both(footprint, shapesOf(permitting)), shapesOf(redLines));
    const rough = permitting.some((area) => area.ballpark);
    findings.push(...judgeExcess(reading, outside, redLines, named('OUTSIDE_RED_LINE', rough)).findings);
  }
  if (zones.length > 0) {
    const inside = both(footprint, shapesOf(zones));
    findings.push(...judgeExcess(reading, inside, zones, named('PROHIBITED_ZONE')).findings);
  }
  return findings;
}

interface JudgedDepth {
  readonly verdict: string | null;
  readonly overrun: number | null;
  readonly findings: readonly OracleFinding[];
}

function judgeDepth(reading: TurfReading, permitting: readonly OracleArea[]): JudgedDepth {
  const judged =
    reading.of.observation.activity === 'EXTRACTION'
      ? permitting.flatMap((area) => depthWithin(reading, area))
      : [];
  if (judged.length === 0) return { verdict: null, overrun: null, findings: [] };
  return {
    verdict: CLASSES[Math.max(...judged.map(({ rank }) => rank))] ?? null,
    overrun: greatest(judged.flatMap(({ overrun }) => (overrun === null ? [] : [overrun]))),
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

const greatest = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : Math.max(...numbers);

interface AreaDepth {
  /** Null: of what is shared there, too little for a finding. */
  readonly overrun: number | null;
  readonly rank: number;
  readonly shared: number;
}

/** How deep the activity goes beyond one area's band, where both are known and it takes place there. */
function depthWithin(reading: TurfReading, area: OracleArea): readonly AreaDepth[] {
  const { zMin, zMax, sigma, sigmaZ } = reading.of.observation;
  const overruns = [...beyond(area.floor, zMin, zMax, -1), ...beyond(area.ceiling, zMax, zMin, 1)];
  const shared = reading.shared([area]);
  if (overruns.length === 0 || shared < 1e-3) return [];
  const overrun = Math.max(...overruns);
  if (overrun > 0 && reading.isSmall(shared)) return [{ overrun: null, rank: 0, shared }];
  const sigmas = Math.hypot(sigmaZ ?? sigma, area.sigmaZ);
  const rank = overrun <= 0 ? 0 : reading.classOf({ low: overrun, high: overrun }, sigmas);
  return [{ overrun, rank: area.ballpark ? Math.min(PROBABLE, rank) : rank, shared }];
}

/** How far the near end of the activity's band lies beyond a limit; in its place its far end, if that is beyond too. */
function beyond(limit: number | null, near: number | null, far: number | null, upward: 1 | -1): number[] {
  if (limit === null) return [];
  if (near !== null) return [upward * (near - limit)];
  return far !== null && upward * (far - limit) > 0 ? [upward * (far - limit)] : [];
}

function unapprovedSeam(reading: TurfReading, mine: string | null): readonly OracleFinding[] {
  const { activity, seam } = reading.of.observation;
  if (activity !== 'EXTRACTION' || seam === null) return [];
  const listed = reading.of.licences
    .filter((licence) => licence.mine === mine && reading.inForce(licence))
    .flatMap((licence) => licence.seams);
  if (listed.length === 0 || listed.includes(seam)) return [];
  const area = reading.areaOf(reading.footprint);
  return [
    {
      kind: 'UNAPPROVED_SEAM',
      reason: null,
      other: null,
      verdict: 'CONFIRMED',
      area,
      overrun: null,
      depthOverrun: null,
    },
  ];
}
