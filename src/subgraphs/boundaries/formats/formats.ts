import type { Extent } from '../../../config.js';
import { badInput } from '../../../platform/errors.js';
import { sourceCrs } from '../../../spatial/crs.js';
import { type GeometryFault, repeatedCorners, ringFaults } from '../../../spatial/rings.js';
import type { IntakeFormat } from '../../../vocabulary/intake.js';
import { readCornerList } from './corner-list.js';
import { readGeoJson } from './geojson.js';
import {
  type IntakeFeature,
  type IntakeFile,
  type IntakeInput,
  type IntakeIssue,
  type IntakeReader,
  type IntakeRemark,
  ringsOf,
  type TextReader,
} from './intake-file.js';
import { readWkt } from './wkt.js';

const fromText =
  (read: TextReader): IntakeReader =>
  (input, srid) =>
    read(input.text(), srid);

const READERS: Readonly<Partial<Record<IntakeFormat, IntakeReader>>> = {
  CORNER_LIST: fromText(readCornerList),
  GEOJSON: fromText(readGeoJson),
  WKT: fromText(readWkt),
};

/** The formats that there is a reader for. */
export const READABLE_FORMATS = Object.keys(READERS) as readonly IntakeFormat[];

/**
 * Reads a file and checks everything that can be checked without a database. `features` are the sound areas.
 * Errors: `BAD_USER_INPUT` for a format that has no reader.
 */
export async function readIntakeFile(
  format: IntakeFormat,
  input: IntakeInput,
  srid: number | null,
  extent: Extent,
): Promise<IntakeFile> {
  const read = READERS[format];
  if (!read) throw badInput(`Areas in the format ${format} are not taken.`, { field: 'format' });
  return checkedFile(await read(input, srid), extent);
}

/** A file without the areas whose rings cannot be, and with what is wrong with these. */
export function checkedFile(file: IntakeFile, extent: Extent): IntakeFile {
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
