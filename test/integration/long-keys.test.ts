import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idFromKey } from '../../src/platform/ids.js';
import type { BoundariesService } from '../../src/subgraphs/boundaries/boundaries.service.js';
import { sqlite } from '../../src/subgraphs/boundaries/formats/geopackage-database.js';
import { geoPackageWriter } from '../../src/subgraphs/boundaries/formats/geopackage-writer.js';
import { createBoundariesService, createBulkIntakeService } from '../../src/subgraphs/boundaries/services.js';
import type { LicencesService } from '../../src/subgraphs/licences/licences.service.js';
import { createLicenceChangeService, createLicencesService } from '../../src/subgraphs/licences/services.js';
import type { RegistryService } from '../../src/subgraphs/registry/registry.service.js';
import { createRegistryService } from '../../src/subgraphs/registry/services.js';
import { LONGEST_KEY } from '../../src/vocabulary/longest-key.js';
import { aLicence, aMine, mineId, observationFacts } from '../support/builders.js';
import { importAll } from '../support/bulk-bench.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { anExportedArea, written } from '../support/exported-area.js';
import { registerMines } from '../support/registered-mines.js';
import { CHINA, serviceParts } from '../support/service-parts.js';

// An index of PostgreSQL takes rows of 2704 bytes at most, and fails for a batch as a whole.

let database: TestDatabase;
let registry: RegistryService;
let licences: LicencesService;
let boundaries: BoundariesService;

beforeAll(async () => {
  database = await openTestDatabase();
  await registerMines(database.knex, [aMine({ code: 'M-1' })]);
  const parts = serviceParts(database.knex, CHINA);
  registry = createRegistryService(parts);
  licences = createLicencesService(parts);
  boundaries = createBoundariesService(parts);
});
afterAll(() => database.close());

let seed = 1;
/** Characters outside the basic plane, four bytes each, that hardly compress. */
function longText(length: number): string {
  return Array.from({ length }, () => {
    seed = (seed * 48271) % 2147483647;
    return String.fromCodePoint(0x20000 + (seed % 40000));
  }).join('');
}
const TOO_LONG = longText(LONGEST_KEY + 1);
/** No index takes it. */
const FAR_TOO_LONG = longText(3000);
const longest = () => longText(LONGEST_KEY);

const rejections = (rejected: readonly { index: number; code: string; path: string; message: string }[]) =>
  rejected.map(({ index, code, path, message }) => {
    expect(message).toContain(`${LONGEST_KEY} characters`);
    expect(message.length).toBeLessThan(300);
    return [index, code, path];
  });

describe('a row with a longer key than can be looked up by is rejected by itself', () => {
  test('a mine', async () => {
    const input = [
      aMine({ code: TOO_LONG }),
      aMine({ name: FAR_TOO_LONG }),
      aMine({ code: FAR_TOO_LONG }),
      aMine({ code: longest(), name: longest() }),
    ];
    const { created, rejected } = await registry.upsertMines(testContext(), input);
    expect(created).toBe(1);
    expect(rejections(rejected)).toEqual([
      [0, 'CODE_TOO_LONG', 'code'],
      [1, 'NAME_TOO_LONG', 'name'],
      [2, 'CODE_TOO_LONG', 'code'],
    ]);
  });

  test('a licence', async () => {
    const input = [aLicence({ number: FAR_TOO_LONG }), aLicence({ number: longest() })];
    const { created, rejected } = await licences.upsertLicences(testContext(), input);
    expect(created).toBe(1);
    expect(rejections(rejected)).toEqual([[0, 'NUMBER_TOO_LONG', 'number']]);
  });

  test('an observation', async () => {
    const input = [
      observationFacts({ provider: TOO_LONG }),
      observationFacts({ providerRef: FAR_TOO_LONG }),
      observationFacts({ provider: TOO_LONG, providerRef: null }),
      observationFacts({ provider: longest(), providerRef: longest() }),
    ];
    const { observations, rejected } = await boundaries.submitObservations(testContext(), input);
    expect(observations).toHaveLength(1);
    expect(rejections(rejected)).toEqual([
      [0, 'PROVIDER_TOO_LONG', 'provider'],
      [1, 'PROVIDER_REF_TOO_LONG', 'providerRef'],
      [2, 'PROVIDER_TOO_LONG', 'provider'],
    ]);
  });
});

