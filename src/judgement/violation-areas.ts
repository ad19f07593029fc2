import type { Knex } from 'knex';
import { PREPARED } from '../platform/prepared-statements.js';
import { JUDGEMENT_SQL } from './sql.js';
import { areaOf, type SeriesFinding, type ViolationSeries } from './violation-series.js';

/** A violation and the ground it covers, counted once, in square metres. */
export interface MeasuredSeries extends ViolationSeries {
  /** By its last observation. */
  readonly areaSquareMetres: number;
  /** By its first observation. */
  readonly firstAreaSquareMetres: number;
}

/** Tells the areas of violations. Asks the database only about those whose findings of one observation may overlap. */
export async function measured(
  sql: Knex,
  series: readonly ViolationSeries[],
): Promise<readonly MeasuredSeries[]> {
  const sides = series.map((each) => ({ series: each, first: firstOf(each), latest: each.latest }));
  const overlapping = sides.flatMap(({ first, latest }) => [first, latest]).filter(mayOverlap);
  const areas = await groundAreas(sql, overlapping);
  const told = (findings: readonly SeriesFinding[]): number => areas.get(findings) ?? areaOf(findings);
  return sides.map(({ series: each, first, latest }) => ({
    ...each,
    areaSquareMetres: told(latest),
    firstAreaSquareMetres: told(first),
  }));
}

const firstOf = ({ findings }: ViolationSeries): readonly SeriesFinding[] =>
  findings.filter(({ observationId }) => observationId === findings[0]?.observationId);

/** Of one observation only findings beyond depth lie over the same ground: one for each area that lies there. */
const mayOverlap = (findings: readonly SeriesFinding[]): boolean =>
  findings.length > 1 && findings[0]?.kind === 'BEYOND_DEPTH';

async function groundAreas(
  sql: Knex,
  sets: readonly (readonly SeriesFinding[])[],
): Promise<ReadonlyMap<readonly SeriesFinding[], number>> {
  if (sets.length === 0) return new Map();
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.groundAreas, {
    sets: JSON.stringify(sets.map((findings) => findings.map(({ id }) => id))),
  });
  return new Map(sets.map((findings, place) => [findings, rows[place].area_m2]));
}
