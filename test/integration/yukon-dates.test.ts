import type { Feature, FeatureCollection } from 'geojson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIntakeService, createObservationService } from '../../src/subgraphs/boundaries/services.js';
import { aMine, mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { registerMines } from '../support/registered-mines.js';
import { serviceParts } from '../support/service-parts.js';
import { absent, readSharedJson, sharedData } from '../support/shared-data.js';

// Yukon's mining claims with their dates on: a claim permits from the day it was recorded to the day it expires. Each
// disturbance is judged three times: with claims of all times, on the day of its image, and as if it had been seen the
// day before the newest claims around it were recorded.

const FOLDER = sharedData('yukon');
const PAIRS = ['10bc', '10bd'] as const;
type Pair = (typeof PAIRS)[number];

/** The day before claims were recorded in the area, and on which others were in force already. */
const DAY_BEFORE: Readonly<Record<Pair, string>> = { '10bc': '2014-11-13', '10bd': '2010-03-08' };

type Run = 'dates off' | 'image' | 'day before';

interface ByHand {
  readonly pair: Pair;
  readonly number: number;
  readonly run: Run;
  /** m² outside the claims then in force; by Shapely, in an equal-area projection of the ellipsoid. */
  readonly outside: number;
  readonly because: string;
}

/** Checked by hand: the claims that the disturbance lies on, and the days they were recorded, are in the data. */
const BY_HAND: readonly ByHand[] = [
  {
    pair: '10bc',
    number: 4,
    run: 'image',
    outside: 0,
    because: 'camp of 8 August 2016 wholly on YB00426, recorded on 2 July 1987',
  },
  {
    pair: '10bc',
    number: 16,
    run: 'image',
    outside: 0,
    because: 'image of 31 July 2016; YE60524 was recorded on 14 November 2014',
  },
  {
    pair: '10bc',
    number: 26,
    run: 'image',
    outside: 21_723.6,
    because: 'YE60529 and YE60527 of 14 November 2014 cover 31 495.9 m² of 53 219.4 in 2016',
  },
  {
    pair: '10bd',
    number: 21,
    run: 'image',
    outside: 0,
    because: 'image of 22 July 2012 on YD33877, recorded on 9 March 2010',
  },
  {
    pair: '10bd',
    number: 24,
    run: 'image',
    outside: 0,
    because: 'four claims of 9 March 2010 together cover it in 2014',
  },
  {
    pair: '10bc',
    number: 16,
    run: 'day before',
    outside: 2_691.5,
    because: 'on 13 November 2014 its only claim, YE60524, was recorded a day later',
  },
  {
    pair: '10bc',
    number: 26,
    run: 'day before',
    outside: 53_219.4,
    because: 'neither YE60529 nor YE60527 was recorded on that day',
  },
  {
    pair: '10bc',
    number: 22,
    run: 'day before',
    outside: 170_755.1,
    because: 'YE60067, recorded on 27 June 2014, permits its 360.4 m² on that day too',
  },
  {
    pair: '10bc',
    number: 39,
    run: 'day before',
    outside: 0,
    because: 'claims of 30 August 1974 cover the airstrip',
  },
  {
    pair: '10bd',
    number: 25,
    run: 'day before',
    outside: 18_976.4,
    because: 'YD33872 and YD33879 were recorded on 9 March 2010, the day after',
  },
];

interface Verdict {
  readonly plan: string;
  readonly area: number;
  readonly outside: number;
  readonly names: readonly string[];
}

const read = (name: string): FeatureCollection =>
  readSharedJson(`${FOLDER}/${name}.geojson`) as FeatureCollection;
const day = (feature: Feature, property: string): string =>
  String(feature.properties?.[property]).slice(0, 10);

describe.skipIf(FOLDER === null)(
  `shared data: Yukon claims with their dates on${FOLDER === null ? ` (${absent('yukon')})` : ''}`,
  () => {
    const databases: TestDatabase[] = [];
    const verdicts = new Map<string, Verdict>();

    beforeAll(async () => {
      for (const dated of [false, true]) {
        const database = await openTestDatabase();
        databases.push(database);
        await judgeAll(database, dated);
      }
    }, 400_000);
    afterAll(() => Promise.all(databases.map((database) => database.close())));

    async function judgeAll(database: TestDatabase, dated: boolean): Promise<void> {
      const mines = PAIRS.map((code) => aMine({ code, location: null }));
      await registerMines(database.knex, mines);
      for (const pair of PAIRS) {
        await importClaims(database, pair, dated);
        await observe(database, pair, dated ? 'image' : 'dates off');
        if (dated) await observe(database, pair, 'day before');
      }
    }

    /** Claims with the same days are one document. */
    async function importClaims(database: TestDatabase, pair: Pair, dated: boolean): Promise<void> {
      const groups = new Map<string, Feature[]>();
      for (const claim of read(`${pair}_claims`).features) {
        const days = dated
          ? `${day(claim, 'RECORDED_DATE')} ${day(claim, 'EXPIRY_DATE')}`
          : '1900-01-01 2100-01-01';
        groups.set(days, [...(groups.get(days) ?? []), claim]);
      }
      const service = createIntakeService(serviceParts(database.knex));
      for (const [days, features] of groups) {
        const [validFrom = '', validTo = ''] = days.split(' ');
        const { rejected } = await service.importPermittedAreas(testContext(), {
          mineId: mineId(pair),
          format: 'GEOJSON',
          content: JSON.stringify({ type: 'FeatureCollection', features }),
          encoding: 'UTF8',
          options: {
            kind: 'MINING_RIGHT',
            authority: 'Government of Yukon',
            validFrom,
            validTo,
            sigmaMetres: 0,
            documentNumber: days,
          },
        });
        expect(rejected).toEqual([]);
      }
    }

    async function observe(database: TestDatabase, pair: Pair, run: Run): Promise<void> {
      const { features } = read(`${pair}_disturbance`);
      const { rejected } = await createObservationService(serviceParts(database.knex)).submit(
        testContext(),
        features.map((feature, i) => ({
          provider: run,
          providerRef: `${pair} ${i + 1}`,
          mineCode: pair,
          activity: 'EXTRACTION' as const,
          method: 'SATELLITE' as const,
          observedAt: new Date(
            `${run === 'day before' ? DAY_BEFORE[pair] : day(feature, 'IMAGE_DATE')}T04:00:00Z`,
          ),
          geometry: feature.geometry,
          sigmaMetres: feature.properties?.['IMAGE_RESOLUTION'] as number,
        })),
      );
      expect(rejected).toEqual([]);
      const { rows } = await database.knex.raw(
        `select o.provider_ref, j.plan_verdict, j.footprint_area_m2, j.excess_area_m2 + j.sliver_area_m2 as outside,
           (select coalesce(array_agg(f.kind || coalesce(' ' || f.reason, '') order by f.kind), '{}') from enforcement.finding f where f.judgement_id = j.id) as names
         from enforcement.judgement j join boundaries.observation o on o.id = j.observation_id
         where o.provider = ? and o.provider_ref like ? and j.superseded_at is null`,
        [run, `${pair} %`],
      );
      expect(rows).toHaveLength(features.length);
      for (const row of rows) {
        verdicts.set(`${run}: ${row.provider_ref}`, {
          plan: row.plan_verdict,
          area: row.footprint_area_m2,
          outside: row.outside,
          names: row.names,
        });
      }
    }

    const numbers = PAIRS.flatMap((pair) =>
      read(`${pair}_disturbance`).features.map((_, i) => `${pair} ${i + 1}`),
    );
    const of = (run: Run, number: string): Verdict => {
      const verdict = verdicts.get(`${run}: ${number}`);
      if (!verdict) throw new Error(`no verdict of ${number}`);
      return verdict;
    };
    const changed = (run: Run): string[] =>
      numbers.filter((number) => {
        const [off, on] = [of('dates off', number), of(run, number)];
        return off.plan !== on.plan || Math.abs(off.outside - on.outside) > 1;
      });

    test('no image is older than a claim it shows: none of the 77 verdicts changes with the dates', () => {
      process.stdout.write(
        `Yukon: ${changed('image').length} of ${numbers.length} verdicts change with dates on\n`,
      );
      expect(numbers).toHaveLength(77);
      expect(changed('image')).toEqual([]);
    });

    test('seen the day before its claims were recorded, 18 change, and what they would have permitted is NOT_YET_VALID', () => {
      const expected = [16, 18, 26, 27, 28, 31, 37].map((n) => `10bc ${n}`);
      expected.push(...[21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31].map((n) => `10bd ${n}`));
      process.stdout.write(
        `Yukon: ${changed('day before').length} of ${numbers.length} change a day before claims were recorded\n`,
      );
      expect(changed('day before')).toEqual(expected);
      for (const number of expected) {
        const verdict = of('day before', number);
        expect([number, verdict.plan]).toEqual([number, 'CONFIRMED']);
        expect(verdict.names).toContain('EXPIRED_RIGHT NOT_YET_VALID');
        // Everything that the claims would have permitted is outside then.
        expect(verdict.outside).toBeCloseTo(verdict.area, 0);
      }
    });

    test.each(BY_HAND)(
      '$pair $number ($run): $outside m² outside, for $because',
      ({ pair, number, run, outside }) => {
        const verdict = of(run, `${pair} ${number}`);
        // The hub draws edges straight in the UTM zone, Shapely did in degrees.
        expect(Math.abs(verdict.outside - outside)).toBeLessThan(Math.max(1, 5e-4 * outside));
        expect(verdict.plan).toBe(outside > 0 ? 'CONFIRMED' : 'WITHIN');
      },
    );
  },
);
