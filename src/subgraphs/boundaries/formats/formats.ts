import type { Extent } from '../../../config.js';
import { sourceCrs } from '../../../spatial/crs.js';
import { type GeometryFault, repeatedCorners, ringFaults } from '../../../spatial/rings.js';
import type { IntakeFormat } from '../../../vocabulary/intake.js';
import { readCornerList } from './corner-list.js';
import { readGeoJson } from './geojson.js';
import {
  type IntakeFeature,
  type IntakeFile,
  type IntakeIssue,
  type IntakeReader,
  type IntakeRemark,
  ringsOf,
} from './intake-file.js';
import { readWkt } from './wkt.js';

const READERS: Readonly<Record<IntakeFormat, IntakeReader>> = {
  CORNER_LIST: readCornerList,
  GEOJSON: readGeoJson,
  WKT: readWkt,
};

/** Reads a file and checks everything that can be checked without a database. `features` are the sound areas. */
export function readIntakeFile(
  format: IntakeFormat,
  text: string,
  srid: number | null,
  extent: Extent,
): IntakeFile {
  const file = READERS[format](text, srid);
  const issues = [...file.issues];
  const features = file.features.filter((feature) => {
    const crs = sourceCrs(feature.srid);
    const faults = crs ? ringFaults(ringsOf(feature), crs, extent) : [];
    issues.push(...faults.map((fault) => intakeIssue(feature, fault)));
    return faults.length === 0;
  });
  return { features, issues, remarks: [...file.remarks, ...features.flatMap(repeatedCornerRemarks)] };
}

/** A corner that stands twice in a row harms nothing; it may stand where another should. */
function repeatedCornerRemarks(feature: IntakeFeature): IntakeRemark[] {
  return feature.polygons.flat().flatMap((ring, i) =>
    repeatedCorners(ring.map(({ x, y }) => [y, x])).map((at) => ({
      code: 'REPEATED_CORNER',
      severity: 'INFO',
      message: `Corner ${ring[at]?.number} repeats the corner before it.`,
      advice: 'Nothing is lost by it. Check with the source whether another corner belongs there.',
      index: feature.index,
      line: ring[at]?.line ?? null,
      ring: i + 1,
      vertex: at + 1,
    })),
  );
}

/** A geometry's fault as one of its file: with the line its vertex stands on. */
export function intakeIssue(feature: IntakeFeature, fault: GeometryFault): IntakeIssue {
  const ring = feature.polygons.flat()[(fault.ring ?? 1) - 1];
  const line = ring?.[(fault.vertex ?? 1) - 1]?.line ?? null;
  return { ...fault, index: feature.index, line };
}

/** The formats that `text` may be in, likeliest first, judged by how it begins; none for anything else. */
export function detectFormat(text: string): readonly IntakeFormat[] {
  const start = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .slice(0, 2000);
  if (start.startsWith('{')) return ['GEOJSON'];
  if (/^(SRID\s*=\s*\d+\s*;\s*)?(MULTI)?POLYGON/i.test(start)) return ['WKT'];
  if (/^(\d+\s*[,，]\s*[\d.]+\s*[,，]\s*[\d.]+|[*＊]\s*[,，])/.test(start)) return ['CORNER_LIST'];
  return [];
}
