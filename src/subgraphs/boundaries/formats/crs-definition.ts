import {
  centralMeridian,
  type Datum,
  gaussKruegerSrid,
  gaussKruegerZone,
  geographicSrid,
  sourceCrs,
} from '../../../spatial/crs.js';
import { type CrsNode, childOf, nameOf, parseCrsWkt } from './crs-wkt.js';

/** What a CRS definition comes to: the EPSG code of one that areas are taken in, or why it is none. */
export type KnownCrs =
  | { readonly srid: number; readonly says: null }
  | { readonly srid: null; readonly says: string };

/** Names of datums with everything but letters and digits left out, as EPSG, ESRI and QGIS write them. */
const DATUM_NAMES: readonly (readonly [Datum, RegExp])[] = [
  ['CGCS2000', /^(d|gcs)?(china2000|chinageodeticcoordinatesystem2000|cgcs2000)$/],
  ['XIAN_1980', /^(d|gcs)?xian(1980|80)$/],
  ['BEIJING_1954', /^(d|gcs)?beijing(1954|54)$/],
  ['WGS_84', /^(d|gcs)?(wgs(19)?84|worldgeodeticsystem1984(ensemble)?)$/],
];

const DEGREE = Math.PI / 180;

/**
 * The EPSG code of a CRS written as WKT (OGC of either generation, ESRI's .prj). What it *is* decides, datum and
 * projection with their numbers; a name or code that contradicts them makes it unknown.
 */
export function identifyCrs(wkt: string): KnownCrs {
  const root = horizontal(parseCrsWkt(wkt));
  if (!root) return unknown(wkt.trim() === '' ? 'an empty definition' : `"${shortened(wkt.trim())}"`);
  const name = `"${shortened(nameOf(root))}"`;
  const isProjected = /^PROJ/.test(root.keyword);
  const base = isProjected ? childOf(root, 'GEOGCS', 'BASEGEOGCRS', 'BASEGEODCRS') : root;
  const datum = datumOf(base);
  if (!datum) return unknown(`${name} with the datum "${shortened(nameOf(datumNode(base)))}"`);
  const srid = isProjected ? projectedSrid(root, datum) : sridOfDegrees(root, datum);
  if (srid === null) return unknown(name);
  const stated = authorityCode(root);
  if (stated !== null && stated !== srid && !isSamePlane(stated, srid)) {
    return unknown(`${name}, which calls itself EPSG:${stated} but is EPSG:${srid}`);
  }
  const code = stated ?? srid;
  return sourceCrs(code) ? { srid: code, says: null } : unknown(`${name} (EPSG:${code})`);
}

/** The same where a code is stated beside the definition, as in a GeoPackage; an `undefined` definition says nothing. */
export function identifyCodedCrs(code: number | null, wkt: string): KnownCrs {
  const isDefined = !/^\s*(undefined)?\s*$/i.test(wkt);
  if (code === null) return identifyCrs(wkt);
  if (!isDefined) return sourceCrs(code) ? { srid: code, says: null } : unknown(`EPSG:${code}`);
  const known = identifyCrs(wkt);
  if (known.srid === null || known.srid === code) return known;
  if (isSamePlane(known.srid, code) && sourceCrs(code)) return { srid: code, says: null };
  return unknown(`EPSG:${code}, whose definition is that of EPSG:${known.srid}`);
}

const unknown = (says: string): KnownCrs => ({ srid: null, says });
const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** The horizontal part of a compound CRS, and what a bound one is bound to; null for any other kind. */
function horizontal(node: CrsNode | null): CrsNode | null {
  let inner: CrsNode | undefined = node ?? undefined;
  if (inner?.keyword === 'BOUNDCRS') inner = childOf(inner, 'SOURCECRS')?.children[0];
  if (inner && /^COMP/.test(inner.keyword)) {
    inner = childOf(inner, 'PROJCS', 'PROJCRS', 'GEOGCS', 'GEOGCRS', 'GEODCRS');
  }
  return inner && /^(PROJCS|PROJCRS|GEOGCS|GEOGCRS|GEODCRS)$/.test(inner.keyword) ? inner : null;
}

const datumNode = (base: CrsNode | undefined): CrsNode | undefined => childOf(base, 'DATUM', 'ENSEMBLE');

