import { readFileSync } from 'node:fs';
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IntakeResult } from '../../src/subgraphs/boundaries/intake/intake.js';
import { createIntakeService, createObservationService } from '../../src/subgraphs/boundaries/services.js';
import { aMine, mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { registerMines } from '../support/registered-mines.js';
import { serviceParts } from '../support/service-parts.js';
import { absent, readSharedJson, sharedData } from '../support/shared-data.js';

// Mining claims and observed surface disturbance of three drainage areas (Government of Yukon), with the area of each
// disturbance outside all claims as GEOS computed it in the data's own equal-area projection.

const FOLDER = sharedData('yukon');

interface ExpectedRow {
  readonly pair: string;
  readonly number: number;
  readonly area: number;
  readonly outside: number;
  readonly class: string;
}

type Claims = FeatureCollection<Polygon | MultiPolygon>;

const readExpected = (): ExpectedRow[] =>
  readFileSync(`${FOLDER}/expected.csv`, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const cells = line.split(',');
      const [area = '', outside = '', kind = ''] = cells.slice(-5, -2);
      return {
        pair: cells[0] ?? '',
        number: Number(cells[1]),
        area: Number(area),
        outside: Number(outside),
        class: kind,
      };
    });

const read = (name: string): Claims => readSharedJson(`${FOLDER}/${name}.geojson`) as Claims;

/** Inside, crossing or outside with the tolerance of the published figures: 1 m². */
function classOf(area: number, outside: number): string {
  if (outside <= 1) return 'inside';
  return outside >= area - 1 ? 'outside' : 'crossing';
}

describe.skipIf(FOLDER === null)(
  `shared data: Yukon claims and disturbance${FOLDER === null ? ` (${absent('yukon')})` : ''}`,
  () => {
    let database: TestDatabase;

    beforeAll(async () => {
      database = await openTestDatabase();
      const mines = ['10AB', '10BC', '10BD'].map((code) => aMine({ code, location: null }));
      await registerMines(database.knex, mines);
    });
    afterAll(() => database?.close());

    const deps = () => serviceParts(database.knex);

    const importClaims = (pair: string, features: readonly Feature[]): Promise<IntakeResult> =>
      createIntakeService(deps()).importPermittedAreas(testContext(), {
        mineId: mineId(pair.toUpperCase()),
        format: 'GEOJSON',
        content: JSON.stringify({ type: 'FeatureCollection', features }),
        encoding: 'UTF8',
        options: {
          kind: 'MINING_RIGHT',
          authority: 'Government of Yukon',
          validFrom: '1900-01-01',
          sigmaMetres: 0,
        },
      });

    const judgeDisturbance = async (pair: string) => {
      const { features } = read(`${pair}_disturbance`);
      const submission = await createObservationService(deps()).submit(
        testContext(),
        features.map((feature, i) => ({
          provider: 'yukon',
          providerRef: `${pair}/${i + 1}`,
          mineCode: pair.toUpperCase(),
          activity: 'EXTRACTION' as const,
          method: 'SATELLITE' as const,
          observedAt: new Date('2020-06-01T00:00:00Z'),
          geometry: feature.geometry,
          sigmaMetres: 0,
        })),
      );
      expect(submission.rejected).toEqual([]);
      const rows = await database
        .knex('enforcement.judgement as j')
        .join('boundaries.observation as o', 'o.id', 'j.observation_id')
        .select(
          'o.provider_ref',
          'j.footprint_area_m2',
          'j.excess_area_m2',
          'j.sliver_area_m2',
          'j.plan_verdict',
          'j.judging_srid',
        )
        .whereLike('o.provider_ref', `${pair}/%`);
      return new Map(rows.map((row) => [row.provider_ref as string, row]));
    };

    const mend = async (claim: Feature): Promise<Feature> => {
      const { rows } = await database.knex.raw(
        'select ST_AsGeoJSON(ST_CollectionExtract(ST_MakeValid(ST_GeomFromGeoJSON(?)), 3), 12)::json as geometry',
        [JSON.stringify(claim.geometry)],
      );
      return { ...claim, geometry: rows[0].geometry };
    };

    const compare = async (pair: string, rows: readonly ExpectedRow[]) => {
      const judged = await judgeDisturbance(pair);
      const differing: unknown[] = [];
      for (const row of rows) {
        const verdict = judged.get(`${pair}/${row.number}`);
        const outside = verdict.excess_area_m2 + verdict.sliver_area_m2;
        const near = (a: number, b: number) => Math.abs(a - b) <= Math.max(1, 0.002 * b);
        if (
          !near(outside, row.outside) ||
          !near(verdict.footprint_area_m2, row.area) ||
          classOf(verdict.footprint_area_m2, outside) !== row.class
        ) {
          differing.push({ ...row, judged: verdict });
        }
      }
      expect(differing).toEqual([]);
      return judged;
    };

    test.each(['10bc', '10bd'])(
      'every disturbance of %s has the published area outside the claims, and its class',
      async (pair) => {
        const claims = read(`${pair}_claims`).features;
        const imported = await importClaims(pair, claims);
        expect(imported.rejected).toEqual([]);
        expect(imported.areas).toHaveLength(claims.length);
        const rows = readExpected().filter((row) => row.pair === pair);
        const judged = await compare(pair, rows);
        // Far from Gauss-Krüger: judged in UTM zone 9 or 10 north.
        expect([...new Set([...judged.values()].map((row) => row.judging_srid))].sort()).toEqual(
          pair === '10bc' ? [32609] : [32609, 32610],
        );
        expect(rows.length).toBeGreaterThan(30);
      },
      120_000,
    );

    test('10AB: the invalid claim is refused with its reason and place, the valid one judges every disturbance', async () => {
      const claims = read('10ab_claims_dissolved').features;
      const whole = await importClaims('10ab', claims);
      expect(whole.areas).toEqual([]);
      expect(new Set(whole.rejected.map(({ index, code }) => `${index} ${code}`))).toEqual(
        new Set(['0 SELF_INTERSECTION']),
      );
      expect(whole.rejected[0]?.ring).toBeGreaterThan(0);
      expect(whole.rejected[0]?.vertex).toBeGreaterThan(0);
      // Its owner mends the file and sends it again; here PostGIS stands in for the owner's GIS.
      const mended = await Promise.all(claims.map(mend));
      const imported = await importClaims('10ab', mended);
      expect(imported.rejected).toEqual([]);
      await compare(
        '10ab',
        readExpected().filter((row) => row.pair === '10ab'),
      );
    }, 120_000);
  },
);
