import type { CrsClass, PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import type { Days } from '../../../vocabulary/days.js';
import {
  nextRecordedAt,
  type PermittedAreaChange,
  type VersionInstant,
  type Withdrawal,
} from '../../../vocabulary/versions.js';

/** Names one version of a permitted area. */
export interface AreaVersionRef {
  readonly id: string;
  readonly version: number;
}

/** Names a version in one text. */
export const areaVersionId = ({ id, version }: AreaVersionRef): string => `${id}@${version}`;

export function parseAreaVersionId(text: string): AreaVersionRef {
  const [id = '', version = ''] = text.split('@');
  return { id, version: /^\d{1,9}$/.test(version) ? Number(version) : 0 };
}

/** What areas cover together, in either convention. */
export type Ground = Pick<PermittedArea, 'areaSquareMetres' | 'planeAreaSquareMetres'>;

/**
 * One version of an area within which a named activity is allowed or forbidden (许可范围). Its geometry and corners
 * are read apart, as most readers of areas want neither.
 */
export interface PermittedArea extends AreaVersionRef {
  readonly mineId: string;
  readonly licenceId: string | null;
  readonly kind: PermittedAreaKind;
  readonly name: string | null;
  readonly sourceSrid: number;
  readonly crsClass: CrsClass;
  readonly ceilingMetres: number | null;
  readonly floorMetres: number | null;
  /** Area of record, on the ellipsoid. */
  readonly areaSquareMetres: number;
  readonly planeAreaSquareMetres: number;
  /** What the document states for all its areas together. */
  readonly statedAreaSquareMetres: number | null;
  readonly sigmaMetres: number;
  readonly sigmaZMetres: number;
  /** Days in Asia/Shanghai, `[validFrom, validTo)`. */
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly recordedAt: Date;
  readonly supersededAt: Date | null;
  readonly authority: string;
  readonly documentNumber: string | null;
  readonly change: PermittedAreaChange;
  readonly changeReason: string | null;
  readonly changeDocumentNumber: string | null;
  /** Null unless this was the last version of an area that was entered by mistake. */
  readonly withdrawal: Withdrawal | null;
}

/** Days on which it is in force. */
export const daysOf = ({ validFrom, validTo }: PermittedArea): Days => ({ from: validFrom, to: validTo });

/** A corner as issued: x northing, y easting (latitude, longitude) in the source CRS; rings from 1. */
export interface Corner {
  readonly number: string;
  readonly x: number;
  readonly y: number;
  readonly ring: number;
}

/** Of areas in hand: an import digests their corners, and then stores them. */
const written = new WeakMap<readonly Corner[], string>();

/** Corners as canonical JSON: what is digested of them, and how they are stored. */
export function cornersJson(corners: readonly Corner[]): string {
  const known = written.get(corners);
  if (known !== undefined) return known;
  // Joined it is one string; added up it would hold on to all the short ones it is made of.
  const each = corners.map(
    ({ number, ring, x, y }) => `{"number":${JSON.stringify(number)},"ring":${ring},"x":${x},"y":${y}}`,
  );
  const text = `[${each.join()}]`;
  written.set(corners, text);
  return text;
}

/** A version that is not stored, or not yet: it carries what a stored one is looked up for. */
export interface DraftArea extends PermittedArea {
  readonly corners: readonly Corner[];
  /** Hex EWKB in EPSG:4490, and in the judging zone. */
  readonly geom: string;
  readonly planeGeom: string;
  readonly contentDigest: string;
}

/** A version with all that the next one is made from. */
export interface WholeVersion {
  readonly draft: DraftArea;
  /** Rings of each polygon, in order. */
  readonly rings: readonly number[];
}

/** A draft that has been stored: what it carried is now looked up. */
export function stored(draft: DraftArea): PermittedArea {
  const { corners: _corners, geom: _geom, planeGeom: _planeGeom, contentDigest: _digest, ...area } = draft;
  return area;
}

export const isDraft = (area: PermittedArea): area is DraftArea => 'geom' in area;

/** Whether nobody knows better yet: a corrected version is superseded, and so is the last one of a withdrawn area. */
export const isCurrent = (area: PermittedArea): boolean => area.supersededAt === null;

/** `draft` as the version that comes after `last`; what was withdrawn is recorded anew. */
export function following(draft: DraftArea, last: PermittedArea | null): DraftArea {
  if (!last) return draft;
  return {
    ...draft,
    version: last.version + 1,
    recordedAt: nextRecordedAt(draft.recordedAt, last),
    change: isCurrent(last) ? (draft.change === 'RECORDED' ? 'CORRECTED' : draft.change) : 'REINSTATED',
  };
}

/** The point on the two time axes that areas are read at. */
export type AreaInstant = VersionInstant;

export interface PermittedAreaFilter {
  readonly kind?: readonly PermittedAreaKind[] | null;
  readonly mineIds?: readonly string[] | null;
  readonly licenceId?: string | null;
  readonly divisionCode?: string | null;
  readonly documentNumber?: string | null;
  readonly authority?: string | null;
  readonly crsClass?: readonly CrsClass[] | null;
  /** A day in Asia/Shanghai on which the area is in force. */
  readonly validOn?: string | null;
}
