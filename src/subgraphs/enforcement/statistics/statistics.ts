/** What violations can be grouped by. Divisions and the month are those of the mine and of the first observation. */
export const StatisticsKey = {
  KIND: 'KIND',
  VERDICT: 'VERDICT',
  STATE: 'STATE',
  PROVINCE: 'PROVINCE',
  CITY: 'CITY',
  COUNTY: 'COUNTY',
  MINE: 'MINE',
  OPERATOR: 'OPERATOR',
  RESOURCE: 'RESOURCE',
  METHOD: 'METHOD',
  SCALE: 'SCALE',
  MONTH: 'MONTH',
  YEAR: 'YEAR',
} as const;
export type StatisticsKey = keyof typeof StatisticsKey;

/** One of the values by which a row's violations are grouped. */
export interface StatisticsValue {
  readonly key: StatisticsKey;
  /** Null where it does not apply: the county of a violation for which no mine could be named. */
  readonly value: string | null;
  /** Name of the division, mine or operator that `value` stands for. */
  readonly label: string | null;
}

export interface StatisticsRow {
  readonly keys: readonly StatisticsValue[];
  readonly count: number;
  readonly confirmedCount: number;
  readonly mineCount: number;
  readonly areaSquareMetres: number;
  readonly greatestAreaSquareMetres: number | null;
  readonly greatestOverrunMetres: number | null;
  readonly greatestDepthOverrunMetres: number | null;
  readonly firstObservedAt: Date | null;
  readonly lastObservedAt: Date | null;
}
