import { AreaCollector } from './area-collector.js';
import {
  type CornerArea,
  type ListedCorner,
  listedCorner,
  quoted,
  type Report,
  readElevations,
  readSign,
} from './corner-area.js';
import { inZone, readListing } from './corner-areas.js';
import type { IntakeFile, TextReader } from './intake-file.js';
import { linesOf, type TextLine } from './text.js';

/**
 * The string in which the old registry stores a right's boundary (区域坐标), all on one line:
 * `areas,{count,{number,X,Y}×count,elevation,elevation,name,sign}×areas,`. It counts what follows, so that a string
 * that was cut off is found out. Source: docs/formats.md.
 */
export const readStoredString: TextReader = (text, srid): IntakeFile =>
  readListing((report) => ({ areas: readString(text, report), stated: null }), inZone(srid));

/** Numbers of areas and corners are small; more digits are a coordinate that stands in their place. */
const COUNT = /^\d{1,6}$/;

function readString(text: string, report: Report): readonly CornerArea[] {
  const [line, second] = firstTwo(linesOf(text));
  if (!line) return [];
  if (second) {
    const message = `${quoted(second.text)} follows on another line; the whole string stands on one.`;
    report('UNREADABLE', message, { line: second.number });
    return [];
  }
  return new StringReader(fieldsOf(line.text), line.number, report).areas();
}

function firstTwo(lines: Iterable<TextLine>): readonly TextLine[] {
  const found: TextLine[] = [];
  for (const line of lines) if (found.push(line) === 2) break;
  return found;
}

/** Full-width commas separate only where there are no others: an area's name may hold one. */
const fieldsOf = (text: string): string[] =>
  (text.includes(',') ? text.split(',') : text.split('，')).map((field) => field.trim());

/** Thrown past the rest of a string whose fields no longer stand where they belong. */
class OutOfStep extends Error {}

class StringReader {
  private at = 0;
  private readonly listing: AreaCollector;

  constructor(
    private readonly fields: readonly string[],
    private readonly line: number,
    private readonly report: Report,
  ) {
    this.listing = new AreaCollector(report);
  }

  areas(): readonly CornerArea[] {
    try {
      const count = this.count('the number of areas', 0);
      while (this.listing.index < count) this.area(this.listing.index);
      const rest = this.fields.slice(this.at).find((field) => field !== '');
      if (rest !== undefined) {
        const message = `${quoted(rest)} follows the last of ${count} areas; nothing belongs there.`;
        this.report('COUNT_DIFFERS', message, { index: count, line: this.line });
      }
    } catch (error) {
      if (!(error instanceof OutOfStep)) throw error;
    }
    return this.listing.areas;
  }

  private area(index: number): void {
    const count = this.count(`the number of corners of area ${index + 1}`, index);
    for (let i = 0; i < count; i++) this.listing.add(this.corner(index, i + 1));
    const place = { index, line: this.line };
    const [one, other, name, sign] = [
      this.next('an elevation', index),
      this.next('an elevation', index),
      this.next('the name of the area', index),
      this.next('the sign of the area', index),
    ];
    // Whatever stands in the place of the sign, all after it is out of step as well.
    let isLost = false;
    const closing = {
      elevations: readElevations(one, other, place, this.report),
      name: name === '' ? null : name,
      sign: readSign(sign, place, (...fault) => {
        isLost = true;
        this.report(...fault);
      }),
    };
    if (isLost) throw new OutOfStep();
    this.listing.close(this.line, closing);
  }

  private corner(index: number, vertex: number): ListedCorner {
    const at = { index, line: this.line, ring: 1, vertex };
    const number = this.next(`corner ${vertex}`, index, vertex);
    if (!/^\d{1,9}$/.test(number)) {
      const message = `${quoted(number)} stands where the number of corner ${vertex} belongs: a field is missing or too many, or the count of corners is wrong.`;
      return this.outOfStep('UNREADABLE', message, at);
    }
    const x = this.next(`X of corner ${number}`, index, vertex);
    const y = this.next(`Y of corner ${number}`, index, vertex);
    return listedCorner(number, x, y, at, this.report);
  }

  private count(what: string, index: number): number {
    const field = this.next(what, index);
    if (COUNT.test(field)) return Number(field);
    const message = `${quoted(field)} stands where ${what} belongs. A comma in a name, or a field missing before it, moves all that follows.`;
    return this.outOfStep('UNREADABLE', message, { index });
  }

  private next(what: string, index: number, vertex?: number): string {
    const field = this.fields[this.at];
    this.at += 1;
    // The comma at the string's end opens no field of its own.
    if (field !== undefined && !(field === '' && this.at === this.fields.length)) return field;
    const message = `The string ends where ${what} belongs: it counts more than it holds.`;
    const place = vertex === undefined ? { index } : { index, ring: 1, vertex };
    return this.outOfStep('COUNT_DIFFERS', message, place);
  }

  private outOfStep(
    code: 'UNREADABLE' | 'COUNT_DIFFERS',
    message: string,
    place: { index: number; ring?: number; vertex?: number },
  ): never {
    this.report(code, message, { line: this.line, ...place });
    throw new OutOfStep();
  }
}
