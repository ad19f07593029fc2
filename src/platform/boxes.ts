/** A box in degrees. */
export type Box = readonly [west: number, south: number, east: number, north: number];

export const boxesTouch = (a: Box, b: Box): boolean =>
  a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
