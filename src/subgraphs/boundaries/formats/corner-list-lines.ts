import type { IntakeCorner, IntakeIssue, IntakeIssueCode } from './intake-file.js';

/** How a reader tells of a fault. */
export type Report = (
  code: IntakeIssueCode,
  message: string,
  place: Partial<Pick<IntakeIssue, 'index' | 'line' | 'ring' | 'vertex'>>,
) => void;

/** A corner with the digits it was written in; NaN where they are no number. */
export interface ListedCorner extends IntakeCorner {
  readonly line: number;
  readonly xText: string;
  readonly yText: string;
}

/** The lines from one `*` line to the next. */
export interface CornerArea {
  readonly index: number;
  readonly corners: readonly ListedCorner[];
  /** Number its first corner should bear: 1, or the one after the last corner of the area before. */
  readonly firstNumber: number;
  /** Line of the `*` line, or of the last corner when that is missing. */
  readonly line: number;
  readonly closed: boolean;
  readonly elevations: readonly [number | null, number | null];
  readonly name: string | null;
  readonly sign: 1 | -1;
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/;

interface Line {
  readonly number: number;
  readonly text: string;
}

interface Closing {
  readonly elevations: readonly [number | null, number | null];
  readonly name: string | null;
  readonly sign: 1 | -1;
}

const UNKNOWN: Closing = { elevations: [null, null], name: null, sign: 1 };

/** Splits a listing into its areas, reporting lines that cannot be understood and areas left open. */
export function readAreas(text: string, report: Report): CornerArea[] {
  const areas: CornerArea[] = [];
  let corners: ListedCorner[] = [];
  const close = (line: number, closing: Closing, closed: boolean): void => {
    const before = Number(areas.at(-1)?.corners.at(-1)?.number) + 1;
    const firstNumber = Number(corners[0]?.number) === before ? before : 1;
    areas.push({ index: areas.length, corners, firstNumber, line, closed, ...closing });
    corners = [];
  };
  const leftOpen = (): void => {
    const line = corners.at(-1)?.line ?? 1;
    report(
      'UNCLOSED',
      'The area is not closed: a line `*,elevation,elevation,name,sign` must follow its last corner.',
      {
        index: areas.length,
        line,
        ring: 1,
        vertex: corners.length,
      },
    );
    close(line, UNKNOWN, false);
  };
  for (const line of linesOf(text)) {
    if (/^[*＊]/.test(line.text)) {
      close(line.number, readClosing(line, areas.length, report), true);
      continue;
    }
    const place = { index: areas.length, line: line.number };
    const corner = readCorner(line, corners.length + 1, place, report);
    if (!corner) continue;
    // A list that begins again at 1 has lost its closing line rather than its order.
    if (corner.number === '1' && corners.length >= 3) leftOpen();
    corners.push(corner);
  }
  if (corners.length > 0) leftOpen();
  return areas;
}

function linesOf(text: string): Line[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ number: i + 1, text: line.trim() }))
    .filter((line) => !/^[,，\s]*$/.test(line.text));
}

function readCorner(
  line: Line,
  vertex: number,
  place: { index: number; line: number },
  report: Report,
): ListedCorner | null {
  const [number = '', xText = '', yText = '', ...rest] = line.text
    .split(/[,，]/)
    .map((field) => field.trim());
  if (!/^\d{1,9}$/.test(number)) {
    report(
      'UNREADABLE',
      `${quoted(line.text)} is neither a corner (number,X,Y) nor the end of an area (*,elevation,elevation,name,sign).`,
      place,
    );
    return null;
  }
  const extra = rest.find((field) => field !== '');
  if (extra !== undefined) {
    report(
      'UNREADABLE',
      `${quoted(extra)} follows the coordinates of corner ${number}; nothing belongs there.`,
      {
        ...place,
        ring: 1,
        vertex,
      },
    );
  }
  for (const [axis, value] of [['X', xText] as const, ['Y', yText] as const]) {
    if (NUMBER.test(value)) continue;
    const what = value === '' ? 'is missing' : `${quoted(value)} is not a number in plain decimal digits`;
    report('NOT_A_NUMBER', `${axis} of corner ${number} ${what}.`, { ...place, ring: 1, vertex });
  }
  return { number, x: decimal(xText), y: decimal(yText), xText, yText, line: line.number };
}

const decimal = (text: string): number => (NUMBER.test(text) ? Number(text) : Number.NaN);

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function readClosing(line: Line, index: number, report: Report): Closing {
  const place = { index, line: line.number };
  const fields = closingFields(line.text);
  const signAt = fields.findLastIndex((field, i) => i >= 4 && field !== '');
  const sign = fields[signAt] ?? '';
  if (sign !== '1' && sign !== '+1' && sign !== '-1') {
    const what = sign === '' ? 'no sign' : `the sign ${quoted(sign)}`;
    report('SIGN_UNKNOWN', `The end of the area has ${what}: 1 adds the area, -1 cuts it out.`, place);
  }
  const name = fields.slice(3, Math.max(signAt, 4)).join(',').trim();
  return {
    elevations: readElevations(fields[1] ?? '', fields[2] ?? '', place, report),
    name: name === '' ? null : name,
    sign: sign === '-1' ? -1 : 1,
  };
}

/** Full-width commas separate only where there are too few others: an area's name may hold one. */
function closingFields(text: string): string[] {
  const plain = text.split(',');
  return (plain.length >= 5 ? plain : text.split(/[,，]/)).map((field) => field.trim());
}

function readElevations(
  one: string,
  other: string,
  place: { index: number; line: number },
  report: Report,
): readonly [number | null, number | null] {
  if (one === '' && other === '') return [null, null];
  const bad = [one, other].find((text) => !NUMBER.test(text));
  if (bad === undefined) return [Number(one), Number(other)];
  const what = bad === '' ? 'one of the two is missing' : `${quoted(bad)} is not a number`;
  report('ELEVATION_INVALID', `The elevation band needs two numbers of metres, or none: ${what}.`, place);
  return [null, null];
}
