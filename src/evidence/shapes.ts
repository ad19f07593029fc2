import type { Knex } from 'knex';
import { cornersApart, type ShapePair, shapesApart } from '../spatial/shape-agreement.js';
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
  const cornered = facts.areas.map(({ id, version, source_srid, corners, plane }) => ({
    label: `${id}@${version}`,
    srid: source_srid,
    corners,
    shape: plane,
  }));
  const corners = await cornersApart(knex, cornered);
  return [
    ...new Set(drawn.map((label) => `${label}: its shapes in degrees and in the plane are not the same`)),
    ...found.map((label) => `${label}: its shape is not the one recomputed`),
    ...corners.map((label) => `permitted area ${label}: its corners do not lie on its outline`),
  ];
}

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
