import type { IntakeCorner, IntakeFile, IntakeIssue, IntakeIssueCode } from './intake-file.js';

/** How a reader tells of a fault. */
export type Report = (
  code: IntakeIssueCode,
  message: string,
  place: Partial<Pick<IntakeIssue, 'index' | 'line' | 'ring' | 'vertex'>>,
) => void;

/** Faults of one file that are worth keeping: one more than are told (docs/formats.md). */
const MOST_FAULTS = 1001;

/** Ends the reading of a file: what is wrong with it has been told. */
export class EndOfReading extends Error {}

/** Reads with `work`, collecting what is wrong; reading ends early where that is more than anybody mends at once. */
export function collectFaults(work: (report: Report) => Omit<IntakeFile, 'issues'>): IntakeFile {
  const issues: IntakeIssue[] = [];
  const report: Report = (code, message, place) => {
    issues.push({ index: 0, line: null, ring: null, vertex: null, ...place, code, message });
    if (issues.length >= MOST_FAULTS) throw new EndOfReading();
  };
  try {
    const { features, remarks } = work(report);
    if (features.length === 0 && issues.length === 0) report('EMPTY', 'The file lists no area.', {});
    const faulty = new Set(issues.map((issue) => issue.index));
    return { features: features.filter(({ index }) => !faulty.has(index)), issues, remarks };
  } catch (error) {
    if (!(error instanceof EndOfReading)) throw error;
    return { features: [], issues, remarks: [] };
  }
}

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
const decimal = (text: string): number => (NUMBER.test(text) ? Number(text) : Number.NaN);

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
  const corner = { number, x: decimal(xText), y: decimal(yText), xText, yText, line: place.line };
  if (Number.isNaN(corner.x) || Number.isNaN(corner.y)) return corner;
  const wrong = [xText, yText].find((text) => !POSSIBLE_DIGITS.has(digitsOf(text)));
  if (wrong === undefined) return corner;
  const message = `${wrong} of corner ${number} is no coordinate: northings have 7 digits before the point, eastings 8, or 6 without zone.`;
  report('WRONG_DIGIT_COUNT', message, { ring: 1, ...place });
  return { ...corner, x: Number.NaN, y: Number.NaN };
}

/** Digits before the point of northings and eastings in whatever zone. */
const POSSIBLE_DIGITS = new Set([6, 7, 8]);

/** Digits before the point; a signed number has none that could be right. */
export function digitsOf(text: string): number {
  if (!/^\d/.test(text)) return 0;
  const point = text.indexOf('.');
  return point < 0 ? text.length : point;
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
