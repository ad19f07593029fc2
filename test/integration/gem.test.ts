import {
  area,
  bbox,
  bearing,
  cleanCoords,
  distance,
  featureCollection,
  intersect,
  kinks,
  multiPolygon,
  polygon,
} from '@turf/turf';
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BoundariesService } from '../../src/subgraphs/boundaries/boundaries.service.js';
import type { IntakeResult } from '../../src/subgraphs/boundaries/intake/intake.js';
import type { BoundaryConflict } from '../../src/subgraphs/boundaries/quality/boundary-conflict.js';
import { createBoundariesService } from '../../src/subgraphs/boundaries/services.js';
import { aMine, mineId } from '../support/builders.js';
import { testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { registerMines } from '../support/registered-mines.js';
import { CHINA, serviceParts } from '../support/service-parts.js';
import { absent, readSharedJson, sharedData } from '../support/shared-data.js';

const FILE = 'gem/china_boundaries.geojson';
const path = sharedData(FILE);

type Boundary = Feature<Polygon, { id: string; mineId: string; mineName: string }>;

/** A mine of three boundaries, the first with eight corners or more. */
const LARGEST_GROUP = 'M1201';

const mineOf = (boundary: Boundary): string => boundary.properties.mineId;
const boundaries: readonly Boundary[] = path
  ? (readSharedJson(path) as FeatureCollection<Polygon, Boundary['properties']>).features
  : [];

describe.skipIf(path === null)(`real boundaries of Chinese coal mines (${path ?? absent(FILE)})`, () => {
  let database: TestDatabase;
  let service: BoundariesService;
  /** What became of each boundary when it was offered alone. */
  const offered = new Map<string, IntakeResult>();
  beforeAll(async () => {
    database = await openTestDatabase();
    const mines = new Map(boundaries.map((boundary) => [mineOf(boundary), boundary.properties.mineName]));
    await registerMines(
      database.knex,
      [...mines].map(([code, name]) => aMine({ code, name, location: null, method: 'UNDERGROUND' })),
    );
    service = createBoundariesService(serviceParts(database.knex, CHINA));
    for (const boundary of boundaries) {
      offered.set(boundary.properties.id, await importBoundaries([boundary], boundary.properties.id));
    }
  });
  afterAll(() => database?.close());

  const findingsOf = (boundary: Boundary, code: string) =>
    (offered.get(boundary.properties.id)?.findings ?? []).filter((finding) => finding.code === code);

  const importBoundaries = (group: readonly Boundary[], documentNumber: string): Promise<IntakeResult> =>
    service.importPermittedAreas(testContext(), {
      mineId: mineId(group[0] ? mineOf(group[0]) : ''),
      format: 'GEOJSON',
      content: JSON.stringify({ type: 'FeatureCollection', features: group }),
      encoding: 'UTF8',
      options: {
        kind: 'MINING_RIGHT',
        authority: 'Global Energy Monitor',
        validFrom: '2020-01-01',
        sigmaMetres: 30,
        documentNumber,
      },
    });

  test('all are valid and taken; the three that repeat a corner are told of, with the place', () => {
    expect(boundaries).toHaveLength(103);
    expect([...offered.values()].flatMap((result) => result.rejected)).toEqual([]);
    const told = boundaries.flatMap((boundary) =>
      findingsOf(boundary, 'REPEATED_CORNER').map(({ code, ring, vertex }) => {
        const at = boundary.geometry.coordinates[(ring ?? 0) - 1] ?? [];
        expect(at[(vertex ?? 0) - 1]).toEqual(at[(vertex ?? 0) - 2]);
        return [boundary.properties.id, code, vertex];
      }),
    );
    expect(told.toSorted()).toEqual([
      ['M1252.B1', 'REPEATED_CORNER', 6],
      ['M2161.B1', 'REPEATED_CORNER', 12],
      ['M2174.B1', 'REPEATED_CORNER', 35],
      ['M2174.B1', 'REPEATED_CORNER', 36],
    ]);
    // turf agrees: without those corners nothing touches itself.
    expect(boundaries.filter((boundary) => kinks(cleanCoords(boundary)).features.length > 0)).toEqual([]);
  });

  test('short edges and spikes are told with their place, as turf measures them; no ring touches another', () => {
    const told = (code: string): string[] =>
      boundaries.flatMap((boundary) =>
        findingsOf(boundary, code).map(({ ring, vertex }) => `${boundary.properties.id} ${ring} ${vertex}`),
      );
    const edges = boundaries.flatMap((boundary) =>
      boundary.geometry.coordinates.flatMap((ring, r) =>
        ring.slice(1).map((b, i) => ({
          place: `${boundary.properties.id} ${r + 1} ${i + 1}`,
          metres: distance(ring[i] ?? [], b, { units: 'meters' }),
          turn: turnAt(ring.at(i === 0 ? -2 : i - 1) ?? [], ring[i] ?? [], b),
        })),
      ),
    );
    const short = edges.filter(({ metres }) => metres > 0 && metres < 0.5);
    const spikes = edges.filter(({ turn }) => turn < 2);
    expect(told('SHORT_EDGE')).toEqual(short.map(({ place }) => place));
    expect(told('SPIKE')).toEqual(spikes.map(({ place }) => place));
    expect(told('RING_TOUCHES')).toEqual([]);
  });

  test('one spoiled boundary among those of a mine is refused with its place, and none is written', async () => {
    const group = boundaries.filter((boundary) => mineOf(boundary) === LARGEST_GROUP);
    const [first] = group;
    if (!first) throw new Error('no mine with three boundaries');
    const [ring = []] = first.geometry.coordinates;
    const spoiled = {
      ...first,
      geometry: polygon([ring.with(2, ring[5] ?? []).with(5, ring[2] ?? [])]).geometry,
    };
    const before = await database.knex('boundaries.permitted_area').count('* as n').first();
    const result = await importBoundaries([...group.slice(1), spoiled], 'all or nothing');
    const crossings = kinks(spoiled).features.map((point) => point.geometry.coordinates);
    expect(result.rejected.length).toBeGreaterThan(0);
    for (const { index, code, ring: inRing, vertex } of result.rejected) {
      expect([index, code]).toEqual([group.length - 1, 'SELF_INTERSECTION']);
      expect(crossings.some((crossing) => onEdge(spoiled, inRing ?? 0, vertex ?? 0, crossing))).toBe(true);
    }
    expect(await database.knex('boundaries.permitted_area').count('* as n').first()).toEqual(before);
  });

  test('areas agree with turf’s to what a sphere and an ellipsoid differ by', () => {
    for (const boundary of boundaries) {
      const [stored] = offered.get(boundary.properties.id)?.areas ?? [];
      expect(Math.abs((stored?.areaSquareMetres ?? 0) / area(boundary) - 1)).toBeLessThan(0.005);
    }
  });

  test('the overlaps between different mines are those that turf finds, with their areas', async () => {
    const listed = await allConflicts();
    const named = new Map(
      boundaries.map((boundary) => [
        offered.get(boundary.properties.id)?.areas[0]?.id,
        boundary.properties.id,
      ]),
    );
    const found = new Map(
      listed.map((conflict) => [
        pair(named.get(conflict.area.id) ?? '', named.get(conflict.otherArea.id) ?? ''),
        conflict,
      ]),
    );
    const shapes = new Map<string, Feature<MultiPolygon>>();
    const context = testContext();
    for (const [id, { areas }] of offered) {
      const geometry = areas[0] && (await service.areaGeometry(context, areas[0]));
      if (geometry?.type === 'MultiPolygon') shapes.set(id, multiPolygon(geometry.coordinates));
    }
    // As served: with the short edges without which a sliver of kilometres has no certain area.
    const expected = overlapsByTurf(boundaries, shapes);
    expect(expected.size).toBeGreaterThan(0);
    expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    for (const [key, overlap] of expected) {
      const conflict = found.get(key);
      expect(Math.abs((conflict?.areaSquareMetres ?? 0) / area(overlap) - 1)).toBeLessThan(0.005);
      const geometry = conflict && (await service.overlap(testContext(), conflict));
      const box = geometry ? bbox(geometry) : [];
      bbox(overlap).forEach((edge, i) => {
        expect(box[i]).toBeCloseTo(edge, 5);
      });
    }
  });

  async function allConflicts(): Promise<BoundaryConflict[]> {
    const conflicts: BoundaryConflict[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page = await service.boundaryConflicts(testContext(), null, null, { first: 7, after });
      conflicts.push(...page.items.map(({ node }) => node));
      after = page.items.at(-1)?.cursor ?? null;
      more = page.hasNextPage;
      if (!more) expect(await page.count()).toBe(conflicts.length);
    }
    return conflicts;
  }
});

/** Degrees between the edges at `b`; 180 where one of them has no length or less than 5 m. */
function turnAt(a: Position, b: Position, c: Position): number {
  if (Math.min(distance(a, b), distance(b, c)) < 0.005) return 180;
  const between = Math.abs(bearing(b, a) - bearing(b, c)) % 360;
  return Math.min(between, 360 - between);
}

const pair = (a: string, b: string): string => [a, b].toSorted().join(' / ');

/** Overlaps of at least a square metre between boundaries of different mines. */
function overlapsByTurf(
  all: readonly Boundary[],
  shapes: ReadonlyMap<string, Feature<MultiPolygon>>,
): Map<string, Feature> {
  const overlaps = new Map<string, Feature>();
  all.forEach((one, i) => {
    for (const other of all.slice(i + 1)) {
      const both = [one, other].flatMap((boundary) => shapes.get(boundary.properties.id) ?? []);
      if (mineOf(one) === mineOf(other) || !boxesMeet(one, other)) continue;
      const shared = intersect(featureCollection(both));
      if (shared && area(shared) >= 1) overlaps.set(pair(one.properties.id, other.properties.id), shared);
    }
  });
  return overlaps;
}

function boxesMeet(one: Boundary, other: Boundary): boolean {
  const [[w1 = 0, s1 = 0, e1 = 0, n1 = 0], [w2 = 0, s2 = 0, e2 = 0, n2 = 0]] = [bbox(one), bbox(other)];
  return w1 <= e2 && w2 <= e1 && s1 <= n2 && s2 <= n1;
}

function onEdge(
  boundary: Boundary,
  ring: number,
  vertex: number,
  [x = 0, y = 0]: readonly number[],
): boolean {
  const positions = boundary.geometry.coordinates[ring - 1] ?? [];
  const [ax = 0, ay = 0] = positions[vertex - 1] ?? [];
  const [bx = 0, by = 0] = positions[vertex] ?? [];
  const length = Math.hypot(bx - ax, by - ay);
  const beside = Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length;
  const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length;
  return beside < 1e-9 && along > -1e-9 && along < length + 1e-9;
}
