import type { LicenceFacts } from '../src/subgraphs/licences/licence.js';
import type { MineFacts } from '../src/subgraphs/registry/mine.js';
import type { DemoArea, DemoObservation, ExpectedViolation } from './demo-facts.js';
import { COUNTIES, type County } from './divisions.js';
import { noticeMine } from './notice-mine.js';
import { createRandom } from './random.js';
import { SCENARIOS } from './scenarios.js';
import { Site } from './site.js';
import { Work } from './work.js';

/** Everything that the demo consists of. The same on every machine. */
export interface DemoWorld {
  readonly mines: readonly MineFacts[];
  readonly licences: readonly LicenceFacts[];
  readonly areas: readonly DemoArea[];
  readonly observations: readonly DemoObservation[];
  readonly expectedViolations: readonly ExpectedViolation[];
}

const COLUMNS = 5;
/** Far enough that nobody's excess is attributed to the next mine (attribution radius 2 km). */
const SPACING_METRES = 7000;

/** Builds the demo: per county a grid of mines, each telling the story of one scenario. */
export function demoWorld(): DemoWorld {
  const work = new Work();
  COUNTIES.forEach((county, countyIndex) => {
    const random = createRandom(Number(county.code));
    SCENARIOS.forEach((scenario, slot) => {
      const site = siteOf(county, slot, random.between(-0.5, 0.5), scenario.datum?.(countyIndex));
      scenario.draw({ work, county, countyIndex, slot, site, random });
    });
  });
  work.mines.push(noticeMine());
  return work;
}

/** Which violations the demo data holds, exactly. */
export const expectedViolations = (): readonly ExpectedViolation[] => demoWorld().expectedViolations;

function siteOf(county: County, slot: number, rotation: number, datum: Site['datum'] = 'CGCS2000'): Site {
  const column = slot % COLUMNS;
  const row = Math.floor(slot / COLUMNS);
  const metresPerDegree = 111_200;
  const latitude = county.latitude + ((row - 1.5) * SPACING_METRES) / metresPerDegree;
  const shrink = Math.cos((latitude * Math.PI) / 180);
  const longitude = county.longitude + ((column - 2) * SPACING_METRES) / (metresPerDegree * shrink);
  return Site.at(longitude, latitude, rotation, datum);
}
