import type { Knex } from 'knex';
import {
  cornersApart,
  type PlacePair,
  placesApart,
  type ShapePair,
  type SizedShape,
  shapesApart,
  sizesApart,
} from '../spatial/shape-agreement.js';
import type { PackFacts } from './pack-facts.js';
import { type Recomputed, violationAgain } from './recompute.js';

/** What is drawn otherwise than it is, and what is found elsewhere than recomputed: each with where it is. */
export async function shapeDifferences(
  knex: Knex,
  facts: PackFacts,
  recomputed: Recomputed,
): Promise<readonly string[]> {
  const drawn = await shapesApart(knex, [
    ...[...facts.observations, ...facts.findings].map(({ id, geom, plane }) => ({
      label: id,
      one: geom,
      other: plane,
    })),
    ...facts.areas.flatMap(({ id, version, geom, plane, plane_geom }) => [
      { label: `${id}@${version}`, one: geom, other: plane },
      { label: `${id}@${version}`, one: geom, other: plane_geom },
    ]),
  ]);
  const found = await shapesApart(knex, [
    ...findingPairs(facts, recomputed),
    ...violationPairs(facts, recomputed),
  ]);
  const cornered = facts.areas.map(({ id, version, source_srid, corners, plane_corners, plane }) => ({
    label: `${id}@${version}`,
    srid: source_srid,
    corners,
    places: plane_corners.map(([, easting, northing]) => [easting, northing] as const),
    shape: plane,
  }));
  const corners = await cornersApart(knex, cornered);
  const places = await placesApart(knex, placePairs(facts, recomputed));
  return [
    ...new Set(drawn.map((label) => `${label}: its shapes in degrees and in the plane are not the same`)),
    ...found.map((label) => `${label}: its shape is not the one recomputed`),
    ...corners.outline.map((label) => `permitted area ${label}: its corners do not lie on its outline`),
    ...corners.places.map(
      (label) => `permitted area ${label}: its corners are drawn elsewhere than they lie`,
    ),
    ...places.map((label) => `${label}: the place where it reaches farthest is not the one recomputed`),
    ...(await sizesApart(knex, sizes(facts))).map((label) => `${label}: it is not as large as it says`),
  ];
}

/** Where findings reach farthest: to the millimetre, or where engines round differently, somewhere on the finding. */
function placePairs(facts: PackFacts, { judgements }: Recomputed): readonly PlacePair[] {
  return facts.findings.flatMap(({ judgement_id, observation_id, ordinal, plane, plane_point }) => {
    const judgement = judgements.find((each) => each.observation_id === observation_id);
    const other = judgement?.findings.find((finding) => finding.ordinal === ordinal);
    if (!judgement || !other?.place || plane_point === null) return [];
    const digest = facts.judgements.find(({ id }) => id === judgement_id)?.digest;
    const label = `finding ${ordinal} of observation ${observation_id}`;
    return [{ label, one: plane_point, other: other.place, or: digest === judgement.digest ? null : plane }];
  });
}

const sizes = ({ areas, observations }: PackFacts): readonly SizedShape[] => [
  ...areas.map(({ id, version, geom, area_m2, plane_area_m2, source_srid, plane_geom }) => ({
    label: `permitted area ${id}@${version}`,
    shape: geom,
    area: area_m2,
    plane: { srid: source_srid, area: plane_area_m2, shape: plane_geom },
  })),
  ...observations.map(({ id, plane, area_m2 }) => ({
    label: `observation ${id}`,
    shape: plane,
    area: area_m2,
    plane: null,
  })),
];

function findingPairs(facts: PackFacts, recomputed: Recomputed): readonly ShapePair[] {
  return facts.findings.flatMap(({ observation_id, ordinal, geom }) => {
    const other = recomputed.judgements
      .find((judgement) => judgement.observation_id === observation_id)
      ?.findings.find((finding) => finding.ordinal === ordinal);
    const label = `finding ${ordinal} of observation ${observation_id}`;
    return other ? [{ label, one: geom, other: other.geom }] : [];
  });
}

function violationPairs({ violation }: PackFacts, { violations }: Recomputed): readonly ShapePair[] {
  const again = violationAgain(violation.id, violations);
  return again ? [{ label: `violation ${violation.id}`, one: violation.geom, other: again.geom }] : [];
}
