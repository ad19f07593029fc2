import {
  centralMeridian,
  type Datum,
  gaussKruegerSrid,
  gaussKruegerZone,
  geographicSrid,
  sourceCrs,
} from '../../../spatial/crs.js';
import { datumOf, mayShift } from './crs-datum.js';
import { type CrsNode, childOf, nameOf, parseCrsWkt, plainName } from './crs-wkt.js';

/** What a CRS definition comes to: the EPSG code of one that areas are taken in, or why it is none. */
export type KnownCrs =
  | { readonly srid: number; readonly says: null }
  | { readonly srid: null; readonly says: string };

const DEGREE = Math.PI / 180;

/**
 * The EPSG code of a CRS written as WKT (OGC of either generation, ESRI's .prj). What it *is* decides, datum and
 * projection with their numbers; a name or code that contradicts them, or anything that is not understood here, makes it
 * unknown.
 */
export function identifyCrs(wkt: string): KnownCrs {
  const whole = parseCrsWkt(wkt);
  const root = horizontal(whole);
  if (!root) return unknown(wkt.trim() === '' ? 'an empty definition' : `"${shortened(wkt.trim())}"`);
  const name = `"${shortened(nameOf(root))}"`;
  const foreign = foreignPart(root);
  if (foreign !== null) return unknown(`${name}, with a ${foreign} that is not known here`);
  const isProjected = /^PROJ/.test(root.keyword);
  const base = isProjected ? childOf(root, 'GEOGCS', 'BASEGEOGCRS', 'BASEGEODCRS') : root;
  const { datum, says } = datumOf(base);
  if (datum === null) return unknown(`${name} with ${shortened(says)}`);
  if (!mayShift(datum) && isShifted(whole)) return unknown(`${name}, bound to another system by a shift`);
  const srid = isProjected
    ? projectedSrid(root, base, datum)
    : isInDegrees(root)
      ? geographicSrid(datum)
      : null;
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
const shortened = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text);

/** The horizontal part of a compound CRS, and what a bound one is bound to; null for any other kind. */
function horizontal(node: CrsNode | null): CrsNode | null {
  let inner: CrsNode | undefined = node ?? undefined;
  if (inner?.keyword === 'BOUNDCRS') inner = childOf(inner, 'SOURCECRS')?.children[0];
  if (inner && /^COMP/.test(inner.keyword)) {
    inner = childOf(inner, 'PROJCS', 'PROJCRS', 'GEOGCS', 'GEOGCRS', 'GEODCRS');
  }
  return inner && /^(PROJCS|PROJCRS|GEOGCS|GEOGCRS|GEODCRS)$/.test(inner.keyword) ? inner : null;
}