test('a licence is not renewed under a number that is too long', async () => {
  const licence = aLicence();
  await licences.upsertLicences(testContext(), [licence]);
  const terms = { newNumber: FAR_TOO_LONG, validFrom: null, validTo: '2030-01-01' };
  const changes = createLicenceChangeService(serviceParts(database.knex));
  await expect(
    changes.renewLicence(testContext(), licence.number, terms, { reason: 'Renewed', documentNumber: null }),
  ).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    message: expect.stringContaining(`${LONGEST_KEY} characters`),
    details: { field: 'newNumber' },
  });
});

describe('what was stored before there was a bound is found, corrected, and left as it is', () => {
  test('a mine', async () => {
    const mine = aMine();
    await registry.upsertMines(testContext(), [mine]);
    const long = { ...mine, code: `${mine.code}${TOO_LONG}`, name: TOO_LONG };
    await database
      .knex('registry.mine')
      .where('id', mineId(mine.code))
      .update({ id: mineId(long.code), code: long.code, name: long.name });
    const ended = { ...long, status: 'CLOSED' as const };
    expect(await registry.upsertMines(testContext(), [ended])).toMatchObject({ updated: 1, rejected: [] });
    expect(await registry.mine(testContext(), { code: long.code })).toMatchObject({
      name: TOO_LONG,
      status: 'CLOSED',
    });
    const renamed = { ...ended, name: `${TOO_LONG}!` };
    const { rejected } = await registry.upsertMines(testContext(), [renamed]);
    expect(rejections(rejected)).toEqual([[0, 'NAME_TOO_LONG', 'name']]);
  });

  test('a licence', async () => {
    const licence = aLicence();
    await licences.upsertLicences(testContext(), [licence]);
    const long = { ...licence, number: `${licence.number}${TOO_LONG}` };
    await database
      .knex('licences.licence')
      .where('number', licence.number)
      .update({ id: idFromKey('licence', long.number), number: long.number });
    const changed = { ...long, issuer: 'Another department' };
    expect(await licences.upsertLicences(testContext(), [changed])).toMatchObject({
      updated: 1,
      rejected: [],
    });
    expect(await licences.licence(testContext(), { number: long.number })).toMatchObject({
      version: 2,
      issuer: 'Another department',
    });
  });

  test('an observation', async () => {
    const facts = observationFacts({ mineCode: 'M-1' });
    await boundaries.submitObservations(testContext(), [facts]);
    const long = { ...facts, providerRef: TOO_LONG };
    await database
      .knex('boundaries.observation')
      .where('id', idFromKey('observation', facts.provider, facts.providerRef ?? ''))
      .update({
        id: idFromKey('observation', facts.provider, TOO_LONG),
        provider_ref: TOO_LONG,
      });
    const { observations, rejected } = await boundaries.submitObservations(testContext(), [
      { ...long, sigmaMetres: 3 },
    ]);
    expect(rejected).toEqual([]);
    expect(observations).toMatchObject([{ version: 2, providerRef: TOO_LONG, sigmaMetres: 3 }]);
  });
});

test('a GeoPackage whose table has a name that is too long is refused', async () => {
  const { Database: Sqlite } = await sqlite();
  const file = new Sqlite(await written(geoPackageWriter, [anExportedArea()]));
  const name = longText(3000);
  file.run(`alter table permitted_areas_4529 rename to "${name}"`);
  for (const table of ['gpkg_contents', 'gpkg_geometry_columns']) {
    file.run(`update ${table} set table_name = ?`, [name]);
  }
  const service = createBulkIntakeService(serviceParts(database.knex));
  await expect(importAll(service, file.export())).rejects.toMatchObject({
    code: 'INTAKE_REJECTED',
    message: expect.stringContaining(`${LONGEST_KEY} characters`),
  });
  file.close();
});
