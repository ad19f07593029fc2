import { MAY, type MineOutline } from './demo-mine.js';
import type { Datum } from './gauss-krueger.js';
import {
  beyondDepth,
  digsInTheHole,
  dumpingOut,
  expiredRight,
  licensedInAnOldDatum,
  miningOut,
  outsideRedLine,
  prohibitedZone,
  strippingLandOutOfTime,
  strippingNearTheBoundary,
  strippingThatGrows,
  unapprovedSeam,
  worksOnStrippingLand,
} from './mine-stories.js';
import {
  attributedByOverlap,
  encroachment,
  encroachmentAcrossAGap,
  overlappingRights,
  peacefulNeighbours,
  suspectedOfNearestMine,
  unlicensed,
} from './neighbour-stories.js';
import { LARGE_PIT, MEDIUM_PIT, mineOn, SMALL_PIT, type Stage, type Story, UNDERGROUND } from './stage.js';

/** One story a mine tells. */
export interface Scenario {
  readonly draw: Story;
  /** The datum of the licence, where it is not CGCS2000. */
  datum?(countyIndex: number): Datum;
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
  (...stories: readonly Story[]) =>
  (stage: Stage): void =>
    stories[stage.countyIndex % stories.length]?.(stage);

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
