import type { Knex } from 'knex';

/** What coordinates are rounded to in overlays; -1: to nothing. */
export interface OverlayGrid {
  readonly metres: number;
  readonly degrees: number;
}

const EXACT: OverlayGrid = { metres: -1, degrees: -1 };
/** A tenth of a micrometre: rounding to it moves the area of a sliver of a kilometre by less than a square centimetre. */
const FINE: OverlayGrid = { metres: 1e-7, degrees: 1e-12 };
/**
 * For pieces of an excess and of what is permitted, on a server too. Where a neighbour's edge meets the excess's, the
 * corner lies beside the edge by the last digit of a coordinate, and what is left would have a part as long as the edge
 * and as thin; between two rights side by side, a gap like it would part what lies across them.
 */
export const PIECE_GRID = FINE;

/**
 * GEOS tries an overlay with exact coordinates and, when nearly coinciding edges defeat that, catches its own
 * exception and tries again on a grid. In the embedded database (WebAssembly, PGlite 0.5) such an exception is not
 * caught: the statement ends without rows and without an error. On a grid from the start none is thrown. A server
 * keeps exact coordinates, which are twice as fast.
 */
export async function overlayGrid(sql: Knex): Promise<OverlayGrid> {
  const { rows } = await sql.raw<{ rows: { embedded: boolean }[] }>(
    `select version() like '%emscripten%' as embedded`,
  );
  return rows[0]?.embedded ? FINE : EXACT;
}
