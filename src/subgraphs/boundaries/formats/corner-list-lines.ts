import { AreaCollector } from './area-collector.js';
import {
  type CornerArea,
  type ListedCorner,
  listedCorner,
  quoted,
  type Report,
  readClosing,
} from './corner-area.js';
import { linesOf, type TextLine } from './text.js';

const LEFT_OPEN =
  'The area is not closed: a line `*,elevation,elevation,name,sign` must follow its last corner.';

/** Splits a listing into its areas, reporting lines that cannot be understood and areas left open. */
export function readAreas(text: string, report: Report): readonly CornerArea[] {
  const listing = new AreaCollector(report);
  for (const line of linesOf(text)) {
    const place = { index: listing.index, line: line.number };
    if (/^[*＊]/.test(line.text)) {
      listing.close(line.number, readClosing(closingFields(line.text), place, report));
      continue;
    }
    const corner = readCorner(line, listing.vertex, place, report);
    if (!corner) continue;
    // A list that begins again at 1 has lost its closing line rather than its order.
    if (corner.number === '1' && listing.vertex > 3) listing.leaveOpen(LEFT_OPEN);
    listing.add(corner);
  }
  if (listing.isOpen) listing.leaveOpen(LEFT_OPEN);
  return listing.areas;
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
