import { sourceCrs } from '../../../spatial/crs.js';
import { geoJsonSrid } from '../../../spatial/geojson-crs.js';
import { geoJsonRings } from '../../../spatial/geojson-rings.js';
import type { PolygonRings } from '../../../spatial/rings.js';
import { HALF_BAND, isRounded, roundedFault, statedFacts } from './attributes.js';
import { collectFaults, type Report } from './corner-area.js';
import type { IntakeFeature, IntakeFile, TextReader } from './intake-file.js';
import { MOST_AREAS, tooManyAreas } from './issue-list.js';
import { isTooDense } from './text.js';

/** RFC 7946 coordinates are WGS 84 unless the file or the sender says otherwise. */
const DEFAULT_SRID = 4326;

type Json = Readonly<Record<string, unknown>>;

/**
 * GeoJSON: a Polygon or MultiPolygon, a Feature or a FeatureCollection of them; one area each. Its CRS is the old
 * `crs` member's, else `srid`, else WGS 84. Of a feature's properties `name` (or `id`), `ceilingMetres` and
 * `floorMetres` are read.
 */
export const readGeoJson: TextReader = (text, srid): IntakeFile =>
  collectFaults((report) => ({ features: readFeatures(text, srid, report), remarks: [] }));

function readFeatures(text: string, srid: number | null, report: Report): IntakeFeature[] {
  const parsed = parse(text, report);
  if (parsed === undefined) return [];
  if (Array.isArray(parsed['features']) && parsed['features'].length > MOST_AREAS) {
    const { code, message, place } = tooManyAreas();
    report(code, message, place);
    return [];
  }
  const members = membersOf(parsed);
  const ofFile = geoJsonSrid(parsed);
  const crs = resolveSrid(ofFile ?? members[0]?.srids[0] ?? null, srid, report);
  if (members.length === 0) report('EMPTY', 'The file holds no feature.', {});
  return members.flatMap((member, index) => {
    const { polygons, faults } = geoJsonRings(member.geometry);
    const other = crs === null ? null : otherSrid(member, crs, ofFile ?? srid ?? DEFAULT_SRID);
    if (other !== null) {
      const message = `The feature says ${other === 'UNKNOWN' ? 'another CRS' : `EPSG:${other}`}, the file or the feature before it EPSG:${crs}; the areas of a file are in one.`;
      report('CRS_CONFLICT', message, { index });
    }
    for (const fault of faults) report(fault.code, fault.message, { ...fault, index });
    const band = elevationBand(member.properties, (message) =>
      report('ELEVATION_INVALID', message, { index }),
    );
    const stated = statedFacts(member.properties, (code, message) => report(code, message, { index }));
    const name = nameOf(member, (message) => report('TEXT_INVALID', message, { index }));
    if (faults.length > 0 || crs === null || band === null || other !== null) return [];
    return [{ ...featureOf(index, name, crs, band, polygons), ...(stated && { stated }) }];
  });
}

