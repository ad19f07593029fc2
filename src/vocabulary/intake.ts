/** Intake of permitted areas. Values are the public enum values of the graph. */

/** Formats that permitted areas are taken in. */
export const IntakeFormat = {
  CORNER_LIST: 'CORNER_LIST',
  STORED_STRING: 'STORED_STRING',
  SUBMISSION_TEXT: 'SUBMISSION_TEXT',
  LAND_TXT: 'LAND_TXT',
  DMS: 'DMS',
  GEOJSON: 'GEOJSON',
  WKT: 'WKT',
  SHAPEFILE: 'SHAPEFILE',
  GEOPACKAGE: 'GEOPACKAGE',
  KML: 'KML',
  CSV: 'CSV',
} as const;
export type IntakeFormat = keyof typeof IntakeFormat;

/**
 * UTF8: the content is the text. BASE64: it is the file's bytes; text among them is recognised as UTF-8 or GB 18030.
 * GBK: the bytes likewise, and their text is GB 18030, where recognition would take it for UTF-8.
 */
export const IntakeEncoding = { UTF8: 'UTF8', BASE64: 'BASE64', GBK: 'GBK' } as const;
export type IntakeEncoding = keyof typeof IntakeEncoding;

/** How bad a data-quality finding is. */
export const FindingSeverity = { INFO: 'INFO', WARNING: 'WARNING', ERROR: 'ERROR' } as const;
export type FindingSeverity = keyof typeof FindingSeverity;

/** The way of computing an area that a stated figure agrees with. */
export const AreaConvention = {
  ELLIPSOIDAL: 'ELLIPSOIDAL',
  PLANE: 'PLANE',
  NEITHER: 'NEITHER',
} as const;
export type AreaConvention = keyof typeof AreaConvention;
