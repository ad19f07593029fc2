import type { IntakeFeature, IntakeRing } from './intake-file.js';

/** Well-known text of `features`, one a line with its SRID in front: what `readWkt` reads back as the same. */
export const printWkt = (features: readonly IntakeFeature[]): string =>
  features.map((feature) => `${wktOf(feature)}\n`).join('');

function wktOf({ srid, polygons }: IntakeFeature): string {
  const texts = polygons.map((rings) => `(${rings.map(ringText).join(',')})`);
  const [only] = texts;
  return `SRID=${srid};${only && texts.length === 1 ? `POLYGON${only}` : `MULTIPOLYGON(${texts.join(',')})`}`;
}

const ringText = (ring: IntakeRing): string =>
  `(${[...ring, ...ring.slice(0, 1)].map(({ x, y }) => `${y} ${x}`).join(',')})`;
