import { DemoMine, MAY, type MineOutline, SPRING } from './demo-mine.js';
import type { County } from './divisions.js';
import type { Datum } from './gauss-krueger.js';
import type { Random } from './random.js';
import { type Local, rectangle, type Site } from './site.js';
import type { Work } from './work.js';

/** Where a scenario is drawn. */
export interface Stage {
  readonly work: Work;
  readonly county: County;
  readonly countyIndex: number;
  /** Place in the county's grid, from 0; mines are numbered one above. */
  readonly slot: number;
  readonly site: Site;
  readonly random: Random;
}

/** One story a mine tells; some stories differ from county to county. */
export interface Scenario {
  draw(stage: Stage): void;
  /** The datum of the licence, where it is not CGCS2000. */
  datum?(countyIndex: number): Datum;
}

const SMALL_PIT: MineOutline = { method: 'OPEN_PIT', scale: 'SMALL' };
const MEDIUM_PIT: MineOutline = { method: 'OPEN_PIT', scale: 'MEDIUM' };

const LARGE_PIT: MineOutline = { method: 'OPEN_PIT', scale: 'LARGE' };

const mineOn = (stage: Stage, outline: MineOutline, site = stage.site, number = stage.slot + 1): DemoMine =>
  new DemoMine(stage.work, stage.county, number, site, outline, stage.random);

/** The question the hub exists for: a small open pit strips beyond its right, and more of it each time. */
function strippingThatGrows(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  const reach = Math.round(stage.random.between(40, 70));
  mine
    .observe(SPRING, 'STRIPPING', mine.bite(reach / 2, 120))
    .observe(MAY, 'STRIPPING', mine.bite(reach, 180))
    .expect('STRIPPING_OUT_OF_BOUNDS', 'CONFIRMED', reach * 180, { findings: 2 });
}

/** Beyond the boundary by 8 m (PROBABLE) or 3 m (survey error) with a satellite of σ = 5 m. */
function strippingNearTheBoundary(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  const outward = stage.countyIndex % 2 === 0 ? 8 : 3;
  mine.observe(MAY, 'STRIPPING', mine.bite(outward, 160), { method: 'SATELLITE' });
  if (outward === 8) mine.expect('STRIPPING_OUT_OF_BOUNDS', 'PROBABLE', 8 * 160);
}

function miningOut(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  mine.observe(MAY, 'EXTRACTION', mine.bite(55, 200)).expect('MINING_OUT_OF_BOUNDS', 'CONFIRMED', 55 * 200);
}

function dumpingOut(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const south = -mine.halfNorth - 300;
  mine
    .area('DUMP_SITE', rectangle(-120, south, 120, south + 200))
    .observe(MAY, 'DUMPING', rectangle(-60, south - 45, 60, south + 80))
    .expect('DUMPING_OUT_OF_BOUNDS', 'CONFIRMED', 45 * 120);
}

/** The whole right has run out: what was dug before is fine, what was dug after is not. */
function expiredRight(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right({ validTo: '2026-04-01' });
  const pit = mine.inner(-0.4, -0.4, 0.4, 0.4);
  mine
    .observe(SPRING, 'EXTRACTION', pit)
    .observe(MAY, 'EXTRACTION', pit)
    .expect('EXPIRED_RIGHT', 'CONFIRMED', 0.64 * mine.halfEast * mine.halfNorth);
}

/** Stripping goes on where the temporary land approval has lapsed, or is yet to begin. */
const strippingLandOutOfTime =
  (validity: { validFrom: string; validTo: string }) =>
  (stage: Stage): void => {
    const mine = mineOn(stage, SMALL_PIT).right();
    mine
      .area('STRIPPING_LAND', rectangle(mine.halfEast, -110, mine.halfEast + 150, 110), validity)
      .observe(MAY, 'STRIPPING', mine.bite(70, 140))
      .expect('EXPIRED_RIGHT', 'CONFIRMED', 70 * 140);
  };

/** In plan, but `metres` under the floor, surveyed with σz = 2 m. */
const beyondDepth =
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
function unapprovedSeam(stage: Stage): void {
  const mine = mineOn(stage, { method: 'UNDERGROUND', scale: 'MEDIUM' }).right();
  mine
    .observe(MAY, 'EXTRACTION', mine.inner(-0.2, -0.4, 0.2, 0.4), {
      method: 'GNSS_SURVEY',
      seam: 'T1',
      band: { zMinMetres: mine.floor + 10, zMaxMetres: mine.floor + 14, sigmaZMetres: 1 },
    })
    .expect('UNAPPROVED_SEAM', 'CONFIRMED', 0.32 * mine.halfEast * mine.halfNorth);
}

