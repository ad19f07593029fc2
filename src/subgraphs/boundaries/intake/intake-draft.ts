import { WrittenJson } from '../../../platform/canonical-json.js';
import { idFromKey } from '../../../platform/ids.js';
import { digest } from '../../../platform/transact.js';
import { sourceCrs } from '../../../spatial/crs.js';
import type { DerivedGeometry } from '../../../spatial/derive-areas.js';
import type { CrsClass } from '../../../vocabulary/boundaries.js';
import { type Corner, cornersJson, type DraftArea, type PermittedArea } from '../areas/permitted-area.js';
import type { IntakeFeature } from '../formats/intake-file.js';
import type { IntakeOptions } from './intake.js';

/** What names the areas of one import: the mine, the kind, and the document or what stands for it. */
function documentKey(mineId: string, options: IntakeOptions): string[] {
  if (options.documentNumber) return [mineId, options.kind, 'document', options.documentNumber];
  if (options.licenceId) return [mineId, options.kind, 'licence', options.licenceId];
  return [mineId, options.kind, 'from', options.validFrom];
}

export const intakeKey = (mineId: string, options: IntakeOptions): string =>
  idFromKey('intake', ...documentKey(mineId, options));

/**
 * Version 1 of each feature's area. Its id comes from the document, its name and which of that name it is, so that
 * the same file finds the same areas and a corrected file their next versions.
 */
export function draftAreas(
  mineId: string,
  options: IntakeOptions,
  features: readonly IntakeFeature[],
  geometries: readonly DerivedGeometry[],
  recordedAt: Date,
): DraftArea[] {
  const occurrences = new Map<string, number>();
  return features.flatMap((feature, i) => {
    const geometry = geometries[i];
    if (!geometry) return [];
    const name = feature.name ?? '';
    const occurrence = (occurrences.get(name) ?? 0) + 1;
    occurrences.set(name, occurrence);
    const id = idFromKey('permitted-area', ...documentKey(mineId, options), name, String(occurrence));
    return [draftOf(id, mineId, options, feature, geometry, recordedAt)];
  });
}

function draftOf(
  id: string,
  mineId: string,
  options: IntakeOptions,
  feature: IntakeFeature,
  geometry: DerivedGeometry,
  recordedAt: Date,
): DraftArea {
  const noBand = feature.ceilingMetres === null && feature.floorMetres === null;
  const area: Omit<DraftArea, 'contentDigest'> = {
    id,
    version: 1,
    mineId,
    licenceId: options.licenceId ?? null,
    kind: options.kind,
    name: feature.name,
    sourceSrid: feature.srid,
    crsClass: crsClassOf(feature),
    ceilingMetres: (noBand ? options.ceilingMetres : feature.ceilingMetres) ?? null,
    floorMetres: (noBand ? options.floorMetres : feature.floorMetres) ?? null,
    areaSquareMetres: geometry.areaSquareMetres,
    planeAreaSquareMetres: geometry.planeAreaSquareMetres,
    statedAreaSquareMetres: options.statedAreaSquareMetres ?? null,
    sigmaMetres: options.sigmaMetres,
    sigmaZMetres: options.sigmaZMetres ?? 0,
    validFrom: options.validFrom,
    validTo: options.validTo ?? null,
    recordedAt,
    supersededAt: null,
    authority: options.authority,
    documentNumber: options.documentNumber ?? null,
    change: 'RECORDED',
    changeReason: options.reason ?? null,
    changeDocumentNumber: options.documentNumber ?? null,
    withdrawal: null,
    corners: cornersOf(feature),
    geom: geometry.geom,
    planeGeom: geometry.planeGeom,
  };
  const rings = feature.polygons.map((polygon) => polygon.length);
  return { ...area, contentDigest: contentDigest(area, area.corners, rings) };
}

/** As its CRS allows, and at most what its file says: corners that were brought to CGCS2000 do not become exact by it. */
export const crsClassOf = ({ srid, stated }: IntakeFeature): CrsClass =>
  stated?.isBallpark ? 'BALLPARK' : (sourceCrs(srid)?.crsClass ?? 'BALLPARK');

/** What a document says of an area, its corners aside. */
type AreaFacts = Omit<
  PermittedArea,
  | 'id'
  | 'version'
  | 'areaSquareMetres'
  | 'planeAreaSquareMetres'
  | 'recordedAt'
  | 'supersededAt'
  | 'change'
  | 'changeReason'
  | 'changeDocumentNumber'
  | 'withdrawal'
>;

/**
 * Equal for versions that say the same, whenever and however they came to be. `rings` counts those of each polygon, in
 * order: it tells which ring is whose hole, which the corners alone do not.
 */
export function contentDigest(area: AreaFacts, corners: readonly Corner[], rings: readonly number[]): string {
  // The corners are nearly all of it, and their text is written again where they are stored: it is not taken apart here.
  return digest({
    authority: area.authority,
    ceilingMetres: area.ceilingMetres,
    corners: new WrittenJson(cornersJson(corners)),
    crsClass: area.crsClass,
    documentNumber: area.documentNumber,
    floorMetres: area.floorMetres,
    kind: area.kind,
    licenceId: area.licenceId,
    mineId: area.mineId,
    name: area.name,
    rings,
    sigmaMetres: area.sigmaMetres,
    sigmaZMetres: area.sigmaZMetres,
    sourceSrid: area.sourceSrid,
    statedAreaSquareMetres: area.statedAreaSquareMetres,
    validFrom: area.validFrom,
    validTo: area.validTo,
  });
}

/** A feature's corners as they are stored. */
export function cornersOf({ polygons }: IntakeFeature): Corner[] {
  const found: Corner[] = [];
  let ring = 0;
  for (const rings of polygons) {
    for (const corners of rings) {
      ring += 1;
      for (const { number, x, y } of corners) found.push({ number, x, y, ring });
    }
  }
  return found;
}
