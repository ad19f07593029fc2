/** Areas and activities, in the words of mining law. Values are the public enum values of the graph. */

export const PermittedAreaKind = {
  MINING_RIGHT: 'MINING_RIGHT',
  STRIPPING_LAND: 'STRIPPING_LAND',
  DUMP_SITE: 'DUMP_SITE',
  INDUSTRIAL_SITE: 'INDUSTRIAL_SITE',
  RED_LINE: 'RED_LINE',
  PROHIBITED_ZONE: 'PROHIBITED_ZONE',
} as const;
export type PermittedAreaKind = keyof typeof PermittedAreaKind;

export const Activity = {
  EXTRACTION: 'EXTRACTION',
  STRIPPING: 'STRIPPING',
  DUMPING: 'DUMPING',
  CONSTRUCTION: 'CONSTRUCTION',
} as const;
export type Activity = keyof typeof Activity;

/** Which kinds of area permit which activity; RED_LINE and PROHIBITED_ZONE only restrict. */
export const PERMITTING_KINDS: Readonly<Record<Activity, readonly PermittedAreaKind[]>> = {
  EXTRACTION: ['MINING_RIGHT'],
  STRIPPING: ['MINING_RIGHT', 'STRIPPING_LAND'],
  DUMPING: ['MINING_RIGHT', 'DUMP_SITE'],
  CONSTRUCTION: ['MINING_RIGHT', 'INDUSTRIAL_SITE'],
};

export const ObservationMethod = {
  SATELLITE: 'SATELLITE',
  UAV: 'UAV',
  GNSS_SURVEY: 'GNSS_SURVEY',
  RADAR: 'RADAR',
  INSPECTION: 'INSPECTION',
} as const;
export type ObservationMethod = keyof typeof ObservationMethod;

/** EXACT: transforms to CGCS2000 are known; BALLPARK: only to tens of metres, so no verdict is CONFIRMED. */
export const CrsClass = { EXACT: 'EXACT', BALLPARK: 'BALLPARK' } as const;
export type CrsClass = keyof typeof CrsClass;
