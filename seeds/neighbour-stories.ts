import { type DemoMine, MAY } from './demo-mine.js';
import { rectangle } from './site.js';
import { MEDIUM_PIT, mineOn, SMALL_PIT, type Stage } from './stage.js';

// What concerns two mines, and work of which nobody says whose it is.

/** Half the extent of the mines that are somebody's neighbour, metres. */
const NEIGHBOUR_HALF_EXTENT = 420;

/** The mine across the east face of `mine`, `gap` metres away, its own straight face towards it. */
function neighbourOf(stage: Stage, mine: DemoMine, gap: number): DemoMine {
  const site = mine.site.moved([mine.halfEast + gap + NEIGHBOUR_HALF_EXTENT, 0], Math.PI);
  const outline = { ...MEDIUM_PIT, halfExtent: NEIGHBOUR_HALF_EXTENT };
  return mineOn(stage, outline, site, stage.slot + 2).right();
}

/** The whole excess lies in the neighbour's right. */
export function encroachment(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const other = neighbourOf(stage, mine, 0);
  mine
    .observe(MAY, 'EXTRACTION', mine.bite(65, 180))
    .expect('ENCROACHMENT', 'CONFIRMED', 65 * 180, { other });
  other.observe(MAY, 'EXTRACTION', other.inner(-0.5, -0.5, 0, 0.5));
}

/** Half of the excess lies in nobody's land between the two rights, half in the neighbour's. */
export function encroachmentAcrossAGap(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const other = neighbourOf(stage, mine, 40);
  mine
    .observe(MAY, 'STRIPPING', mine.bite(80, 150))
    .expect('ENCROACHMENT', 'CONFIRMED', 40 * 150, { other })
    .expect('STRIPPING_OUT_OF_BOUNDS', 'CONFIRMED', 40 * 150);
}

/** Two rights that overlap each other by 25 m: a conflict of the boundaries, no violation of anybody. */
export function overlappingRights(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const other = neighbourOf(stage, mine, -25);
  for (const each of [mine, other]) each.observe(MAY, 'EXTRACTION', each.inner(-0.6, -0.5, 0.2, 0.5));
}

export function peacefulNeighbours(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const other = neighbourOf(stage, mine, 30);
  for (const each of [mine, other]) each.observe(MAY, 'EXTRACTION', each.inner(-0.6, -0.5, 0.7, 0.5));
}

/** Digging where nobody within 2 km has a right. */
export function unlicensed(stage: Stage): void {
  const { work, county, site } = stage;
  const ring = rectangle(-60, -45, 60, 45);
  work.observations.push({
    provider: 'demo-satellite',
    providerRef: `${county.code}-unlicensed`,
    mineCode: null,
    activity: 'EXTRACTION',
    method: 'SATELLITE',
    observedAt: MAY,
    geometry: site.polygon(ring),
    sigmaMetres: 5,
    zMinMetres: null,
    zMaxMetres: null,
    sigmaZMetres: null,
    seam: null,
  });
  work.expectedViolations.push({
    mineCode: null,
    otherMineCode: null,
    kind: 'UNLICENSED',
    verdict: 'CONFIRMED',
    areaSquareMetres: site.ellipsoidal(120 * 90),
    findings: 1,
  });
}

/** 600 m away from the nearest right, within the attribution radius: suspected to be that mine's. */
export function suspectedOfNearestMine(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  const west = mine.halfEast + 600;
  mine
    .observe(MAY, 'EXTRACTION', rectangle(west, -50, west + 110, 50), {
      method: 'SATELLITE',
      attributed: false,
    })
    .expect('MINING_OUT_OF_BOUNDS', 'CONFIRMED', 110 * 100);
}

/** A satellite does not know whose pit it sees; the right it overlaps most tells. */
export function attributedByOverlap(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  mine
    .observe(MAY, 'EXTRACTION', mine.bite(35, 170), { method: 'SATELLITE', attributed: false })
    .expect('MINING_OUT_OF_BOUNDS', 'CONFIRMED', 35 * 170);
}
