import { legalDate } from '../vocabulary/time.js';
import { type Box, boxAround, grown } from './map-frame.js';
import { AREA_STROKES, LAPSED_STROKE, OTHER_STROKE, type Stroke } from './map-style.js';
import type { AreaFact, FindingFact, JudgementFact, ObservationFact, PackFacts } from './pack-facts.js';
import { type Polygon, type Position, readWkb } from './wkb.js';

export interface SceneArea {
  readonly fact: AreaFact;
  readonly polygons: readonly Polygon[];
  readonly stroke: Stroke;
  readonly role: 'OWN' | 'OTHER' | 'LAPSED';
}

/** What a map shows: the last observation, what it found, and the areas around it. */
export interface Scene {
  readonly observation: ObservationFact;
  readonly judgement: JudgementFact;
  readonly footprint: readonly Polygon[];
  readonly findings: readonly { readonly fact: FindingFact; readonly polygons: readonly Polygon[] }[];
  /** What the same observation showed that other violations hold. */
  readonly elsewhere: readonly (readonly Polygon[])[];
  readonly areas: readonly SceneArea[];
  /** The places where the activity reaches farthest, with the distance in metres. */
  readonly farthest: readonly { readonly at: Position; readonly metres: number }[];
  /** What is worth looking at closely. */
  readonly focus: Box;
  /** The focus with the mine's areas. */
  readonly whole: Box;
}

const LEAST_MARGIN_METRES = 25;

export function sceneOf(facts: PackFacts): Scene {
  const { observation, judgement } = latest(facts);
  const footprint = polygonsOf(observation.plane);
  const all = facts.findings.filter(({ judgement_id }) => judgement_id === judgement.id);
  const found = all.filter(({ ours }) => ours);
  const areas = facts.areas.map((area) => sceneArea(area, judgement, observation)).sort(byRole);
  const findings = found.map((fact) => ({ fact, polygons: polygonsOf(fact.plane) }));
  const focus = boxAround([...footprint, ...findings.flatMap(({ polygons }) => polygons)]);
  if (!focus) throw new RangeError(`Observation ${observation.id} has no geometry.`);
  const own = areas.filter(({ role, fact }) => role !== 'OTHER' && fact.mine_id === judgement.mine_id);
  return {
    observation,
    judgement,
    footprint,
    findings,
    elsewhere: all.filter(({ ours }) => !ours).map(({ plane }) => polygonsOf(plane)),
    areas,
    farthest: found.flatMap(({ plane_point, overrun_m }) =>
      plane_point === null || overrun_m === null ? [] : [{ at: pointOf(plane_point), metres: overrun_m }],
    ),
    focus: grown(focus, 0.2, LEAST_MARGIN_METRES),
    whole: grown(boxAround([...footprint, ...own.flatMap(({ polygons }) => polygons)]) ?? focus, 0.06, 100),
  };
}

/** The last observation and its judgement. */
export function latest({ observations, judgements }: PackFacts): {
  readonly observation: ObservationFact;
  readonly judgement: JudgementFact;
} {
  const observation = observations.at(-1);
  const judgement = judgements.find((each) => each.observation_id === observation?.id);
  if (!observation || !judgement)
    throw new RangeError('A violation without a judged observation has no evidence.');
  return { observation, judgement };
}

/** Whether an area was in force on the day of an observation, in Asia/Shanghai. */
export function inForce({ valid_from, valid_to }: AreaFact, { observed_at }: ObservationFact): boolean {
  const day = legalDate(new Date(observed_at));
  return valid_from <= day && (valid_to === null || valid_to > day);
}

function sceneArea(fact: AreaFact, judgement: JudgementFact, observation: ObservationFact): SceneArea {
  const polygons = polygonsOf(fact.plane);
  // A prohibited zone binds everybody, whoever it was recorded for.
  const own = fact.mine_id === judgement.mine_id || fact.kind === 'PROHIBITED_ZONE';
  if (!inForce(fact, observation)) return { fact, polygons, stroke: LAPSED_STROKE, role: 'LAPSED' };
  if (!own) return { fact, polygons, stroke: OTHER_STROKE, role: 'OTHER' };
  return { fact, polygons, stroke: AREA_STROKES[fact.kind], role: 'OWN' };
}

const ORDER = ['LAPSED', 'OTHER', 'OWN'];

const byRole = (a: SceneArea, b: SceneArea): number => ORDER.indexOf(a.role) - ORDER.indexOf(b.role);

function polygonsOf(hex: string): readonly Polygon[] {
  const geometry = readWkb(hex);
  if (geometry.type === 'Point') throw new RangeError('A point covers nothing.');
  return geometry.coordinates;
}

function pointOf(hex: string): Position {
  const geometry = readWkb(hex);
  if (geometry.type !== 'Point') throw new RangeError('A place is a point.');
  return geometry.coordinates;
}
