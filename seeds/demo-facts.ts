import type { Polygon } from 'geojson';
import type { Activity, ObservationMethod, PermittedAreaKind } from '../src/vocabulary/boundaries.js';
import type { VerdictClass, ViolationKind } from '../src/vocabulary/enforcement.js';

/** One file as `importPermittedAreas` takes it: a registry listing and what it does not say itself. */
export interface DemoArea {
  readonly mineCode: string;
  readonly kind: PermittedAreaKind;
  /** Registry listing, domain handbook §4. */
  readonly listing: string;
  /** EPSG code where the eastings' prefix does not tell it (another datum); else null. */
  readonly srid: number | null;
  readonly authority: string;
  readonly documentNumber: string;
  readonly licenceNumber: string | null;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly sigmaMetres: number;
  readonly statedAreaSquareMetres: number | null;
}

/** An observation as `submitObservations` takes it. */
export interface DemoObservation {
  readonly provider: string;
  readonly providerRef: string;
  /** Null where nobody said whose it is: then the hub attributes it. */
  readonly mineCode: string | null;
  readonly activity: Activity;
  readonly method: ObservationMethod;
  readonly observedAt: string;
  readonly geometry: Polygon;
  readonly sigmaMetres: number;
  readonly zMinMetres: number | null;
  readonly zMaxMetres: number | null;
  readonly sigmaZMetres: number | null;
  readonly seam: string | null;
}

/** A violation that the demo data was built to show. */
export interface ExpectedViolation {
  readonly mineCode: string | null;
  readonly otherMineCode: string | null;
  readonly kind: ViolationKind;
  readonly verdict: VerdictClass;
  /** Ellipsoidal area of the newest finding, worked out from the drawing; good to about 0.1 %. */
  readonly areaSquareMetres: number;
  /** How many findings it has: 2 where it grew between two dates. */
  readonly findings: number;
}