function datumOf(base: CrsNode | undefined): Datum | null {
  const name = plain(nameOf(datumNode(base)));
  const isGreenwich = (childOf(base, 'PRIMEM')?.values[1] ?? 0) === 0;
  return isGreenwich ? (DATUM_NAMES.find(([, pattern]) => pattern.test(name))?.[0] ?? null) : null;
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

function sridOfDegrees(root: CrsNode, datum: Datum): number | null {
  const unit = unitOf(root, 'UNIT', 'ANGLEUNIT');
  return unit === null || Math.abs(unit - DEGREE) < 1e-9 ? geographicSrid(datum) : null;
}

/** Size of the unit in metres or radians; null where the node names none, as in WKT 2 where axes do. */
function unitOf(node: CrsNode, ...keywords: readonly string[]): number | null {
  const own = childOf(node, ...keywords) ?? childOf(childOf(node, 'CS'), ...keywords);
  const ofAxis = node.children
    .filter(({ keyword }) => keyword === 'AXIS')
    .map((axis) => childOf(axis, ...keywords))[0];
  const size = (own ?? ofAxis)?.values[1];
  return typeof size === 'number' ? size : null;
}

const PROJECTIONS = new Set(['gausskruger', 'gausskrueger', 'transversemercator']);

/** Names of the parameters, plain, in WKT 1 (and ESRI's) and WKT 2. */
const PARAMETERS = {
  meridian: ['centralmeridian', 'longitudeofnaturalorigin'],
  latitude: ['latitudeoforigin', 'latitudeofnaturalorigin'],
  scale: ['scalefactor', 'scalefactoratnaturalorigin'],
  easting: ['falseeasting'],
  northing: ['falsenorthing'],
} as const;

function projectedSrid(root: CrsNode, datum: Datum): number | null {
  const conversion = childOf(root, 'CONVERSION') ?? root;
  const method = plain(nameOf(childOf(conversion, 'PROJECTION', 'METHOD')));
  const unit = unitOf(root, 'UNIT', 'LENGTHUNIT');
  if (!PROJECTIONS.has(method) || (unit !== null && unit !== 1)) return null;
  const numbers = new Map(
    conversion.children
      .filter(({ keyword }) => keyword === 'PARAMETER')
      .map((parameter) => [plain(nameOf(parameter)), Number(parameter.values[1])]),
  );
  const parameter = (which: keyof typeof PARAMETERS, otherwise: number): number =>
    PARAMETERS[which].map((name) => numbers.get(name)).find((value) => value !== undefined) ?? otherwise;
  const plane = {
    meridian: parameter('meridian', Number.NaN),
    scale: parameter('scale', 1),
    easting: parameter('easting', 0),
    northing: parameter('northing', 0),
  };
  if (parameter('latitude', 0) !== 0) return null;
  return datum === 'WGS_84' ? utmSrid(plane) : zoneSrid(plane, datum, nameOf(root));
}

interface Plane {
  readonly meridian: number;
  readonly scale: number;
  readonly easting: number;
  readonly northing: number;
}

const FALSE_EASTING = 500_000;
const ZONE_WIDTH = 1_000_000;

function zoneSrid(plane: Plane, datum: Exclude<Datum, 'WGS_84'>, name: string): number | null {
  const { meridian, scale, easting, northing } = plane;
  if (scale !== 1 || northing !== 0) return null;
  const [three, six] = [meridian / 3, (meridian + 3) / 6];
  const zone = (degrees: 3 | 6, prefixed: boolean): number | null =>
    gaussKruegerSrid({ datum, degrees, zone: degrees === 3 ? three : six, prefixed });
  if (easting === three * ZONE_WIDTH + FALSE_EASTING) return zone(3, true);
  if (easting === six * ZONE_WIDTH + FALSE_EASTING) return zone(6, true);
  if (easting !== FALSE_EASTING) return null;
  // Without prefix both widths are one plane; only the name can tell which was meant.
  return (SIX_DEGREES.test(name) ? zone(6, false) : null) ?? zone(3, false);
}

/** `CGCS2000_GK_CM_123E`, `Beijing_1954_GK_Zone_21N`, `CGCS2000 / Gauss-Kruger CM 123E`: no word of 3 degrees. */
const SIX_DEGREES = /^(?!.*3[ _-]degree).*(gk|gauss[-_]kruger)[ _](cm|zone_\d+n)/i;

function utmSrid({ meridian, scale, easting, northing }: Plane): number | null {
  const zone = (meridian + 183) / 6;
  if (scale !== 0.9996 || easting !== FALSE_EASTING || !Number.isInteger(zone)) return null;
  if (zone < 1 || zone > 60) return null;
  if (northing === 0) return 32600 + zone;
  return northing === 10_000_000 ? 32700 + zone : null;
}

function authorityCode(root: CrsNode): number | null {
  const [authority, code] = childOf(root, 'AUTHORITY', 'ID')?.values ?? [];
  return String(authority).toUpperCase() === 'EPSG' && Number.isInteger(Number(code)) ? Number(code) : null;
}

/** Zones of 3° and 6° without prefix whose meridian is the same: two codes for one plane. */
function isSamePlane(one: number, other: number): boolean {
  const [a, b] = [gaussKruegerZone(one), gaussKruegerZone(other)];
  if (!a || !b || a.datum !== b.datum || a.prefixed || b.prefixed) return false;
  return centralMeridian(a) === centralMeridian(b);
}
