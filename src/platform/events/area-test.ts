import { bboxPolygon } from '@turf/bbox-polygon';
import { booleanIntersects } from '@turf/boolean-intersects';
import { pointToPolygonDistance } from '@turf/point-to-polygon-distance';
import type { Geometry, MultiPolygon, Polygon } from 'geojson';
import { type Box, boxesTouch } from '../boxes.js';
import { badInput } from '../errors.js';
import { AskedGeometry, type GeoJsonShape } from './asked-geometry.js';
import type { Facets } from './event-log.js';

/** Where to look: a box, a GeoJSON geometry, or a disc; in degrees, longitude before latitude. */
export type Area = { readonly bbox: Box } | { readonly geometry: GeoJsonShape } | { readonly near: Disc };

export interface Disc {
  readonly longitude: number;
  readonly latitude: number;
  readonly radiusMetres: number;
}

/** Whether a subject touches the area; false of what lies nowhere. */
export type AreaTest = (subject: Facets) => boolean;

/**
 * Prepared for many subjects. The box around a subject decides what it can; its outline is looked at where that says
 * yes. Errors: `BAD_USER_INPUT` for what is no geometry, or one of too many vertices.
 */
export function areaTest(area: Area): AreaTest {
  if ('near' in area) return discTest(area.near);
  if ('bbox' in area) {
    const box = checkBox(area.bbox);
    return surfaceTest((extent) => boxesTouch(box, extent), bboxPolygon([...box]).geometry);
  }
  const asked = new AskedGeometry(area.geometry);
  return surfaceTest((extent) => asked.touches(extent), asked.geometry);
}

const surfaceTest =
  (touchesBox: (extent: Box) => boolean, asked: Geometry): AreaTest =>
  (subject) => {
    if (subject.extent == null || !touchesBox(subject.extent)) return false;
    const outline = outlineOf(subject);
    return outline === null || booleanIntersects(asked, outline);
  };

function checkBox(box: Box): Box {
  const [west, south, east, north] = box;
  if (box.length === 4 && box.every(Number.isFinite) && west <= east && south <= north) return box;
  throw badInput('bbox is west, south, east, north in degrees.', { field: 'filter' });
}

/** By the nearest point, on a sphere: a quarter of a percent is nothing for who wants to hear of it. */
function discTest({ longitude, latitude, radiusMetres }: Disc): AreaTest {
  if (!(radiusMetres > 0) || Math.abs(longitude) > 180 || Math.abs(latitude) > 90) {
    throw badInput('near is a longitude and a latitude in degrees, and a radius above 0.', {
      field: 'filter',
    });
  }
  return (subject) => {
    if (subject.extent == null) return false;
    const [west, south, east, north] = subject.extent;
    const x = Math.min(Math.max(longitude, west), east);
    const y = Math.min(Math.max(latitude, south), north);
    if (sphericalMetres(longitude, latitude, x, y) > radiusMetres) return false;
    const outline = outlineOf(subject);
    return (
      outline === null ||
      pointToPolygonDistance([longitude, latitude], outline, { units: 'meters' }) <= radiusMetres
    );
  };
}

const EARTH_RADIUS_METRES = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Haversine formula. */
function sphericalMetres(x0: number, y0: number, x1: number, y1: number): number {
  const a =
    Math.sin(radians(y1 - y0) / 2) ** 2 +
    Math.cos(radians(y0)) * Math.cos(radians(y1)) * Math.sin(radians(x1 - x0) / 2) ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(a)));
}

type Outline = Polygon | MultiPolygon;

/** Read once however many filters look, and only where a box was met. */
const outlines = new WeakMap<Facets, Outline>();

function outlineOf(subject: Facets): Outline | null {
  if (subject.outline == null) return null;
  let outline = outlines.get(subject);
  if (outline === undefined) {
    outline = JSON.parse(subject.outline) as Outline;
    outlines.set(subject, outline);
  }
  return outline;
}
