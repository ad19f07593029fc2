import type { IntakeCorner, IntakeIssue, IntakeIssueCode } from './intake-file.js';

/** How a reader tells of a fault. */
export type Report = (
  code: IntakeIssueCode,
  message: string,
  place: Partial<Pick<IntakeIssue, 'index' | 'line' | 'ring' | 'vertex'>>,
) => void;

/** A reporter that collects into `issues`. */
export const reportInto =
  (issues: IntakeIssue[]): Report =>
  (code, message, place) =>
    void issues.push({ index: 0, line: null, ring: null, vertex: null, ...place, code, message });

/** A corner with the digits it was written in; NaN where they are no number. */
export interface ListedCorner extends IntakeCorner {
  readonly line: number;
  readonly xText: string;
  readonly yText: string;
}

export type Elevations = readonly [number | null, number | null];

/** One area of a listing, as the registry writes it in each of its three forms. */
export interface CornerArea {
  readonly index: number;
  readonly corners: readonly ListedCorner[];
  /** Number its first corner should bear: 1, or the one after the last corner of the area before. */
  readonly firstNumber: number;
  /** Line of what ends the area, or of the last corner when that is missing. */
  readonly line: number;
  readonly closed: boolean;
  readonly elevations: Elevations;
  readonly name: string | null;
  readonly sign: 1 | -1;
}

/** What ends an area: its elevation band, its name, and whether it is added or cut out. */
export type Closing = Pick<CornerArea, 'elevations' | 'name' | 'sign'>;

const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** A number in plain decimal digits; NaN for anything else. */
export const decimal = (text: string): number => (NUMBER.test(text) ? Number(text) : Number.NaN);

export const quoted = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

interface CornerPlace {
  readonly index: number;
  readonly line: number;
  readonly ring?: number;
  readonly vertex: number;
}

/** A corner from its three fields; what is no number is told and left NaN. */
export function listedCorner(
  number: string,
  xText: string,
  yText: string,
  place: CornerPlace,
  report: Report,
): ListedCorner {
  for (const [axis, value] of [['X', xText] as const, ['Y', yText] as const]) {
    if (NUMBER.test(value)) continue;
    const what = value === '' ? 'is missing' : `${quoted(value)} is not a number in plain decimal digits`;
    report('NOT_A_NUMBER', `${axis} of corner ${number} ${what}.`, { ring: 1, ...place });
  }
  return { number, x: decimal(xText), y: decimal(yText), xText, yText, line: place.line };
}

/** Number that the first corner of the next area should bear, given the areas before and the number it bears. */
export function firstNumberAfter(areas: readonly CornerArea[], given: string | undefined): number {
  const next = Number(areas.at(-1)?.corners.at(-1)?.number) + 1;
  return Number(given) === next ? next : 1;
}

interface AreaPlace {
  readonly index: number;
  readonly line: number;
}

/** What ends an area, from its fields: elevation, elevation, name (which may hold commas), sign, blanks. */
export function readClosing(fields: readonly string[], place: AreaPlace, report: Report): Closing {
  const signAt = fields.findLastIndex((field, i) => i >= 3 && field !== '');
  const name = fields.slice(2, Math.max(signAt, 3)).join(',').trim();
  return {
    elevations: readElevations(fields[0] ?? '', fields[1] ?? '', place, report),
    name: name === '' ? null : name,
    sign: readSign(fields[signAt] ?? '', place, report),
  };
}

export function readSign(sign: string, place: AreaPlace, report: Report): 1 | -1 {
  if (sign !== '1' && sign !== '+1' && sign !== '-1') {
    const what = sign === '' ? 'no sign' : `the sign ${quoted(sign)}`;
    report('SIGN_UNKNOWN', `The end of the area has ${what}: 1 adds the area, -1 cuts it out.`, place);
  }
  return sign === '-1' ? -1 : 1;
}

export function readElevations(one: string, other: string, place: AreaPlace, report: Report): Elevations {
  if (one === '' && other === '') return [null, null];
  const bad = [one, other].find((text) => !NUMBER.test(text));
  if (bad === undefined) return [Number(one), Number(other)];
  const what = bad === '' ? 'one of the two is missing' : `${quoted(bad)} is not a number`;
  report('ELEVATION_INVALID', `The elevation band needs two numbers of metres, or none: ${what}.`, place);
  return [null, null];
}
