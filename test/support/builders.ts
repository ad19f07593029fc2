import { idFromKey } from '../../src/platform/ids.js';
import type { ObservationFacts } from '../../src/subgraphs/boundaries/observations/observation.js';
import type { LicenceFacts } from '../../src/subgraphs/licences/licence.js';
import type { Division } from '../../src/subgraphs/registry/division.js';
import type { MineFacts } from '../../src/subgraphs/registry/mine.js';
import { creditCodeCheckCharacter } from '../../src/subgraphs/registry/operator.js';

export const DIVISIONS: readonly Division[] = [
  { code: '150000', name: '内蒙古自治区', level: 'PROVINCE', parentCode: null },
  { code: '150400', name: '赤峰市', level: 'CITY', parentCode: '150000' },
  { code: '150421', name: '阿鲁科尔沁旗', level: 'COUNTY', parentCode: '150400' },
  { code: '150422', name: '巴林左旗', level: 'COUNTY', parentCode: '150400' },
  { code: '210000', name: '辽宁省', level: 'PROVINCE', parentCode: null },
  { code: '210300', name: '鞍山市', level: 'CITY', parentCode: '210000' },
  { code: '210381', name: '海城市', level: 'COUNTY', parentCode: '210300' },
];

/** A valid credit code made from a number. */
export function creditCode(n: number): string {
  const first17 = `91150421MA0${String(n).padStart(6, '0')}`;
  return `${first17}${creditCodeCheckCharacter(first17)}`;
}

let count = 0;

export function aMine(facts: Partial<MineFacts> = {}): MineFacts {
  count += 1;
  return {
    code: `TEST-${count}`,
    name: `Test mine ${count}`,
    resource: 'COAL',
    method: 'OPEN_PIT',
    scale: 'SMALL',
    status: 'PRODUCING',
    capacityTonnesPerYear: 300_000,
    location: { type: 'Point', coordinates: [120, 43.5] },
    divisionCode: '150421',
    operatorName: `Test operator ${count}`,
    operatorCreditCode: creditCode(count),
    ...facts,
  };
}

export const mineId = (code: string): string => idFromKey('mine', code);

/** A square of `side` degrees whose south-west corner is there, as GeoJSON. */
export const squareAt = (longitude: number, latitude: number, side = 0.001): object => ({
  type: 'Polygon',
  coordinates: [
    [
      [longitude, latitude],
      [longitude + side, latitude],
      [longitude + side, latitude + side],
      [longitude, latitude + side],
      [longitude, latitude],
    ],
  ],
});

/** What a satellite saw of nobody in particular, under a provider's key of its own. */
export function observationFacts(facts: Partial<ObservationFacts> = {}): ObservationFacts {
  count += 1;
  return {
    provider: 'test-satellite',
    providerRef: `ref-${count}`,
    mineCode: null,
    activity: 'EXTRACTION',
    method: 'SATELLITE',
    observedAt: new Date('2026-05-01T02:00:00Z'),
    geometry: squareAt(120, 43.5),
    sigmaMetres: 2,
    ...facts,
  };
}

/** A licence of the mine with all that a source may leave out left out. */
export const licenceFacts = (
  facts: Partial<LicenceFacts> & Pick<LicenceFacts, 'mineCode' | 'number'>,
): LicenceFacts => ({
  kind: 'MINING_LICENCE',
  issuer: 'Department of Natural Resources',
  validFrom: '2024-01-01',
  validTo: '2027-01-01',
  suspendedFrom: null,
  suspendedTo: null,
  revokedOn: null,
  statedAreaSquareKilometres: null,
  capacityTonnesPerYear: null,
  seams: [],
  supersedesNumber: null,
  ...facts,
});

/** A licence of mine M-1 under a number of its own, valid on the test clock's day, with nothing left out. */
export function aLicence(facts: Partial<LicenceFacts> = {}): LicenceFacts {
  count += 1;
  return licenceFacts({
    mineCode: 'M-1',
    number: `C1500002026${String(count).padStart(4, '0')}`,
    statedAreaSquareKilometres: 1.0685,
    capacityTonnesPerYear: 300_000,
    seams: ['3', '4-1'],
    ...facts,
  });
}
