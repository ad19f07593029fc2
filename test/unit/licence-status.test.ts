import { expect, test } from 'vitest';
import { type Licence, type LicenceFacts, licenceStatus } from '../../src/subgraphs/licences/licence.js';
import { checkSuccession, faultOfFacts } from '../../src/subgraphs/licences/licence-intake.js';

const licence = (facts: Partial<Licence>): Licence => ({
  id: 'id',
  version: 1,
  mineId: 'mine',
  kind: 'MINING_LICENCE',
  number: 'C1',
  issuer: 'Issuer',
  validFrom: '2024-01-01',
  validTo: '2027-01-01',
  suspendedFrom: null,
  suspendedTo: null,
  revokedOn: null,
  statedAreaSquareKilometres: null,
  capacityTonnesPerYear: null,
  seams: [],
  supersedesId: null,
  recordedAt: new Date(0),
  supersededAt: null,
  change: 'ISSUED',
  changeReason: null,
  changeDocumentNumber: null,
  withdrawal: null,
  ...facts,
});

test('a licence is valid from its first day to the day before validTo', () => {
  const on = (day: string) => licenceStatus(licence({}), day);
  expect(['2023-12-31', '2024-01-01', '2026-12-31', '2027-01-01'].map(on)).toEqual([
    'NOT_YET_VALID',
    'VALID',
    'VALID',
    'EXPIRED',
  ]);
  expect(licenceStatus(licence({ validTo: null }), '2999-01-01')).toBe('VALID');
});

test('a suspension covers its days, and without an end every later day of the validity', () => {
  const ended = licence({ suspendedFrom: '2025-03-01', suspendedTo: '2025-04-01' });
  const on = (day: string) => licenceStatus(ended, day);
  expect(['2025-02-28', '2025-03-01', '2025-03-31', '2025-04-01'].map(on)).toEqual([
    'VALID',
    'SUSPENDED',
    'SUSPENDED',
    'VALID',
  ]);
  const open = licence({ suspendedFrom: '2025-03-01' });
  expect(licenceStatus(open, '2026-12-31')).toBe('SUSPENDED');
  expect(licenceStatus(open, '2027-01-01')).toBe('EXPIRED');
});

test('a revoked licence stays revoked, also after it would have expired', () => {
  const revoked = licence({ revokedOn: '2025-06-01', suspendedFrom: '2025-01-01' });
  expect(licenceStatus(revoked, '2025-05-31')).toBe('SUSPENDED');
  expect(licenceStatus(revoked, '2025-06-01')).toBe('REVOKED');
  expect(licenceStatus(revoked, '2028-01-01')).toBe('REVOKED');
});

const facts = (number: string, supersedesNumber: string | null = null): LicenceFacts => ({
  mineCode: 'M1',
  kind: 'MINING_LICENCE',
  number,
  issuer: 'Issuer',
  validFrom: '2024-01-01',
  validTo: null,
  suspendedFrom: null,
  suspendedTo: null,
  revokedOn: null,
  statedAreaSquareKilometres: null,
  capacityTonnesPerYear: null,
  seams: [],
  supersedesNumber,
});

test('a row is faulty by itself when a period is empty, a number is out of range or a name is missing', () => {
  const faultOf = (part: Partial<LicenceFacts>) => faultOfFacts({ ...facts('N'), ...part })?.code ?? null;
  expect(faultOf({})).toBeNull();
  expect(faultOf({ validTo: '2024-01-02', suspendedFrom: '2024-01-01', seams: ['3'] })).toBeNull();
  expect(faultOf({ number: ' ' })).toBe('NUMBER_EMPTY');
  expect(faultOf({ number: 'C1 ' })).toBe('NUMBER_PADDED');
  expect(faultOf({ issuer: '' })).toBe('ISSUER_EMPTY');
  expect(faultOf({ validTo: '2024-01-01' })).toBe('VALIDITY_EMPTY');
  expect(faultOf({ suspendedTo: '2024-02-01' })).toBe('SUSPENSION_EMPTY');
  expect(faultOf({ suspendedFrom: '2024-02-01', suspendedTo: '2024-02-01' })).toBe('SUSPENSION_EMPTY');
  expect(faultOf({ statedAreaSquareKilometres: 0 })).toBe('AREA_NOT_POSITIVE');
  expect(faultOf({ statedAreaSquareKilometres: 1e308 })).toBe('AREA_OUT_OF_RANGE');
  expect(faultOf({ capacityTonnesPerYear: -1 })).toBe('CAPACITY_NEGATIVE');
  expect(faultOf({ capacityTonnesPerYear: 1e11 })).toBe('CAPACITY_OUT_OF_RANGE');
  expect(faultOf({ seams: ['3', ''] })).toBe('SEAM_EMPTY');
});

test('a succession may stand in any order in the input, and ends at a stored licence or at none', () => {
  const rows = [facts('C', 'B'), facts('B', 'A'), facts('A', 'OLD'), facts('X', 'NOWHERE'), facts('Y', 'X')];
  const { accepted, rejected } = checkSuccession(
    rows.map((row, index) => ({ index, facts: row })),
    (number) => (number === 'OLD' ? null : undefined),
  );
  expect(accepted.map((row) => row.facts.number)).toEqual(['C', 'B', 'A']);
  expect(rejected.map(({ index, code }) => [index, code])).toEqual([
    [3, 'SUPERSEDED_UNKNOWN'],
    [4, 'SUPERSEDED_UNKNOWN'],
  ]);
});

test('a succession that comes back to itself is refused, by way of stored licences too', () => {
  const rows = [facts('A', 'B'), facts('B', 'A'), facts('C', 'C'), facts('D', 'STORED')];
  const { accepted, rejected } = checkSuccession(
    rows.map((row, index) => ({ index, facts: row })),
    (number) => (number === 'STORED' ? 'D' : undefined),
  );
  expect(accepted).toEqual([]);
  expect(rejected.map((row) => row.code)).toEqual(Array(4).fill('SUPERSESSION_CIRCULAR'));
});
