import { idFromKey } from '../../platform/ids.js';
import { digest } from '../../platform/transact.js';
import { sourceCrs } from '../../spatial/crs.js';
import type { DerivedGeometry } from '../../spatial/derive-areas.js';
import type { IntakeFeature } from './formats/intake-file.js';
import type { IntakeOptions } from './intake.js';
import type { Corner, DraftArea, PermittedArea } from './permitted-area.js';

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
  const facts: AreaFacts & Pick<DraftArea, 'corners'> = {
    mineId,
    licenceId: options.licenceId ?? null,
    kind: options.kind,
    name: feature.name,
    sourceSrid: feature.srid,
    crsClass: sourceCrs(feature.srid)?.crsClass ?? 'BALLPARK',
    ceilingMetres: (noBand ? options.ceilingMetres : feature.ceilingMetres) ?? null,
    floorMetres: (noBand ? options.floorMetres : feature.floorMetres) ?? null,
    statedAreaSquareMetres: options.statedAreaSquareMetres ?? null,
    sigmaMetres: options.sigmaMetres,
    sigmaZMetres: options.sigmaZMetres ?? 0,
    validFrom: options.validFrom,
    validTo: options.validTo ?? null,
    authority: options.authority,
    documentNumber: options.documentNumber ?? null,
    corners: cornersOf(feature),
  };
  const rings = feature.polygons.map((polygon) => polygon.length);
  return {
    ...facts,
    geom: geometry.geom,
    planeGeom: geometry.planeGeom,
    areaSquareMetres: geometry.areaSquareMetres,
    planeAreaSquareMetres: geometry.planeAreaSquareMetres,
    id,
    version: 1,
    recordedAt,
    supersededAt: null,
    change: 'RECORDED',
    changeReason: options.reason ?? null,
    changeDocumentNumber: options.documentNumber ?? null,
    withdrawal: null,
    contentDigest: contentDigest(facts, facts.corners, rings),
  };
}

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
  const { mineId, licenceId, kind, name, sourceSrid, crsClass, ceilingMetres, floorMetres } = area;
  const { statedAreaSquareMetres, sigmaMetres, sigmaZMetres, validFrom, validTo, authority, documentNumber } =
    area;
  const facts = { mineId, licenceId, kind, name, sourceSrid, crsClass, ceilingMetres, floorMetres };
  const terms = {
    statedAreaSquareMetres,
    sigmaMetres,
    sigmaZMetres,
    validFrom,
    validTo,
    authority,
    documentNumber,
  };
  return digest({ ...facts, ...terms, corners, rings });
}

/** A feature's corners as they are stored. */
export const cornersOf = (feature: IntakeFeature): Corner[] =>
  feature.polygons
    .flat()
    .flatMap((corners, ring) => corners.map(({ number, x, y }) => ({ number, x, y, ring: ring + 1 })));