function parse(text: string, report: Report): Json | undefined {
  if (isTooDense(text, /[[{]/g)) {
    report('UNREADABLE', 'The file has more brackets than coordinates: it is no boundary.', {});
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
    report('UNREADABLE', 'The file is JSON, but no GeoJSON object.', {});
  } catch (error) {
    const position = badToken(text) ?? Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length);
    const line = text.slice(0, position).split('\n').length;
    const number = /^-?(NaN|Infinity)/.exec(text.slice(position, position + 10))?.[0];
    if (number) report('NOT_A_NUMBER', `${number} is not a number that JSON knows.`, { line });
    else report('UNREADABLE', `The file is not JSON: line ${line} cannot be read.`, { line });
  }
  return undefined;
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[-+.\w]+|[{}[\],:]|\s+|./sy;
const GOOD_TOKEN = /^(".*"|-?\d+(\.\d+)?(e[+-]?\d+)?|true|false|null|[{}[\],:]|\s+)$/is;

/** Position of the first token that no JSON has, which not every runtime's error tells. */
function badToken(text: string): number | null {
  TOKEN.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  for (
    let at = TOKEN.lastIndex, token = TOKEN.exec(text);
    token;
    at = TOKEN.lastIndex, token = TOKEN.exec(text)
  ) {
    if (token[0].length < 100 && !GOOD_TOKEN.test(token[0])) return at;
  }
  return null;
}

interface Member {
  /** What the feature and its geometry say of their CRS, where they do not leave that to the file. */
  readonly srids: readonly (number | 'UNKNOWN')[];
  readonly id: unknown;
  readonly properties: Json;
  readonly geometry: unknown;
}

function membersOf(root: Json): Member[] {
  if (root['type'] === 'FeatureCollection') {
    return Array.isArray(root['features']) ? root['features'].map(memberOf) : [];
  }
  const geometry = { id: null, properties: {}, geometry: root, srids: [] };
  return [root['type'] === 'Feature' ? memberOf(root) : geometry];
}

function memberOf(value: unknown): Member {
  const feature = (value ?? {}) as Json;
  return {
    id: feature['id'],
    properties: (feature['properties'] ?? {}) as Json,
    geometry: feature['geometry'],
    srids: [geoJsonSrid(feature), geoJsonSrid(feature['geometry'])].filter((srid) => srid !== null),
  };
}

/** What a feature says of its CRS, or leaves to the file, if that is not `crs`. */
const otherSrid = ({ srids }: Member, crs: number, ofFile: number | 'UNKNOWN'): number | 'UNKNOWN' | null =>
  (srids.length > 0 ? srids : [ofFile]).find((srid) => srid !== crs) ?? null;

function nameOf({ id, properties }: Member, report: (message: string) => void): string | null {
  const given = [properties['name'], properties['id'], id].find(
    (value) => (typeof value === 'string' && value.trim() !== '') || Number.isFinite(value),
  );
  if (isRounded(given)) report(roundedFault('The name'));
  return given === undefined ? null : String(given).trim();
}

type Band = readonly [floor: number | null, ceiling: number | null];

function elevationBand(properties: Json, report: (message: string) => void): Band | null {
  const [floor, ceiling] = [properties['floorMetres'] ?? null, properties['ceilingMetres'] ?? null];
  const isElevation = (value: unknown): value is number | null => value === null || Number.isFinite(value);
  if (!isElevation(floor) || !isElevation(ceiling)) {
    report('floorMetres and ceilingMetres are numbers of metres, or absent.');
    return null;
  }
  if ((floor === null) !== (ceiling === null)) {
    report(HALF_BAND);
    return null;
  }
  if (floor !== null && ceiling !== null && floor > ceiling) {
    report(`The floor of ${floor} m lies above the ceiling of ${ceiling} m.`);
    return null;
  }
  return [floor, ceiling];
}

function resolveSrid(stated: number | 'UNKNOWN' | null, given: number | null, report: Report): number | null {
  if (stated !== null && given !== null && stated !== given) {
    report('CRS_CONFLICT', `The file says EPSG:${stated}, the import EPSG:${given}; leave srid out.`, {});
    return null;
  }
  const srid = stated ?? given ?? DEFAULT_SRID;
  if (srid !== 'UNKNOWN' && sourceCrs(srid) !== null) return srid;
  report(
    'CRS_UNKNOWN',
    `The coordinate reference system ${srid === 'UNKNOWN' ? 'the file names' : `EPSG:${srid}`} is not one that areas are taken in.`,
    {},
  );
  return null;
}

const featureOf = (
  index: number,
  name: string | null,
  srid: number,
  [floorMetres, ceilingMetres]: Band,
  polygons: readonly PolygonRings[],
): IntakeFeature => ({
  index,
  name,
  srid,
  ceilingMetres,
  floorMetres,
  polygons: polygons.map((rings) =>
    rings.map((ring) => ring.map(([y, x], i) => ({ number: String(i + 1), x, y, line: null }))),
  ),
});
