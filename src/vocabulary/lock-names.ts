/**
 * Names of the advisory locks by which transactions take turns, in the order in which they are taken: whoever has one
 * waits for none that stands above it. What the names are for stands where
 * they are taken.
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