/** What a bound CRS says of the way to another one: whether it moves anything, or is a grid nobody can see here. */
function isShifted(whole: CrsNode | null): boolean {
  const way = childOf(whole?.keyword === 'BOUNDCRS' ? whole : undefined, 'ABRIDGEDTRANSFORMATION');
  return (way?.children ?? []).some(({ keyword, values }) => {
    if (keyword !== 'PARAMETER') return keyword === 'PARAMETERFILE';
    // A scale is written as a factor or as the difference from one.
    const [name, value] = values;
    return value !== 0 && !(value === 1 && plainName(String(name)) === 'scaledifference');
  });
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const READ = words(
  'PROJCS PROJCRS GEOGCS GEOGCRS GEODCRS BASEGEOGCRS BASEGEODCRS DATUM ENSEMBLE SPHEROID ELLIPSOID PRIMEM TOWGS84 CONVERSION PROJECTION METHOD PARAMETER CS AXIS UNIT ANGLEUNIT LENGTHUNIT SCALEUNIT',
);
/** These say nothing of where a corner lies. */
const PASSED_OVER = words(
  'AUTHORITY ID METADATA USAGE SCOPE AREA BBOX VERTICALEXTENT TIMEEXTENT REMARK ANCHOR MEMBER ENSEMBLEACCURACY ORDER LINUNIT',
);

/** Keyword of a part that is not understood, such as an EXTENSION that says otherwise than the rest; null: none. */
function foreignPart({ keyword, children }: CrsNode): string | null {
  if (PASSED_OVER.has(keyword)) return null;
  if (!READ.has(keyword)) return keyword;
  return children.map(foreignPart).find((found) => found !== null) ?? null;
}

const isDegree = (size: number): boolean => Math.abs(size - DEGREE) < 1e-9;
/** Of metres, and of a scale. */
const isUnity = (size: number): boolean => size === 1;

/** Whether a geographic CRS, or the base of a projected one, is of longitude and latitude in degrees. */
const isInDegrees = (node: CrsNode): boolean => hasAxes(node, 'ellipsoidal') && unitsOf(node).every(isDegree);

/** Whether the axes, if they are told, run east and north. In which order a file stores them is a matter of its format. */
function hasAxes(node: CrsNode, kind: 'ellipsoidal' | 'Cartesian'): boolean {
  const system = childOf(node, 'CS')?.values[0];
  if (system !== undefined && String(system).toLowerCase() !== kind.toLowerCase()) return false;
  const directions = axesOf(node).map(({ values }) => String(values[1]).toLowerCase());
  return directions.length === 0 || /^east north( up)?$/.test(directions.sort().join(' '));
}

const axesOf = (node: CrsNode): CrsNode[] => node.children.filter(({ keyword }) => keyword === 'AXIS');
const isUp = ({ values }: CrsNode): boolean => String(values[1]).toLowerCase() === 'up';

/** Sizes of the units in metres or radians that a node and its horizontal axes name. */
function unitsOf(node: CrsNode): number[] {
  const holders = [node, childOf(node, 'CS'), ...axesOf(node).filter((axis) => !isUp(axis))];
  return holders
    .flatMap((holder) => holder?.children ?? [])
    .filter(({ keyword }) => /^(ANGLE|LENGTH|SCALE)?UNIT$/.test(keyword))
    .map(({ values }) => Number(values[1]));
}

const PROJECTIONS = new Set(['gausskruger', 'gausskrueger', 'transversemercator']);

/** Names of the parameters, plain, in WKT 1 (and ESRI's) and WKT 2, and which units each may have. */
const PARAMETERS = {
  meridian: { names: ['centralmeridian', 'longitudeofnaturalorigin'], isUnit: isDegree },
  latitude: { names: ['latitudeoforigin', 'latitudeofnaturalorigin'], isUnit: isDegree },
  scale: { names: ['scalefactor', 'scalefactoratnaturalorigin'], isUnit: isUnity },
  easting: { names: ['falseeasting'], isUnit: isUnity },
  northing: { names: ['falsenorthing'], isUnit: isUnity },
} as const;

type Parameter = keyof typeof PARAMETERS;

/** The parameters of a conversion; null where one is not known, stands twice or is in another unit. */
function parametersOf(conversion: CrsNode): ReadonlyMap<Parameter, number> | null {
  const numbers = new Map<Parameter, number>();
  for (const node of conversion.children.filter(({ keyword }) => keyword === 'PARAMETER')) {
    const name = plainName(nameOf(node));
    const [which, { isUnit } = { isUnit: isUnity }] =
      (Object.entries(PARAMETERS) as [Parameter, (typeof PARAMETERS)[Parameter]][]).find(([, { names }]) =>
        names.some((known) => known === name),
      ) ?? [];
    if (which === undefined || numbers.has(which) || !unitsOf(node).every(isUnit)) return null;
    numbers.set(which, Number(node.values[1]));
  }
  return numbers;
}

function projectedSrid(root: CrsNode, base: CrsNode | undefined, datum: Datum): number | null {
  const conversion = childOf(root, 'CONVERSION') ?? root;
  const method = plainName(nameOf(childOf(conversion, 'PROJECTION', 'METHOD')));
  if (!PROJECTIONS.has(method) || !hasAxes(root, 'Cartesian') || !unitsOf(root).every(isUnity)) return null;
  // The unit of the base is that of the central meridian.
  const numbers = base && isInDegrees(base) ? parametersOf(conversion) : null;
  if (!numbers || (numbers.get('latitude') ?? 0) !== 0) return null;
  const plane = {
    meridian: numbers.get('meridian') ?? Number.NaN,
    scale: numbers.get('scale') ?? 1,
    easting: numbers.get('easting') ?? 0,
    northing: numbers.get('northing') ?? 0,
  };
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
