import { LARGEST_RING } from '../../../spatial/rings.js';
import {
  type Closing,
  type CornerArea,
  EndOfReading,
  type ListedCorner,
  type Report,
} from './corner-area.js';

/** Areas of one listing: a licence has a few. */
export const LARGEST_LIST = 500;

/** The areas of a listing as its lines are read. */
export class AreaCollector {
  readonly areas: CornerArea[] = [];
  private corners: ListedCorner[] = [];

  constructor(private readonly report: Report) {}

  /** Place of the next corner, from 1. */
  get vertex(): number {
    return this.corners.length + 1;
  }

  /** Index of the area being read. */
  get index(): number {
    return this.areas.length;
  }

  /** Corners beyond those of the largest ring are not kept; that there is one too many is enough to refuse it. */
  add(corner: ListedCorner): void {
    if (this.corners.length <= LARGEST_RING) this.corners.push(corner);
  }

  close(line: number, closing: Closing, closed = true): void {
    const { corners, areas, index } = this;
    if (index >= LARGEST_LIST) {
      this.report('TOO_MANY_AREAS', `The file lists more than ${LARGEST_LIST} areas.`, { index, line });
      throw new EndOfReading();
    }
    const next = Number(areas.at(-1)?.corners.at(-1)?.number) + 1;
    const firstNumber = Number(corners[0]?.number) === next ? next : 1;
    areas.push({ index, corners, firstNumber, line, closed, ...closing });
    this.corners = [];
  }

  /** Closes an area that its file does not, and reports it; `message` says what is missing. */
  leaveOpen(message: string): void {
    const line = this.corners.at(-1)?.line ?? 1;
    this.report('UNCLOSED', message, { index: this.index, line, ring: 1, vertex: this.corners.length });
    this.close(line, { elevations: [null, null], name: null, sign: 1 }, false);
  }

  /** Whether corners wait for the end of their area. */
  get isOpen(): boolean {
    return this.corners.length > 0;
  }

  /** Line of the last corner. */
  get lastLine(): number {
    return this.corners.at(-1)?.line ?? 1;
  }
}
