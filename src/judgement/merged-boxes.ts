import { type Box, boxesTouch } from '../platform/boxes.js';

/** What lies in a box. */
interface Boxed {
  readonly box: Box;
}

/** The boxes that are left when those of the same key that meet are made one; each with one of those that lie in it. */
export function mergedBoxes<T extends Boxed>(
  boxed: readonly T[],
  keyOf: (one: T) => string,
): readonly (Boxed & { readonly of: T })[] {
  const merged = new Map<string, (Boxed & { readonly of: T })[]>();
  for (const of of boxed) {
    const key = keyOf(of);
    let { box } = of;
    let apart = merged.get(key) ?? [];
    // What it reaches may reach what it did not.
    for (let meeting = meetingOf(apart, box); meeting.length > 0; meeting = meetingOf(apart, box)) {
      apart = apart.filter((other) => !meeting.includes(other));
      box = around([box, ...meeting.map((other) => other.box)]);
    }
    apart.push({ of, box });
    merged.set(key, apart);
  }
  return [...merged.values()].flat();
}

const meetingOf = <T extends Boxed>(others: readonly T[], box: Box): readonly T[] =>
  others.filter((other) => boxesTouch(other.box, box));

const around = (boxes: readonly Box[]): Box => [
  Math.min(...boxes.map((box) => box[0])),
  Math.min(...boxes.map((box) => box[1])),
  Math.max(...boxes.map((box) => box[2])),
  Math.max(...boxes.map((box) => box[3])),
];
