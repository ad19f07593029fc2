/** Intake of permitted areas. Values are the public enum values of the graph. */

/** Formats that permitted areas are taken in. */
export const IntakeFormat = { CORNER_LIST: 'CORNER_LIST', GEOJSON: 'GEOJSON', WKT: 'WKT' } as const;
export type IntakeFormat = keyof typeof IntakeFormat;

/** UTF8: the content is the text. BASE64: it is the file's bytes, in UTF-8 or GB 18030. */
export const IntakeEncoding = { UTF8: 'UTF8', BASE64: 'BASE64' } as const;
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
