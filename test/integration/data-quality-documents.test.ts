import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BoundariesService } from '../../src/subgraphs/boundaries/boundaries.service.js';
import type { IntakeOptions, IntakeResult } from '../../src/subgraphs/boundaries/intake/intake.js';
import {
  createBoundariesService,
  createPermittedAreaChangeService,
} from '../../src/subgraphs/boundaries/services.js';
import { mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { aMineInHaicheng, cornerListRequest } from '../support/notice-intake.js';
import { CHINA, serviceParts } from '../support/service-parts.js';

// Findings of a document that is imported several times, and of its areas when they are changed in between.

let database: TestDatabase;
let boundaries: BoundariesService;
let mine: string;
beforeAll(async () => {
  database = await openTestDatabase();
  boundaries = createBoundariesService(serviceParts(database.knex, CHINA));
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.knex.raw('truncate boundaries.permitted_area, boundaries.area_overlap');
  mine = mineId((await aMineInHaicheng(database.knex)).code);
});

const [X, Y] = [4_507_000, 41_520_000];

/** A listing of squares of 500 m, each 1 km from the one before in the order of the alphabet. */
const squares = (...names: string[]): string =>
  names
    .map((name) => {
      const east = Y + 1000 * ((name.codePointAt(0) ?? 65) - 65);
      return `1,${X},${east}\n2,${X},${east + 500}\n3,${X + 500},${east + 500}\n4,${X + 500},${east}\n*,100,50,${name},1,\n`;
    })
    .join('');
const SQUARE = 250_000;

const importing = (content: string, options: Partial<IntakeOptions> = {}): Promise<IntakeResult> =>
  boundaries.importPermittedAreas(testContext(), cornerListRequest(mine, content, options));

async function findings() {
  const page = await boundaries.dataQualityFindings(
    testContext(),
    { mineId: mine },
    { first: 50, after: null },
  );
  return page.items.map(({ node }) => node);
}
const codes = async (): Promise<string[]> => (await findings()).map(({ code }) => code).sort();
const changes = () => createPermittedAreaChangeService(serviceParts(database.knex, CHINA));
const grounds = { reason: 'As the document has it now', documentNumber: null };

const idOf = ({ areas }: IntakeResult, name: string): string =>
  areas.find((area) => area.name === name)?.id ?? '';

describe('AREA_NOT_IN_FILE', () => {
  test('ends when the area ends, and does not come back with the next import', async () => {
    const both = await importing(squares('A', 'B'));
    await importing(squares('A'));
    expect(await codes()).toEqual(['AREA_NOT_IN_FILE']);
    await changes().end(testContext(), idOf(both, 'B'), '2027-01-01', grounds);
    expect(await codes()).toEqual([]);
    await importing(squares('A'));
    expect(await codes()).toEqual([]);
  });

  test('is not told of an area that an import of its own ended', async () => {
    await importing(squares('A', 'B'));
    await importing(squares('B'), { validTo: '2027-01-01' });
    await importing(squares('A'));
    expect(await codes()).toEqual([]);
  });

  test('is told of an area that ends with the others of an earlier file, or was ended with them', async () => {
    await importing(squares('A', 'B'));
    await importing(squares('A', 'B'), { validTo: '2030-12-01' });
    await importing(squares('A'), { validTo: '2030-12-01' });
    expect(await codes()).toEqual(['AREA_NOT_IN_FILE']);
    await importing(squares('C'), { documentNumber: 'other', validTo: '2030-12-01' });
    await importing(squares('D'), { documentNumber: 'other' });
    expect(await codes()).toEqual(['AREA_NOT_IN_FILE', 'AREA_NOT_IN_FILE']);
  });

  test('is not told of an area of other days: a document may permit one after the other', async () => {
    await importing(squares('A'), { validTo: '2028-12-01' });
    await importing(squares('B'), { validFrom: '2028-12-01' });
    expect(await codes()).toEqual([]);
    await importing(squares('A'), { validTo: '2028-12-01' });
    expect(await codes()).toEqual([]);
  });

  test('stays while the area is corrected otherwise, of the version that stands, and ends with a withdrawal', async () => {
    const id = idOf(await importing(squares('A', 'B')), 'B');
    await importing(squares('A'));
    await changes().correct(testContext(), id, { sigmaMetres: 2 }, grounds);
    expect(await findings()).toMatchObject([{ code: 'AREA_NOT_IN_FILE', areaId: id, areaVersion: 2 }]);
    await changes().withdraw(testContext(), id, grounds);
    expect(await codes()).toEqual([]);
  });
});

describe('the stated area of a document', () => {
  test('is not that of areas which its last file leaves out, also once they have ended', async () => {
    const both = await importing(squares('A', 'B'), { statedAreaSquareMetres: 2 * SQUARE });
    expect(await codes()).toEqual(['STATED_AREA_ELLIPSOIDAL']);
    await importing(squares('A'), { statedAreaSquareMetres: SQUARE });
    expect(await codes()).toEqual(['AREA_NOT_IN_FILE', 'STATED_AREA_ELLIPSOIDAL']);
    const id = idOf(both, 'B');
    await changes().end(testContext(), id, '2027-01-01', grounds);
    await changes().correct(testContext(), id, { sigmaMetres: 2 }, grounds);
    expect(await codes()).toEqual(['STATED_AREA_ELLIPSOIDAL']);
  });

  test('is told of each area that a document permits after another, and once where it is the same', async () => {
    const first = { validTo: '2028-12-01', statedAreaSquareMetres: 3 * SQUARE };
    const second = { validFrom: '2028-12-01', statedAreaSquareMetres: SQUARE };
    await importing(squares('A'), first);
    await importing(squares('B'), second);
    expect(await codes()).toEqual(['STATED_AREA_ELLIPSOIDAL', 'STATED_AREA_MISMATCH']);
    await importing(squares('A'), { ...first, statedAreaSquareMetres: SQUARE });
    expect(await codes()).toEqual(['STATED_AREA_ELLIPSOIDAL']);
  });

  test('corrected of one area is that of them all', async () => {
    const both = await importing(squares('A', 'B'), { statedAreaSquareMetres: 3 * SQUARE });
    expect(await codes()).toEqual(['STATED_AREA_MISMATCH']);
    await changes().correct(testContext(), idOf(both, 'A'), { statedAreaSquareMetres: 2 * SQUARE }, grounds);
    expect(await codes()).toEqual(['STATED_AREA_ELLIPSOIDAL']);
  });

  test('is that of the ground: two bands of one outline count once, in a dry run as well', async () => {
    const bands = squares('A').replace('*,100,50,', '*,50,0,') + squares('A').replace(',A,', ',a,');
    for (const dryRun of [true, false]) {
      const { statedArea, findings: told } = await importing(bands, {
        statedAreaSquareMetres: SQUARE,
        dryRun,
      });
      expect(statedArea?.convention).toBe('ELLIPSOIDAL');
      expect(Math.abs((statedArea?.ellipsoidalSquareMetres ?? 0) - SQUARE)).toBeLessThan(50);
      expect(told.map(({ code }) => code)).toEqual(['STATED_AREA_ELLIPSOIDAL']);
    }
    expect(await codes()).toEqual(['STATED_AREA_ELLIPSOIDAL']);
  });
});

describe('what an import noticed of an area', () => {
  const inside = `1,${X + 100},${Y + 100}\n2,${X + 100},${Y + 200}\n3,${X + 200},${Y + 200}\n*,80,70,,-1,\n`;

  test('lasts while its corners and its band are the same', async () => {
    const imported = await importing(squares('A') + inside);
    const id = idOf(imported, 'A');
    expect(await findings()).toMatchObject([{ code: 'HOLE_BAND_DIFFERS', areaVersion: 1 }]);
    await changes().end(testContext(), id, '2027-01-01', grounds);
    expect(await findings()).toMatchObject([{ code: 'HOLE_BAND_DIFFERS', areaVersion: 2 }]);
    await changes().correct(testContext(), id, { ceilingMetres: 80, floorMetres: 70 }, grounds);
    expect(await codes()).toEqual([]);
  });

  test('CRS_BALLPARK is told of every version that is known to tens of metres', async () => {
    const id = idOf(await importing(squares('A'), { srid: 2365 }), 'A');
    expect(await codes()).toEqual(['CRS_BALLPARK']);
    await changes().correct(testContext(), id, { sigmaMetres: 2 }, grounds);
    expect(await findings()).toMatchObject([{ code: 'CRS_BALLPARK', areaVersion: 2 }]);
    const outline = { format: 'CORNER_LIST', content: squares('A'), encoding: 'UTF8' } as const;
    await changes().correct(testContext(), id, { outline }, grounds);
    expect(await codes()).toEqual([]);
    await changes().correct(testContext(), id, { outline: { ...outline, srid: 2365 } }, grounds);
    expect(await findings()).toMatchObject([{ code: 'CRS_BALLPARK', areaVersion: 4 }]);
  });
});
