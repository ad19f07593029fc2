/** What a number may be, ends included. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}

// Wider than anything on Earth asks for: what lies beyond is a slip of the hand or of a unit, and told before anything is
// judged by it. Far beyond, distances could not be reckoned at all.
export const SIGMA: Bounds = { least: 0, most: 10_000, unit: 'metres' };
export const ELEVATION: Bounds = { least: -12_000, most: 9_000, unit: 'metres' };
export const STATED_SQUARE_METRES: Bounds = { least: 0.01, most: 1e11, unit: 'square metres' };
/** The whole world's coal of a year is below 1e10 tonnes. */
export const TONNES_PER_YEAR: Bounds = { least: 0, most: 1e10, unit: 'tonnes a year' };
export const STATED_SQUARE_KILOMETRES: Bounds = { least: 1e-8, most: 1e5, unit: 'square kilometres' };
/**
 * Old maps are the oldest that footprints are taken from; a year before them is a slip. Licences and areas may be older:
 * what was granted is not judged by itself.
 */
export const FIRST_SIGHTING = new Date('1900-01-01T00:00:00+08:00');

/** A number of an input that is out of bounds: which, why, and a code for either side. */
export interface NumberFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** The fault of a field, called by the code of the side on which it lies outside; null: it is absent or within. */
export function numberFault(
  path: string,
  value: number | null | undefined,
  bounds: Bounds,
  [below, above]: readonly [below: string, above: string],
): NumberFault | null {
  const message = value == null ? null : boundsFault(path, value, bounds);
  return message === null ? null : { code: (value ?? 0) > bounds.most ? above : below, path, message };
}

/** What is wrong with a number of that name; null: nothing. */
export const boundsFault = (name: string, value: number, { least, most, unit }: Bounds): string | null =>
  value >= least && value <= most
    ? null
    : `${name} is a number of ${unit} from ${least} to ${most}; not ${value}.`;
