import {
  centralMeridian,
  type Datum,
  ellipsoidOf,
  type GaussKruegerZone,
  gaussKruegerZone,
  sourceCrs,
} from '../../../spatial/crs.js';

/** ESRI: as .prj files have it, without codes. OGC: of the first generation with EPSG codes, as GeoPackages have it. */
export type CrsDialect = 'ESRI' | 'OGC';

interface DatumNames {
  readonly geographic: string;
  readonly datum: string;
  readonly ellipsoid: string;
  readonly zones: string;
}

/** Names of the EPSG dataset, and ESRI's names of the same. */
const NAMES: Readonly<Record<CrsDialect, Readonly<Record<Datum, DatumNames>>>> = {
  OGC: {
    CGCS2000: datum('China Geodetic Coordinate System 2000', 'China_2000', 'CGCS2000', 'CGCS2000'),
    XIAN_1980: datum('Xian 1980', 'Xian_1980', 'IAG 1975', 'Xian 1980'),
    BEIJING_1954: datum('Beijing 1954', 'Beijing_1954', 'Krassowsky 1940', 'Beijing 1954'),
    WGS_84: datum('WGS 84', 'WGS_1984', 'WGS 84', 'WGS 84'),
  },
  ESRI: {
    CGCS2000: datum('GCS_China_Geodetic_Coordinate_System_2000', 'D_China_2000', 'CGCS2000', 'CGCS2000'),
    XIAN_1980: datum('GCS_Xian_1980', 'D_Xian_1980', 'Xian_1980', 'Xian_1980'),
    BEIJING_1954: datum('GCS_Beijing_1954', 'D_Beijing_1954', 'Krasovsky_1940', 'Beijing_1954'),
    WGS_84: datum('GCS_WGS_1984', 'D_WGS_1984', 'WGS_1984', 'WGS_1984'),
  },
};

function datum(geographic: string, name: string, ellipsoid: string, zones: string): DatumNames {
  return { geographic, datum: name, ellipsoid, zones };
}

/** The name of a CRS that areas are taken in. */
export const crsName = (srid: number, dialect: CrsDialect): string => {
  const names = NAMES[dialect][sourceCrs(srid)?.datum ?? 'CGCS2000'];
  const zone = gaussKruegerZone(srid);
  if (zone) return zoneName(zone, names.zones, dialect);
  const utm = utmZone(srid);
  if (utm === null) return names.geographic;
  return dialect === 'OGC' ? `WGS 84 / UTM zone ${utm}` : `WGS_1984_UTM_Zone_${utm}`;
};

function zoneName(zone: GaussKruegerZone, datumName: string, dialect: CrsDialect): string {
  const place = zone.prefixed ? `${zone.zone}` : `${centralMeridian(zone)}E`;
  if (dialect === 'OGC') {
    return `${datumName} / ${zone.degrees === 3 ? '3-degree ' : ''}Gauss-Kruger ${zone.prefixed ? 'zone' : 'CM'} ${place}`;
  }
  return `${datumName}_${zone.degrees === 3 ? '3_Degree_' : ''}GK_${zone.prefixed ? 'Zone' : 'CM'}_${place}`;
}

/** `51N`; null for what is no UTM zone. */
function utmZone(srid: number): string | null {
  if (srid > 32600 && srid <= 32660) return `${srid - 32600}N`;
  return srid > 32700 && srid <= 32760 ? `${srid - 32700}S` : null;
}

/** A CRS that areas are taken in, as WKT. */
export function crsWkt(srid: number, dialect: CrsDialect): string {
  const crs = sourceCrs(srid);
  if (!crs) throw new Error(`EPSG:${srid} is no CRS that areas are in`);
  const names = NAMES[dialect][crs.datum];
  const code = (epsg: number): string => (dialect === 'OGC' ? `,AUTHORITY["EPSG","${epsg}"]` : '');
  const unit = dialect === 'OGC' ? 'degree' : 'Degree';
  const isGeographic = crs.kind === 'GEOGRAPHIC';
  const { axisMetres, inverseFlattening } = ellipsoidOf(crs.datum);
  const base = `GEOGCS["${names.geographic}",DATUM["${names.datum}",SPHEROID["${names.ellipsoid}",${axisMetres},${inverseFlattening}]],PRIMEM["Greenwich",0],UNIT["${unit}",0.0174532925199433]${isGeographic ? code(srid) : ''}]`;
  if (isGeographic) return base;
  const zone = gaussKruegerZone(srid);
  const parameters: readonly (readonly [string, number])[] = zone
    ? [
        ['false_easting', 500_000 + (zone.prefixed ? zone.zone * 1_000_000 : 0)],
        ['false_northing', 0],
        ['central_meridian', centralMeridian(zone)],
        ['scale_factor', 1],
        ['latitude_of_origin', 0],
      ]
    : utmParameters(srid);
  const projection = zone && dialect === 'ESRI' ? 'Gauss_Kruger' : 'Transverse_Mercator';
  const written = parameters.map(
    ([name, value]) => `PARAMETER["${dialect === 'OGC' ? name : titled(name)}",${value}]`,
  );
  const metre = dialect === 'OGC' ? 'metre' : 'Meter';
  return `PROJCS["${crsName(srid, dialect)}",${base},PROJECTION["${projection}"],${written.join(',')},UNIT["${metre}",1]${code(srid)}]`;
}

const utmParameters = (srid: number): readonly (readonly [string, number])[] => [
  ['false_easting', 500_000],
  ['false_northing', srid > 32700 ? 10_000_000 : 0],
  ['central_meridian', 6 * (srid % 100) - 183],
  ['scale_factor', 0.9996],
  ['latitude_of_origin', 0],
];

const titled = (name: string): string => name.replace(/(^|_)[a-z]/g, (letters) => letters.toUpperCase());