function prohibitedZone(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const north = -0.3 * mine.halfNorth;
  mine
    .area('PROHIBITED_ZONE', rectangle(-150, north - 90, 150, north))
    .observe(MAY, 'EXTRACTION', rectangle(-80, north - 30, 80, north + 120))
    .expect('PROHIBITED_ZONE', 'CONFIRMED', 30 * 160);
}

/** Inside the mining right and outside this year's planned working area. */
function outsideRedLine(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const edge = 0.4 * mine.halfEast;
  mine
    .area('RED_LINE', rectangle(-edge, -0.5 * mine.halfNorth, edge, 0.5 * mine.halfNorth))
    .observe(MAY, 'EXTRACTION', rectangle(edge - 120, -70, edge + 50, 70))
    .expect('OUTSIDE_RED_LINE', 'CONFIRMED', 50 * 140);
}

/** The notice cuts a part out of the area (sign -1), and somebody digs there. */
function digsInTheHole(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT);
  const hole = rectangle(0, -100, 150, 100);
  mine
    .right({ holes: [hole] })
    .observe(MAY, 'EXTRACTION', rectangle(-90, -60, 60, 60))
    .expect('MINING_OUT_OF_BOUNDS', 'CONFIRMED', 60 * 120);
}

/** Half the extent of the mines that are somebody's neighbour, metres. */
const NEIGHBOUR_HALF_EXTENT = 420;

/** The mine across the east face of `mine`, `gap` metres away, its own straight face towards it. */
function neighbourOf(stage: Stage, mine: DemoMine, gap: number): DemoMine {
  const site = mine.site.moved([mine.halfEast + gap + NEIGHBOUR_HALF_EXTENT, 0], Math.PI);
  const outline = { ...MEDIUM_PIT, halfExtent: NEIGHBOUR_HALF_EXTENT };
  return mineOn(stage, outline, site, stage.slot + 2).right();
}

/** The whole excess lies in the neighbour's right. */
function encroachment(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const other = neighbourOf(stage, mine, 0);
  mine
    .observe(MAY, 'EXTRACTION', mine.bite(65, 180))
    .expect('ENCROACHMENT', 'CONFIRMED', 65 * 180, { other });
  other.observe(MAY, 'EXTRACTION', other.inner(-0.5, -0.5, 0, 0.5));
}

/** Half of the excess lies in nobody's land between the two rights, half in the neighbour's. */
function encroachmentAcrossAGap(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const other = neighbourOf(stage, mine, 40);
  mine
    .observe(MAY, 'STRIPPING', mine.bite(80, 150))
    .expect('ENCROACHMENT', 'CONFIRMED', 40 * 150, { other })
    .expect('STRIPPING_OUT_OF_BOUNDS', 'CONFIRMED', 40 * 150);
}

/** Two rights that overlap each other by 25 m: a conflict of the boundaries, no violation of anybody. */
function overlappingRights(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const other = neighbourOf(stage, mine, -25);
  for (const each of [mine, other]) each.observe(MAY, 'EXTRACTION', each.inner(-0.6, -0.5, 0.2, 0.5));
}

function peacefulNeighbours(stage: Stage): void {
  const mine = mineOn(stage, MEDIUM_PIT).right();
  const other = neighbourOf(stage, mine, 30);
  for (const each of [mine, other]) each.observe(MAY, 'EXTRACTION', each.inner(-0.6, -0.5, 0.7, 0.5));
}

