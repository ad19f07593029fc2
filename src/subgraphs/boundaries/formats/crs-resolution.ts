import { type Datum, gaussKruegerSrid, geographicSrid, sourceCrs } from '../../../spatial/crs.js';
import type { KnownCrs } from './crs-definition.js';
import { FileFault, type IssuePlace } from './issue-list.js';

/**
 * The CRS of areas from what their file says (null: nothing) and what the sender says. Errors: `FileFault`
 * CRS_MISSING, CRS_UNKNOWN or CRS_CONFLICT.
 */
export function resolveCrs(
  stated: KnownCrs | null,
  given: number | null,
  { file, place = {} }: { readonly file: string; readonly place?: IssuePlace },
): number {
  if (stated && stated.srid === null) {
    throw new FileFault(
      'CRS_UNKNOWN',
      `The file says its coordinate reference system is ${stated.says}: areas are not taken in it.`,
      place,
    );
  }
  if (stated && given !== null && stated.srid !== given) {
    throw new FileFault(
      'CRS_CONFLICT',
      `The file says EPSG:${stated.srid}, the import EPSG:${given}; leave srid out.`,
      place,
    );
  }
  const srid = stated?.srid ?? given;
  if (srid === null) {
    throw new FileFault(
      'CRS_MISSING',
      `${file}, so that nothing says its coordinate reference system: give srid.`,
      place,
    );
  }
  if (sourceCrs(srid) === null) {
    throw new FileFault(
      'CRS_UNKNOWN',
      `EPSG:${srid} is not a coordinate reference system that areas are taken in.`,
      place,
    );
  }
  return srid;
}

/** Why eastings without zone cannot be placed, with the zones of `datum` that are possible. */
export function bareCandidates(datum: Datum | null): string {
  if (datum === 'WGS_84') {
    return 'The eastings carry no zone, and WGS 84 has no Gauss-Krüger zones: give srid, that of the UTM zone or of the zone the corners are in.';
  }
  const of = datum ?? 'CGCS2000';
  const series = ([3, 6] as const).map((degrees) => {
    const [first, last] = (degrees === 3 ? [25, 45] : [13, 23]).map((zone) =>
      gaussKruegerSrid({ datum: of, degrees, zone, prefixed: false }),
    );
    return `${degrees}° (EPSG:${first} to ${last})`;
  });
  return `The eastings carry no zone: they may lie in any zone of ${sourceCrs(geographicSrid(of))?.name} of ${series.join(' or of ')}. Say which with srid.`;
}
