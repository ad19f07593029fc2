import type { Knex } from 'knex';
import { badInput, notFound } from '../platform/errors.js';
import { geographicPosition } from '../spatial/position.js';
import type { IntakeFeature } from '../subgraphs/boundaries/formats/intake-file.js';
import type { Mine } from '../subgraphs/registry/mine.js';
import { createRegistryService } from '../subgraphs/registry/services.js';
import type { Session } from './session.js';

/** How far from a file's first corner its mine may lie to be found without being named. */
const SEARCH_METRES = 5000;
const MOST_CANDIDATES = 10;

/** A corner as issued (x northing, y easting) and in degrees. */
export interface CornerPlace {
  readonly x: number;
  readonly y: number;
  readonly longitude: number;
  readonly latitude: number;
}

/** The first corner of the first area; null when the file has no sound one. */
export async function firstCorner(
  knex: Knex,
  features: readonly IntakeFeature[],
): Promise<CornerPlace | null> {
  const [feature] = features;
  const corner = feature?.polygons[0]?.[0]?.[0];
  if (!feature || !corner) return null;
  const [longitude, latitude] = await geographicPosition(knex, corner.y, corner.x, feature.srid);
  return { x: corner.x, y: corner.y, longitude, latitude };
}

/** Five decimals of a degree: a metre. */
export const placeText = ({ longitude, latitude }: CornerPlace): string =>
  `${latitude.toFixed(5)}°N ${longitude.toFixed(5)}°E`;

/**
 * The mine a file is for: the one named, else the only one near its first corner. Errors: `NOT_FOUND`, and
 * `BAD_USER_INPUT` that lists the candidates.
 */
export async function findMine(
  { deps, context }: Session,
  code: string | null,
  corner: CornerPlace | null,
): Promise<Mine> {
  const registry = createRegistryService(deps);
  if (code !== null) {
    const mine = await registry.mine(context, { code });
    if (!mine) throw notFound('mine', code);
    return mine;
  }
  if (!corner) {
    throw badInput(
      'The file has no sound corner to find its mine by. Name the mine with --mine to be told what is wrong with the file.',
    );
  }
  const near = { longitude: corner.longitude, latitude: corner.latitude, radiusMetres: SEARCH_METRES };
  const found = await registry.mines(context, {}, { near }, 'CODE', { first: MOST_CANDIDATES, after: null });
  const candidates = found.items.map(({ node }) => node);
  const [only] = candidates;
  if (only && candidates.length === 1) return only;
  const where = `within ${SEARCH_METRES} m of the file's first corner, ${placeText(corner)}`;
  throw badInput(
    only
      ? `Several mines lie ${where}. Name one with --mine:\n${candidates.map((mine) => `  ${mine.code}  ${mine.name}`).join('\n')}`
      : `No mine lies ${where}. Name the mine with --mine, or register it first (mutation upsertMines).`,
  );
}
