import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digest } from '../../src/platform/transact.js';
import type { IntakeFeature } from '../../src/subgraphs/boundaries/formats/intake-file.js';
import type { IntakeOptions } from '../../src/subgraphs/boundaries/intake/intake.js';
import { contentDigest, draftAreas } from '../../src/subgraphs/boundaries/intake/intake-draft.js';

const options: IntakeOptions = {
  kind: 'MINING_RIGHT',
  authority: '辽宁省自然资源厅',
  validFrom: '2025-12-01',
  sigmaMetres: 0.1,
  documentNumber: '辽采协示字〔2025〕54号',
};

const feature: IntakeFeature = {
  index: 0,
  name: '金藏采区',
  srid: 4529,
  ceilingMetres: 300,
  floorMetres: 120.5,
  polygons: [
    [
      [
        { number: '1', x: 4_507_088.123, y: 41_473_349, line: null },
        { number: '2', x: 4_507_696, y: 41_473_929.5, line: null },
        { number: '3"', x: 4_506_899, y: 41_473_929, line: null },
      ],
    ],
  ],
};

const draftOf = (one: IntakeFeature) => {
  const geometry = { geom: '', planeGeom: '', areaSquareMetres: 1, planeAreaSquareMetres: 1 };
  const [draft] = draftAreas('11111111-2222-8333-8444-555555555555', options, [one], [geometry], new Date(0));
  if (!draft) throw new Error('a feature with its geometry gives a draft');
  return draft;
};

test('the digest of an area is the one that rows in databases have', () => {
  expect(draftOf(feature).contentDigest).toBe(
    '4396f3cf56c4b9e192c96b64575672e055019a11869ab057e7a0e3663eeecd31',
  );
});

test('it is the digest of everything that the document says, corner by corner', () => {
  const coordinate = fc.double({ noNaN: true, noDefaultInfinity: true });
  const corner = fc.record({ number: fc.string(), x: coordinate, y: coordinate, line: fc.constant(null) });
  const rings = fc.array(fc.array(fc.array(corner, { maxLength: 5 }), { maxLength: 3 }), { maxLength: 3 });
  fc.assert(
    fc.property(rings, fc.option(fc.string()), (polygons, name) => {
      const draft = draftOf({ ...feature, polygons, name });
      const { mineId, licenceId, kind, sourceSrid, crsClass, ceilingMetres, floorMetres, corners } = draft;
      const { statedAreaSquareMetres, sigmaMetres, sigmaZMetres, validFrom, validTo } = draft;
      const { authority, documentNumber } = draft;
      const facts = { mineId, licenceId, kind, name, sourceSrid, crsClass, ceilingMetres, floorMetres };
      const terms = { statedAreaSquareMetres, sigmaMetres, sigmaZMetres, validFrom, validTo };
      const said = { ...facts, ...terms, authority, documentNumber, corners };
      const counts = polygons.map((polygon) => polygon.length);
      expect(draft.contentDigest).toBe(digest({ ...said, rings: counts }));
      expect(contentDigest(draft, [...corners].reverse(), counts)).toBe(
        digest({ ...said, corners: [...corners].reverse(), rings: counts }),
      );
    }),
  );
});
