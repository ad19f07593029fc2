import { expect, test } from 'vitest';
import { geoJsonFiles } from '../../../src/evidence/geojson.js';
import type { PackFacts } from '../../../src/evidence/pack-facts.js';
import type { Position } from '../../../src/spatial/rings.js';
import { polygonHex } from '../../../src/spatial/well-known-binary.js';

test('the GeoJSON of a pack has the coordinates of its facts, which rounding might make meet', () => {
  const ring: Position[] = [
    [120, 43],
    [120.0000000001, 43],
    [120, 43.0000000001],
  ];
  const facts = { violation: { geom: polygonHex([[ring]]) }, observations: [], areas: [], findings: [] };
  const text = geoJsonFiles(facts as unknown as PackFacts).get('geojson/violation.geojson') ?? '';
  expect(JSON.parse(text).features[0].geometry.coordinates).toEqual([[[...ring, ring[0]]]]);
});
