import type { GeometryFault, GeometryFaultCode, PolygonRings, Position, Ring } from './rings.js';

/** The rings of a GeoJSON Polygon or MultiPolygon, and what keeps them from being rings. */
export interface GeoJsonRings {
  readonly polygons: readonly PolygonRings[];
  readonly faults: readonly GeometryFault[];
}

/** Reads untrusted JSON as rings: types, closure and numbers are checked, a third coordinate is left out. */
export function geoJsonRings(geometry: unknown): GeoJsonRings {
  const { type, coordinates } = (geometry ?? {}) as { type?: unknown; coordinates?: unknown };
  if (type !== 'Polygon' && type !== 'MultiPolygon') {
    const given = typeof type === 'string' ? `a ${type.slice(0, 40)}` : 'no GeoJSON geometry';
    return refused('GEOMETRY_TYPE', `An area is a Polygon or MultiPolygon; this is ${given}.`);
  }
  const polygons = type === 'Polygon' ? [coordinates] : coordinates;
  if (!isArray(polygons) || !polygons.every(isArray) || !polygons.every((rings) => rings.every(isArray))) {
    return refused('GEOMETRY_TYPE', `The coordinates of a ${type} are arrays of rings.`);
  }
  if (polygons.length === 0 || polygons.some((rings) => rings.length === 0)) {
    return refused('EMPTY', 'The geometry is empty.');
  }
  const faults: GeometryFault[] = [];
  let number = 0;
  const read = polygons.map((rings) =>
    rings.map((ring) => {
      number += 1;
      return readRing(ring as readonly unknown[], number, faults);
    }),
  );
  return { polygons: read, faults };
}

/** Faults of one geometry that are worth keeping: one more than are told. */
const MOST_FAULTS = 1001;

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const refused = (code: GeometryFaultCode, message: string): GeoJsonRings => ({
  polygons: [],
  faults: [{ code, message, ring: null, vertex: null }],
});

function readRing(values: readonly unknown[], ring: number, faults: GeometryFault[]): Ring {
  const positions: Position[] = [];
  for (const [i, value] of values.entries()) {
    const [x, y] = isArray(value) ? value : [];
    if (Number.isFinite(x) && Number.isFinite(y)) {
      positions.push([x as number, y as number]);
    } else if (faults.length < MOST_FAULTS) {
      const message = `${shown(value)} is not a position: an array of two finite numbers.`;
      faults.push({ code: 'NOT_A_NUMBER', message, ring, vertex: i + 1 });
    } else break;
  }
  const [first, last] = [positions[0], positions.at(-1)];
  if (!first || !last || positions.length < values.length) return positions;
  if (positions.length > 1 && first[0] === last[0] && first[1] === last[1]) return positions.slice(0, -1);
  faults.push({
    code: 'UNCLOSED',
    message: `The ring is not closed: it ends at ${last.join(', ')} and began at ${first.join(', ')}.`,
    ring,
    vertex: positions.length,
  });
  return positions;
}

/** A value as JSON, but for what is nested in it: that may be as deep as a stack cannot follow. */
export function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return shownPart(value).slice(0, LONGEST_SHOWN);
  const parts = isArray(value)
    ? value.slice(0, MOST_SHOWN).map(shownPart)
    : Object.entries(value)
        .slice(0, MOST_SHOWN)
        .map(([key, part]) => `${shownPart(key)}:${shownPart(part)}`);
  return (isArray(value) ? `[${parts.join(',')}]` : `{${parts.join(',')}}`).slice(0, LONGEST_SHOWN);
}

/** More parts than fit into what is shown. */
const MOST_SHOWN = 60;
const LONGEST_SHOWN = 60;

function shownPart(value: unknown): string {
  if (isArray(value)) return value.length > 0 ? '[…]' : '[]';
  if (typeof value === 'object' && value !== null) return '{…}';
  return JSON.stringify(typeof value === 'string' ? value.slice(0, LONGEST_SHOWN) : value) ?? 'undefined';
}
