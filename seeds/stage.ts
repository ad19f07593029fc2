import { DemoMine, type MineOutline } from './demo-mine.js';
import type { County } from './divisions.js';
import type { Random } from './random.js';
import type { Site } from './site.js';
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

/** What happens on a stage; some stories differ from county to county. */
export type Story = (stage: Stage) => void;

export const SMALL_PIT: MineOutline = { method: 'OPEN_PIT', scale: 'SMALL' };
export const MEDIUM_PIT: MineOutline = { method: 'OPEN_PIT', scale: 'MEDIUM' };
export const LARGE_PIT: MineOutline = { method: 'OPEN_PIT', scale: 'LARGE' };
export const UNDERGROUND: MineOutline = { method: 'UNDERGROUND', scale: 'MEDIUM' };

/** Raises a mine on the stage: in its middle and under its number, unless told otherwise. */
export const mineOn = (
  stage: Stage,
  outline: MineOutline,
  site = stage.site,
  number = stage.slot + 1,
): DemoMine => new DemoMine(stage.work, stage.county, number, site, outline, stage.random);
