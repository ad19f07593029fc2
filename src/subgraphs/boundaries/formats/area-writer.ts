import type { MultiPolygon } from 'geojson';
import type { CrsClass, PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import type { IntakeRing } from './intake-file.js';

/** A version of a permitted area as it is published, to be written to a file. */
export interface ExportedArea {
  readonly id: string;
  readonly version: number;
  readonly mineCode: string;
  readonly mineName: string;
  readonly kind: PermittedAreaKind;
  readonly name: string | null;
  readonly licenceNumber: string | null;
  /** Metres, 1985 national height datum. */
  readonly ceilingMetres: number | null;
  readonly floorMetres: number | null;
  /** On the ellipsoid: the area of record. */
  readonly areaSquareMetres: number;
  /** What its document says of all its areas together; null: nothing. */
  readonly statedAreaSquareMetres: number | null;
  readonly sigmaMetres: number;
  readonly sigmaZMetres: number;
  /** Days in Asia/Shanghai, `[validFrom, validTo)`. */
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly recordedAt: Date;
  readonly authority: string;
  readonly documentNumber: string | null;
  readonly crsClass: CrsClass;
  /** CRS of `polygons`. */
  readonly srid: number;
  /** Corners as issued, or in the CRS the export asks for: polygons of a shell and its holes. */
  readonly polygons: readonly (readonly IntakeRing[])[];
  /** EPSG:4490, longitude before latitude, rings closed, edges densified. */
  readonly geometry: MultiPolygon;
}

/** A format that areas are written in: areas in, the file's bytes out, piece by piece where the format allows it. */
export interface AreaWriter {
  /** Ending of the file's name, without the dot: `txt`, `zip`. */
  readonly extension: string;
  readonly mediaType: string;
  /**
   * The CRS of the corners it writes. PLANE: a Gauss-Krüger zone with prefix, DEGREES: a geographic CRS, each the same
   * for all areas of a file. ISSUED: each area's own. NONE: it writes `geometry`, and `polygons` are not filled.
   */
  readonly corners: 'PLANE' | 'DEGREES' | 'ISSUED' | 'NONE';
  /** Whether its files name their CRS; those of the others are taken for CGCS2000. */
  readonly statesCrs: boolean;
  /** Whether its files say of each area what it is: kind, mine, CRS class. */
  readonly statesFacts: boolean;
  /** Errors: `EXPORT_REFUSED` for an area that the format cannot hold, with what and why. */
  write(areas: AsyncIterable<ExportedArea>): AsyncIterable<Uint8Array>;
}
