import type { Knex } from 'knex';
import { sourceCrs } from './crs.js';
import type { Position } from './rings.js';

/** Digits kept: a tenth of a millimetre, or of a degree as small. */
const METRE_DECIMALS = 4;
const DEGREE_DECIMALS = 9;

/**
 * Positions (easting before northing, longitude before latitude) of any number of CRSs in `srid`, in order; one
 * statement. Those that are in it already come back as they are.
 */
export async function transformPositions(
  knex: Knex,
  positions: readonly { readonly position: Position; readonly srid: number }[],
  srid: number,
): Promise<Position[]> {
  const foreign = positions.filter((one) => one.srid !== srid);
  if (foreign.length === 0) return positions.map(({ position }) => position);
  const decimals = sourceCrs(srid)?.kind === 'PROJECTED' ? METRE_DECIMALS : DEGREE_DECIMALS;
  const { rows } = await knex.raw<{ rows: { x: number; y: number }[] }>(
    `select round(ST_X(p)::numeric, ?::int)::float8 as x, round(ST_Y(p)::numeric, ?::int)::float8 as y
     from unnest(?::float8[], ?::float8[], ?::int[]) with ordinality as given (x, y, srid, n)
     cross join lateral ST_Transform(ST_SetSRID(ST_MakePoint(given.x, given.y), given.srid), ?::int) p
     order by n`,
    [
      decimals,
      decimals,
      foreign.map(({ position: [x] }) => x),
      foreign.map(({ position: [, y] }) => y),
      foreign.map((one) => one.srid),
      srid,
    ],
  );
  let next = 0;
  return positions.map((one) => {
    if (one.srid === srid) return one.position;
    const row = rows[next++];
    return [row?.x ?? Number.NaN, row?.y ?? Number.NaN];
  });
}
