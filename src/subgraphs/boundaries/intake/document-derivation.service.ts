import type { Knex } from 'knex';
import type { Extent } from '../../../config.js';
import { type AreaDerivation, deriveAreas } from '../../../spatial/derive-areas.js';
import { type IntakeFeature, ringsOf } from '../formats/intake-file.js';
import type { KnownMine } from '../published.repository.js';

/** Derivations of each document's areas, in their order, all in one statement. */
export async function deriveDocuments(
  sql: Knex,
  documents: readonly { readonly mine: KnownMine; readonly features: readonly IntakeFeature[] }[],
  extent: Extent,
): Promise<AreaDerivation[][]> {
  const corners = documents.flatMap(({ mine, features }) =>
    features.map((feature) => ({
      srid: feature.srid,
      polygons: ringsOf(feature),
      mineLocation: mine.location,
    })),
  );
  const derived = await deriveAreas(sql, corners, null, extent);
  let from = 0;
  return documents.map(({ features }) => {
    const own = derived.slice(from, from + features.length);
    from += own.length;
    return own;
  });
}
