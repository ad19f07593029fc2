import type { Position, Ring } from '../../../spatial/rings.js';
import type { AreaFacts } from './attributes.js';
import type { IntakeFeature, IntakeRing } from './intake-file.js';
import { FileFault, type IssuePlace } from './issue-list.js';

/** A ring whose end repeats its beginning, without the repetition. Errors: `FileFault` UNCLOSED. */
export function openRing(positions: readonly Position[], place: IssuePlace): Ring {
  const [first, last] = [positions[0], positions.at(-1)];
  if (!first || !last) throw new FileFault('EMPTY', 'A ring has no corners.', place);
  if (positions.length > 1 && first[0] === last[0] && first[1] === last[1]) return positions.slice(0, -1);
  throw new FileFault(
    'UNCLOSED',
    `The ring is not closed: it ends at ${last.join(', ')} and began at ${first.join(', ')}.`,
    { ...place, vertex: positions.length },
  );
}

/** An area of a format that gives easting before northing (longitude before latitude) and no corner numbers. */
export const featureOfRings = (
  index: number,
  facts: AreaFacts,
  srid: number,
  polygons: readonly (readonly Ring[])[],
  line: number | null = null,
): IntakeFeature => ({
  index,
  ...facts,
  srid,
  polygons: polygons.map((rings) => rings.map((ring) => corners(ring, line))),
});

const corners = (ring: Ring, line: number | null): IntakeRing =>
  ring.map(([y, x], i) => ({ number: String(i + 1), x, y, line }));
