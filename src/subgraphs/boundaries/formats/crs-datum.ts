import { type Datum, ellipsoidOf, geographicSrid, sourceCrs } from '../../../spatial/crs.js';
import { type CrsNode, childOf, nameOf, plainName } from './crs-wkt.js';

/** Names of datums with everything but letters and digits left out, as EPSG, ESRI and QGIS write them. */
const DATUM_NAMES: readonly (readonly [Datum, RegExp])[] = [
  ['CGCS2000', /^(d|gcs)?(china2000|chinageodeticcoordinatesystem2000|cgcs2000)$/],
  ['XIAN_1980', /^(d|gcs)?xian(1980|80)$/],
  ['BEIJING_1954', /^(d|gcs)?beijing(1954|54)$/],
  ['WGS_84', /^(d|gcs)?(wgs(19)?84|worldgeodeticsystem1984(ensemble)?)$/],
];

/** The datum of a definition, or why it is none that areas are taken in. */
export type KnownDatum =
  | { readonly datum: Datum; readonly says: null }
  | { readonly datum: null; readonly says: string };

/**
 * The datum of the geographic part of a definition: that of its name, if ellipsoid, prime meridian and shift to WGS 84
 * are those of the datum. A raised ellipsoid is a system of its own, whatever its datum is called.
 */
export function datumOf(base: CrsNode | undefined): KnownDatum {
  const node = childOf(base, 'DATUM', 'ENSEMBLE');
  const name = nameOf(node);
  const datum = DATUM_NAMES.find(([, pattern]) => pattern.test(plainName(name)))?.[0];
  const unlike = (what: string): KnownDatum => ({ datum: null, says: `the datum "${name}" ${what}`.trim() });
  if (!datum) return unlike('');
  const ellipsoid = childOf(node, 'SPHEROID', 'ELLIPSOID');
  if (!isEllipsoidOf(datum, ellipsoid)) {
    const [, axis, flattening] = ellipsoid?.values ?? [];
    const own = ellipsoidOf(datum);
    return unlike(
      `on the ellipsoid ${axis ?? '?'}, ${flattening ?? '?'} instead of ${own.axisMetres}, ${own.inverseFlattening}`,
    );
  }
  if ((childOf(base, 'PRIMEM')?.values[1] ?? 0) !== 0)
    return unlike('counted from another meridian than Greenwich');
  if (!mayShift(datum) && childOf(node, 'TOWGS84')?.values.some((value) => value !== 0)) {
    return unlike('shifted against WGS 84 (TOWGS84)');
  }
  return { datum, says: null };
}

/**
 * Whether a shift to WGS 84 may stand in the definition. It is no part of a datum but one of several ways from there,
 * and which one is taken from the old datums is known to tens of metres whatever a definition says. CGCS2000 has none.
 */
export const mayShift = (datum: Datum): boolean => sourceCrs(geographicSrid(datum))?.crsClass === 'BALLPARK';

/** Programs round the numbers; what this lets through moves no corner by a millimetre. */
const AXIS_ROUNDING = 1e-4;
const FLATTENING_ROUNDING = 1e-5;

function isEllipsoidOf(datum: Datum, node: CrsNode | undefined): boolean {
  const { axisMetres, inverseFlattening } = ellipsoidOf(datum);
  const [, axis, flattening] = node?.values ?? [];
  const unit = childOf(node, 'LENGTHUNIT', 'UNIT')?.values[1] ?? 1;
  return (
    unit === 1 &&
    Math.abs(Number(axis) - axisMetres) <= AXIS_ROUNDING &&
    Math.abs(Number(flattening) - inverseFlattening) <= FLATTENING_ROUNDING
  );
}
