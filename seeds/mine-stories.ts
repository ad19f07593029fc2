import { MAY, SPRING } from './demo-mine.js';
import { type Local, rectangle } from './site.js';
import { MEDIUM_PIT, mineOn, SMALL_PIT, type Stage, UNDERGROUND } from './stage.js';

// What a mine does wrong, or might seem to, on ground that concerns nobody else.

/** The question the hub exists for: a small open pit strips beyond its right, and more of it each time. */
export function strippingThatGrows(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  const reach = Math.round(stage.random.between(40, 70));
  mine
    .observe(SPRING, 'STRIPPING', mine.bite(reach / 2, 120))
    .observe(MAY, 'STRIPPING', mine.bite(reach, 180))
    .expect('STRIPPING_OUT_OF_BOUNDS', 'CONFIRMED', reach * 180, { findings: 2 });
}

/** Beyond the boundary by 8 m (PROBABLE) or 3 m (survey error) with a satellite of σ = 5 m. */
export function strippingNearTheBoundary(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  const outward = stage.countyIndex % 2 === 0 ? 8 : 3;
  mine.observe(MAY, 'STRIPPING', mine.bite(outward, 160), { method: 'SATELLITE' });
  if (outward === 8) mine.expect('STRIPPING_OUT_OF_BOUNDS', 'PROBABLE', 8 * 160);
}

export function miningOut(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  mine.observe(MAY, 'EXTRACTION', mine.bite(55, 200)).expect('MINING_OUT_OF_BOUNDS', 'CONFIRMED', 55 * 200);
}

export function dumpingOut(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const south = -mine.halfNorth - 300;
  mine
    .area('DUMP_SITE', rectangle(-120, south, 120, south + 200))
    .observe(MAY, 'DUMPING', rectangle(-60, south - 45, 60, south + 80))
    .expect('DUMPING_OUT_OF_BOUNDS', 'CONFIRMED', 45 * 120);
}

/** The whole right has run out: what was dug before is fine, what was dug after is not. */
export function expiredRight(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right({ validTo: '2026-04-01' });
  const pit = mine.inner(-0.4, -0.4, 0.4, 0.4);
  mine
    .observe(SPRING, 'EXTRACTION', pit)
    .observe(MAY, 'EXTRACTION', pit)
    .expect('EXPIRED_RIGHT', 'CONFIRMED', 0.64 * mine.halfEast * mine.halfNorth);
}

/** Stripping goes on where the temporary land approval has lapsed, or is yet to begin. */
export const strippingLandOutOfTime =
  (validity: { validFrom: string; validTo: string }) =>
  (stage: Stage): void => {
    const mine = mineOn(stage, SMALL_PIT).right();
    mine
      .area('STRIPPING_LAND', rectangle(mine.halfEast, -110, mine.halfEast + 150, 110), validity)
      .observe(MAY, 'STRIPPING', mine.bite(70, 140))
      .expect('EXPIRED_RIGHT', 'CONFIRMED', 70 * 140);
  };

/** In plan, but `metres` under the floor, surveyed with σz = 2 m. */
export const beyondDepth =
  (metres: number, verdict: 'PROBABLE' | 'CONFIRMED') =>
  (stage: Stage): void => {
    const mine = mineOn(stage, MEDIUM_PIT).right();
    const zMinMetres = mine.floor - metres;
    mine
      .observe(MAY, 'EXTRACTION', mine.inner(-0.3, -0.3, 0.3, 0.3), {
        method: 'GNSS_SURVEY',
        band: { zMinMetres, zMaxMetres: mine.floor + 40, sigmaZMetres: 2 },
      })
      .expect('BEYOND_DEPTH', verdict, 0.36 * mine.halfEast * mine.halfNorth);
  };

/** The licence names its seams (ore bodies, where it is not coal); T1 is none of them. */
export function unapprovedSeam(stage: Stage): void {
  const mine = mineOn(stage, UNDERGROUND).right();
  mine
    .observe(MAY, 'EXTRACTION', mine.inner(-0.2, -0.4, 0.2, 0.4), {
      method: 'GNSS_SURVEY',
      seam: 'T1',
      band: { zMinMetres: mine.floor + 10, zMaxMetres: mine.floor + 14, sigmaZMetres: 1 },
    })
    .expect('UNAPPROVED_SEAM', 'CONFIRMED', 0.32 * mine.halfEast * mine.halfNorth);
}

export function prohibitedZone(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const north = -0.3 * mine.halfNorth;
  mine
    .area('PROHIBITED_ZONE', rectangle(-150, north - 90, 150, north))
    .observe(MAY, 'EXTRACTION', rectangle(-80, north - 30, 80, north + 120))
    .expect('PROHIBITED_ZONE', 'CONFIRMED', 30 * 160);
}

/** Inside the mining right and outside this year's planned working area. */
export function outsideRedLine(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const edge = 0.4 * mine.halfEast;
  mine
    .area('RED_LINE', rectangle(-edge, -0.5 * mine.halfNorth, edge, 0.5 * mine.halfNorth))
    .observe(MAY, 'EXTRACTION', rectangle(edge - 120, -70, edge + 50, 70))
    .expect('OUTSIDE_RED_LINE', 'CONFIRMED', 50 * 140);
}

/** The notice cuts a part out of the area (sign -1), and somebody digs there. */
export function digsInTheHole(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT);
  const hole = rectangle(0, -100, 150, 100);
  mine
    .right({ holes: [hole] })
    .observe(MAY, 'EXTRACTION', rectangle(-90, -60, 60, 60))
    .expect('MINING_OUT_OF_BOUNDS', 'CONFIRMED', 60 * 120);
}

/** A licence in Xi'an 1980, known to tens of metres only: never more than PROBABLE. */
export function licensedInAnOldDatum(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  mine.observe(MAY, 'STRIPPING', mine.bite(50, 150)).expect('STRIPPING_OUT_OF_BOUNDS', 'PROBABLE', 50 * 150);
}

/** Stripping on land approved for stripping is no violation; extraction in the same place is. */
export function worksOnStrippingLand(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  const land: Local[] = rectangle(mine.halfEast, -110, mine.halfEast + 150, 110);
  mine.area('STRIPPING_LAND', land).observe(MAY, 'STRIPPING', mine.bite(90, 160));
  if (stage.countyIndex % 4 !== 0) return;
  mine.observe(MAY, 'EXTRACTION', mine.bite(40, 100)).expect('MINING_OUT_OF_BOUNDS', 'CONFIRMED', 40 * 100);
}
