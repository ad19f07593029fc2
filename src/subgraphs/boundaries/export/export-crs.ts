import { AppError } from '../../../platform/errors.js';
import {
  type Datum,
  gaussKruegerSrid,
  gaussKruegerZone,
  geographicSrid,
  judgingSrid,
  type SourceCrs,
  sourceCrs,
} from '../../../spatial/crs.js';
import type { Position } from '../../../spatial/rings.js';
import type { PermittedArea } from '../areas/permitted-area.js';
import type { AreaWriter } from '../formats/area-writer.js';

/**
 * The CRS that all corners of a file are written in; null: each area's own. As issued wherever the format allows it:
 * a zone gets its prefix, degrees go to the 3° zone of the mine. Nothing is brought to another datum unless `asked`.
 * Errors: `EXPORT_REFUSED` with what to ask for.
 */
export function exportSrid(
  { corners, statesCrs }: Pick<AreaWriter, 'corners' | 'statesCrs'>,
  issued: readonly number[],
  location: Position | null,
  asked: number | null,
): number | null {
  if (asked !== null) return askedSrid(corners, asked);
  if (corners === 'ISSUED' || corners === 'NONE') return null;
  const [first, ...others] = [...new Set(issued)]
    .map((srid) => sourceCrs(srid))
    .filter((crs) => crs !== null);
  if (!first) return null;
  if (others.some((crs) => !isSameDatum(crs.datum, first.datum))) {
    const systems = [first, ...others].map(({ srid, name }) => `EPSG:${srid} (${name})`).join(', ');
    throw refused(`The areas were issued in ${systems}; the file has one. Say which with srid.`);
  }
  if (corners === 'DEGREES') return geographicSrid(first.datum);
  const srid =
    others.length === 0 && first.zonePrefix !== null ? first.srid : zoneFor(first, others, location);
  if (!statesCrs && sourceCrs(srid)?.datum !== 'CGCS2000') {
    throw refused(
      `The areas were issued in EPSG:${first.srid} (${first.name}), which this format does not say: what it lists is taken for CGCS2000. LAND_TXT says it; or ask for srid ${srid} and give that srid to whoever reads the file.`,
    );
  }
  return srid;
}

/** The CRS of areas in words; src/spatial/crs.ts knows each. */
export const POSSIBLE_SRIDS =
  '4490, 4326, 4610 or 4214, a Gauss-Krüger zone of CGCS2000 (4491 to 4554), Xi’an 1980 (2327 to 2390) or Beijing 1954 (2401 to 2442, 21413 to 21423, 21453 to 21463), or a UTM zone (32601 to 32660, 32701 to 32760)';

const refused = (message: string): AppError => new AppError('EXPORT_REFUSED', message, { field: 'srid' });

/** WGS 84 is CGCS2000 to centimetres, as everywhere in the hub. */
const isSameDatum = (one: Datum, other: Datum): boolean =>
  one === other || [one, other].every((datum) => datum === 'CGCS2000' || datum === 'WGS_84');

function askedSrid(corners: AreaWriter['corners'], asked: number): number {
  const crs = sourceCrs(asked);
  if (corners === 'NONE') throw refused('This format is written in EPSG:4490 only; leave srid out.');
  if (!crs) throw refused(`EPSG:${asked} is not a CRS that areas are written in: ${POSSIBLE_SRIDS}.`);
  if (corners === 'PLANE' && crs.zonePrefix === null) {
    throw refused(`EPSG:${asked} is no Gauss-Krüger zone with prefix, which this format needs.`);
  }
  if (corners === 'DEGREES' && crs.kind !== 'GEOGRAPHIC') {
    throw refused(`EPSG:${asked} is not geographic; this format is in degrees.`);
  }
  return asked;
}

/**
 * Refuses to bring an area of an old datum to another in a file that cannot say that it is no more exact for it: it would
 * be read back as exact. `srid` null: as issued. Errors: `EXPORT_REFUSED`.
 */
export function checkCrsClass(
  { statesFacts }: Pick<AreaWriter, 'statesFacts'>,
  { sourceSrid, crsClass, name, id }: Pick<PermittedArea, 'sourceSrid' | 'crsClass' | 'name' | 'id'>,
  srid: number | null,
): void {
  if (statesFacts || crsClass === 'EXACT') return;
  const [own, written] = [sourceCrs(sourceSrid), sourceCrs(srid ?? sourceSrid)];
  if (written?.crsClass === 'BALLPARK' && written.datum === own?.datum) return;
  const instead =
    own?.crsClass === 'BALLPARK'
      ? `, or a CRS of its own datum (it was issued in EPSG:${sourceSrid}, ${own.name})`
      : '';
  throw refused(
    `The area ${name ?? id} is known only to tens of metres (BALLPARK), which this format cannot say: in EPSG:${written?.srid ?? srid} it would be read back as exact. Ask for GEOJSON, SHAPEFILE or GEOPACKAGE, which say it${instead}.`,
  );
}

/** A zone with prefix of the areas' own datum: theirs, if they have one in common, else the mine's of 3°. */
function zoneFor(first: SourceCrs, others: readonly SourceCrs[], location: Position | null): number {
  const datum = first.datum === 'WGS_84' ? 'CGCS2000' : first.datum;
  const zones = [first, ...others].map(({ srid }) => gaussKruegerZone(srid));
  const [zone] = zones;
  if (zone && zones.every((other) => other?.zone === zone.zone && other.degrees === zone.degrees)) {
    return gaussKruegerSrid({ ...zone, prefixed: true }) ?? first.srid;
  }
  const judging = location === null ? null : gaussKruegerZone(judgingSrid(location[0], location[1]));
  const srid = judging && gaussKruegerSrid({ ...judging, datum, prefixed: true });
  if (srid === null) throw refused('No zone of China fits the areas. Say the zone with srid.');
  return srid;
}
