/** What a list that has no page is reckoned to hold. */
export interface ListSize {
  /** The argument that decides it, and what stands for it when it is not given. */
  readonly argument?: { readonly name: string; readonly otherwise: number };
  of(argument: number): number;
}

const fixed = (size: number): ListSize => ({ of: () => size });

/** Items expected in a list that is named nowhere below: a mine's licences and areas, a judgement's findings. */
export const UNPAGED_LIST_SIZE = 10;

/** Around a mine where mines lie densest there are 2 000 others within 50 km, the greatest distance that may be asked for. */
const MOST_NEIGHBOURS = 2_000;
const GREATEST_METRES = 50_000;

/** Lists without pages that are longer, as a rule or where the country is crowded. */
export const LIST_SIZES: Readonly<Record<string, ListSize>> = {
  // They grow with the area of the circle.
  'Mine.neighbours': {
    argument: { name: 'withinMetres', otherwise: 1_000 },
    of: (metres) => {
      const share = Math.min(1, Math.abs(metres) / GREATEST_METRES) ** 2;
      return Math.max(UNPAGED_LIST_SIZE, Math.ceil(MOST_NEIGHBOURS * share));
    },
  },
  // Outlines of notices have four to a hundred; those that were digitised have more.
  'PermittedArea.corners': fixed(50),
  // A licence is changed, an area corrected, a few times in a decade; these are all versions of one.
  'Licence.history': fixed(20),
  'PermittedArea.history': fixed(20),
  // Keys may be mines or days.
  'Query.violationStatistics': fixed(500),
};

/** Fields that are more work, or more to hold, than a name or number. */
export const FIELD_WEIGHTS: Readonly<Record<string, number>> = {
  // Up to 100 000 events are read for it.
  'UpdateConnection.totalCount': 5_000,
};

/** The same for all fields of a type: an outline of fifty corners is so many numbers. */
export const TYPE_WEIGHTS: Readonly<Record<string, number>> = { GeoJSONGeometry: 10 };