/** Digging where nobody within 2 km has a right. */
function unlicensed(stage: Stage): void {
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
function suspectedOfNearestMine(stage: Stage): void {
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
function attributedByOverlap(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  mine
    .observe(MAY, 'EXTRACTION', mine.bite(35, 170), { method: 'SATELLITE', attributed: false })
    .expect('MINING_OUT_OF_BOUNDS', 'CONFIRMED', 35 * 170);
}

/** A licence in Xi'an 1980, known to tens of metres only: never more than PROBABLE. */
function licensedInAnOldDatum(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  mine.observe(MAY, 'STRIPPING', mine.bite(50, 150)).expect('STRIPPING_OUT_OF_BOUNDS', 'PROBABLE', 50 * 150);
}

/** Stripping on land approved for stripping is no violation; extraction in the same place is. */
function worksOnStrippingLand(stage: Stage): void {
  const mine = mineOn(stage, SMALL_PIT).right();
  const land: Local[] = rectangle(mine.halfEast, -110, mine.halfEast + 150, 110);
  mine.area('STRIPPING_LAND', land).observe(MAY, 'STRIPPING', mine.bite(90, 160));
  if (stage.countyIndex % 4 !== 0) return;
  mine.observe(MAY, 'EXTRACTION', mine.bite(40, 100)).expect('MINING_OUT_OF_BOUNDS', 'CONFIRMED', 40 * 100);
}

/** A mine that keeps to its right: most do. */
const orderly =
  (outline: MineOutline) =>
  (stage: Stage): void => {
    const mine = mineOn(stage, outline).right();
    const idle = outline.status !== undefined && outline.status !== 'PRODUCING';
    if (idle) return;
    const activity = outline.method === 'OPEN_PIT' && stage.slot % 2 === 0 ? 'STRIPPING' : 'EXTRACTION';
    mine.observe(MAY, activity, mine.inner(-0.5, -0.6, 0.5, 0.4));
  };

/** A large right whose notice gives the plane area (far from the central meridian) or a wrong one. */
const orderlyButStated =
  (stated: 'PLANE' | 'WRONG') =>
  (stage: Stage): void => {
    const mine = mineOn(stage, LARGE_PIT).right({ stated });
    mine.observe(MAY, 'EXTRACTION', mine.inner(-0.5, -0.6, 0.5, 0.4));
  };

/** A different story in each county, in turn. */
const inTurn =
  (...stories: readonly ((stage: Stage) => void)[]) =>
  (stage: Stage): void =>
    stories[stage.countyIndex % stories.length]?.(stage);

const UNDERGROUND: MineOutline = { method: 'UNDERGROUND', scale: 'MEDIUM' };

/** What stands in each place of a county's grid. */
export const SCENARIOS: readonly Scenario[] = [
  { draw: strippingThatGrows },
  { draw: strippingNearTheBoundary },
  { draw: inTurn(miningOut, dumpingOut) },
  {
    draw: inTurn(
      expiredRight,
      strippingLandOutOfTime({ validFrom: '2023-04-01', validTo: '2026-04-01' }),
      beyondDepth(15, 'CONFIRMED'),
      unapprovedSeam,
      prohibitedZone,
      outsideRedLine,
      digsInTheHole,
      beyondDepth(3, 'PROBABLE'),
      strippingLandOutOfTime({ validFrom: '2026-09-01', validTo: '2028-09-01' }),
    ),
  },
  { draw: inTurn(encroachment, encroachmentAcrossAGap, overlappingRights, peacefulNeighbours) },
  { draw: inTurn(unlicensed, () => {}) },
  {
    draw: inTurn(suspectedOfNearestMine, attributedByOverlap, orderly(SMALL_PIT), licensedInAnOldDatum),
    datum: (countyIndex) => (countyIndex % 4 === 3 ? 'XIAN_1980' : 'CGCS2000'),
  },
  { draw: worksOnStrippingLand },
  { draw: orderly(SMALL_PIT) },
  { draw: orderly(SMALL_PIT) },
  { draw: orderly(MEDIUM_PIT) },
  { draw: orderly(MEDIUM_PIT) },
  {
    draw: (stage) => (stage.county.code === '150303' ? orderlyButStated('PLANE') : orderly(LARGE_PIT))(stage),
  },
  { draw: inTurn(orderly(LARGE_PIT), orderly(LARGE_PIT), orderlyButStated('WRONG'), orderly(LARGE_PIT)) },
  { draw: orderly(UNDERGROUND) },
  { draw: orderly(UNDERGROUND) },
  { draw: orderly({ method: 'UNDERGROUND', scale: 'LARGE' }) },
  { draw: orderly({ method: 'OPEN_PIT_TO_UNDERGROUND', scale: 'MEDIUM' }) },
  { draw: orderly({ method: 'OPEN_PIT', scale: 'SMALL', status: 'LONG_SUSPENDED' }) },
  { draw: orderly({ method: 'UNDERGROUND', scale: 'SMALL', status: 'CLOSING' }) },
];
