/**
 * Names of the advisory locks by which transactions take turns, in the order in which they are taken: whoever has one
 * waits for none that stands above it. docs/architecture.md ("Who waits for whom") tells what each is for, and where locks
 * on rows come in between.
 */
export const LOCK_NAMES = {
  mines: 'mines',
  licencesOf: (mineId: string): string => `licences ${mineId}`,
  /** `boundaries.redraw_areas` takes it too. Below it, in the database alone: `area-overlap <degree of longitude>`. */
  permittedAreasOf: (mineId: string): string => `permitted-areas ${mineId}`,
  judging: 'judging',
  /** Followed by the id of a mine, or by `nobody` for what lies in none. */
  violationsOf: 'violations/',
  evidenceChain: 'evidence chain',
} as const;
