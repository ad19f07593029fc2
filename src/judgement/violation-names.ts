import type { Knex } from 'knex';
import { PREPARED } from '../platform/prepared-statements.js';
import { SETTLED_STATES } from '../vocabulary/violation-life.js';
import { FindingMeetings } from './finding-meetings.js';
import { JUDGEMENT_SQL } from './sql.js';
import {
  byObservation,
  foldViolations,
  type SeriesFinding,
  type Settled,
  type ViolationSeries,
} from './violation-series.js';

/**
 * Folds findings into violations none of which has the name of one that people closed or dismissed: those may have lost
 * their findings, or have been called after another one, long ago.
 */
export async function foldNamed(
  sql: Knex,
  findings: readonly SeriesFinding[],
  settled: Settled,
): Promise<readonly ViolationSeries[]> {
  const ordered = [...findings].sort(byObservation);
  const meetings = new FindingMeetings(ordered);
  for (let known = settled; ; ) {
    const series = foldViolations(ordered, known, meetings.meet);
    if (await meetings.settle(sql)) continue;
    const taken = await namesTaken(sql, series);
    if (taken.every((name) => known.names.has(name))) return series;
    known = { ...known, names: new Set([...known.names, ...taken]) };
  }
}

async function namesTaken(sql: Knex, series: readonly ViolationSeries[]): Promise<readonly string[]> {
  const names = series.flatMap(({ id, settledAs }) => (id === settledAs ? [] : [id]));
  if (names.length === 0) return [];
  const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.settledNames, { names, settled: SETTLED_STATES });
  return rows.map((row: { name: string }) => row.name);
}
