/** West, south, east and north of a geometry, in degrees. */
export type Box = readonly [west: number, south: number, east: number, north: number];

export const boxesMeet = (a: Box, b: Box): boolean =>
  a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

/** What lies in a box. */
interface Boxed {
  readonly box: Box;
}

/** The boxes that are left when those of alike that meet are made one; each with one of those that lie in it. */
export function mergedBoxes<T extends Boxed>(
  boxed: readonly T[],
  alike: (a: T, b: T) => boolean,
): readonly (Boxed & { readonly of: T })[] {
  let merged: (Boxed & { readonly of: T })[] = [];
  for (const of of boxed) {
    let { box } = of;
    for (;;) {
      const meeting = merged.filter((other) => boxesMeet(other.box, box) && alike(other.of, of));
      if (meeting.length === 0) break;
      // What it reaches may reach what it did not.
      merged = merged.filter((other) => !meeting.includes(other));
      box = around([box, ...meeting.map((other) => other.box)]);
    }
    merged.push({ of, box });
  }
  return merged;
}

const around = (boxes: readonly Box[]): Box => [
  Math.min(...boxes.map((box) => box[0])),
  Math.min(...boxes.map((box) => box[1])),
  Math.max(...boxes.map((box) => box[2])),
  Math.max(...boxes.map((box) => box[3])),
];
