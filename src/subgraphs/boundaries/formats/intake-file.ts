import type { GeometryFaultCode, PolygonRings } from '../../../spatial/rings.js';

/** A corner as its file gives it. */
export interface IntakeCorner {
  readonly number: string;
  /** Northing or latitude, in the source CRS. */
  readonly x: number;
  /** Easting or longitude, in the source CRS. */
  readonly y: number;
  /** Line of the file, from 1; null where the format has no lines. */
  readonly line: number | null;
}

/** Corners in order; the first is not repeated at the end. */
export type IntakeRing = readonly IntakeCorner[];

/** One area of a file. */
export interface IntakeFeature {
  /** Position in the file, from 0. */
  readonly index: number;
  readonly name: string | null;
  readonly srid: number;
  readonly ceilingMetres: number | null;
  readonly floorMetres: number | null;
  /** Polygons of a shell and its holes. */
  readonly polygons: readonly (readonly IntakeRing[])[];
  /** Absent where the file says nothing of them. */
  readonly stated?: StatedFacts;
}

/** What a feature says that its import says as well, or its CRS alone does not. */
export interface StatedFacts {
  /** In the file's own words. */
  readonly kind: string | null;
  readonly mineCode: string | null;
  /** Whether the corners are known to tens of metres only, whatever CRS they are in now. */
  readonly isBallpark: boolean;
}

export type IntakeIssueCode =
  | GeometryFaultCode
  | 'UNREADABLE'
  | 'DUPLICATE_CORNER'
  | 'CORNER_OUT_OF_ORDER'
  | 'MIXED_ZONE'
  | 'ZONE_UNKNOWN'
  | 'WRONG_DIGIT_COUNT'
  | 'SIGN_UNKNOWN'
  | 'ELEVATION_INVALID'
  | 'TEXT_INVALID'
  | 'HOLE_WITHOUT_SHELL'
  | 'TOO_MANY_AREAS'
  | 'CRS_MISSING'
  | 'CRS_AMBIGUOUS'
  | 'COUNT_DIFFERS'
  | 'ANGLE_INVALID'
  | 'CRS_UNKNOWN'
  | 'CRS_CONFLICT'
  | 'COLUMNS_AMBIGUOUS'
  | 'KIND_CONFLICT'
  | 'MINE_CONFLICT'
  | 'FILE_TOO_LARGE';

/** Why a file is refused, and where. `index` is the area's position in the file, from 0. */
export interface IntakeIssue {
  readonly code: IntakeIssueCode;
  readonly message: string;
  readonly index: number;
  readonly line: number | null;
  readonly ring: number | null;
  readonly vertex: number | null;
}

/** Something noticed in a file that does not keep it from being taken. */
export interface IntakeRemark {
  readonly code:
    | 'HOLE_BAND_DIFFERS'
    | 'HOLE_CUTS_NOTHING'
    | 'REPEATED_CORNER'
    | 'TRANSFORMATION_NOT_APPLIED'
    | 'ELEVATION_BAND_UPSIDE_DOWN'
    | 'KIND_UNKNOWN';
  readonly severity: 'INFO' | 'WARNING';
  readonly message: string;
  readonly advice: string;
  readonly index: number;
  readonly line: number | null;
  readonly ring: number | null;
  readonly vertex: number | null;
}

/** What a reader makes of a file. With issues, `features` are the areas that are sound so far. */
export interface IntakeFile {
  readonly features: readonly IntakeFeature[];
  readonly issues: readonly IntakeIssue[];
  readonly remarks: readonly IntakeRemark[];
}

/** A file as it came. */
export interface IntakeInput {
  readonly bytes: Uint8Array;
  /** The bytes as text, without byte order mark; decoded once, never fails. */
  text(): string;
}

/**
 * A reader: pure, total (any bytes give a file), linear in its input. `srid` is what the sender says of the CRS, for
 * files that do not say themselves.
 */
export type IntakeReader = (input: IntakeInput, srid: number | null) => IntakeFile | Promise<IntakeFile>;

/** A reader of a text format, to which the encoding is no concern. */
export type TextReader = (text: string, srid: number | null) => IntakeFile;

/** The rings of a feature in the order of GeoJSON and PostGIS: easting before northing. */
export const ringsOf = ({ polygons }: Pick<IntakeFeature, 'polygons'>): readonly PolygonRings[] =>
  polygons.map((rings) => rings.map((ring) => ring.map(({ x, y }) => [y, x] as const)));
