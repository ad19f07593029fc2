import {
  type Closing,
  type CornerArea,
  firstNumberAfter,
  type ListedCorner,
  listedCorner,
  quoted,
  type Report,
  readClosing,
} from './corner-area.js';
import { linesOf, type TextLine } from './text.js';

const UNKNOWN: Closing = { elevations: [null, null], name: null, sign: 1 };

/** Splits a listing into its areas, reporting lines that cannot be understood and areas left open. */
export function readAreas(text: string, report: Report): CornerArea[] {
  const areas: CornerArea[] = [];
  let corners: ListedCorner[] = [];
  const close = (line: number, closing: Closing, closed: boolean): void => {
    const firstNumber = firstNumberAfter(areas, corners[0]?.number);
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
    const place = { index: areas.length, line: line.number };
    if (/^[*＊]/.test(line.text)) {
      close(line.number, readClosing(closingFields(line.text), place, report), true);
      continue;
    }
    const corner = readCorner(line, corners.length + 1, place, report);
    if (!corner) continue;
    // A list that begins again at 1 has lost its closing line rather than its order.
    if (corner.number === '1' && corners.length >= 3) leftOpen();
    corners.push(corner);
  }
  if (corners.length > 0) leftOpen();
  return areas;
}

function readCorner(
  line: TextLine,
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
  const at = { ...place, ring: 1, vertex };
  const extra = rest.find((field) => field !== '');
  if (extra !== undefined) {
    const message = `${quoted(extra)} follows the coordinates of corner ${number}; nothing belongs there.`;
    report('UNREADABLE', message, at);
  }
  return listedCorner(number, xText, yText, at, report);
}

/** The fields after the star. Full-width commas separate only where there are too few others: a name may hold one. */
function closingFields(text: string): string[] {
  const plain = text.split(',');
  return (plain.length >= 5 ? plain : text.split(/[,，]/)).slice(1).map((field) => field.trim());
}
