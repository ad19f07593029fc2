import type { Extent } from '../../../config.js';
import { unstorable } from '../../../platform/storable-text.js';
import { sourceCrs } from '../../../spatial/crs.js';
import { geometryFaults, LARGEST_AREA, longEdges, longEdgesFault } from '../../../spatial/ring-size.js';
import { type GeometryFault, type Ring, repeatedCorners } from '../../../spatial/rings.js';
import { boundsFault, ELEVATION } from '../../../vocabulary/bounds.js';
import type { IntakeFormat } from '../../../vocabulary/intake.js';
import { quoted } from './corner-area.js';
import { readCornerList } from './corner-list.js';
import { detectFormat } from './detect.js';
import { readDms } from './dms.js';
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
import { readLandTxt } from './land-txt.js';
import { readStoredString } from './stored-string.js';
import { readSubmissionText } from './submission-text.js';
import { readWkt } from './wkt.js';

const fromText =
  (read: TextReader): IntakeReader =>
  (input, srid) =>
    read(input.text(), srid);

const READERS: Readonly<Record<IntakeFormat, IntakeReader>> = {
  CORNER_LIST: fromText(readCornerList),
  STORED_STRING: fromText(readStoredString),
  SUBMISSION_TEXT: fromText(readSubmissionText),
  LAND_TXT: fromText(readLandTxt),
  DMS: fromText(readDms),
  GEOJSON: fromText(readGeoJson),
  WKT: fromText(readWkt),
  // Their libraries are loaded when the first such file comes.
  SHAPEFILE: async (input, srid) => (await import('./shapefile.js')).readShapefile(input, srid),
  GEOPACKAGE: async (input, srid) => (await import('./geopackage.js')).readGeoPackage(input, srid),
  KML: async (input, srid) => (await import('./kml.js')).readKml(input, srid),
  CSV: async (input, srid) => (await import('./csv.js')).readCsv(input, srid),
};

/** The formats that there is a reader for. */
export const READABLE_FORMATS = Object.keys(READERS) as readonly IntakeFormat[];

/** Bytes of one file, which are held in memory while it is read. */
export const LARGEST_FILE_BYTES = 50_000_000;

/**
 * The format to read a file in: the one given, else the one it is told by. Errors: `FORMAT_UNKNOWN`, and
 * `FORMAT_AMBIGUOUS` with the candidates.
 */
export const formatOf = (
  input: IntakeInput,
  given: IntakeFormat | null,
  srid: number | null = null,
): IntakeFormat => given ?? detectFormat(input, READABLE_FORMATS, srid);

/**
 * Reads a file and checks everything that can be checked without a database. `features` are the sound areas. `format`
 * null: told by the content. Errors: those of `formatOf`.
 */
export async function readIntakeFile(
  format: IntakeFormat | null,
  input: IntakeInput,
  srid: number | null,
  extent: Extent,
): Promise<IntakeFile> {
  if (input.bytes.length > LARGEST_FILE_BYTES) return tooLarge(input.bytes.length);
  if (isBlank(input.bytes)) return refusedFile('EMPTY', 'The file is empty.');
  return checkedFile(await READERS[formatOf(input, format, srid)](input, srid), extent);
}

function tooLarge(bytes: number): IntakeFile {
  const message = `The file has ${bytes} bytes; at most ${LARGEST_FILE_BYTES} are taken. Part it by area.`;
  return refusedFile('FILE_TOO_LARGE', message);
}

function refusedFile(code: IntakeIssue['code'], message: string): IntakeFile {
  const issue = { code, message, index: 0, line: null, ring: null, vertex: null };
  return { features: [], issues: [issue], remarks: [] };
}

/** Byte order marks, blanks and ends of lines; in UTF-16 each has a zero beside it. */
const BLANK = new Set([0xef, 0xbb, 0xbf, 0xff, 0xfe, 9, 10, 11, 12, 13, 32]);

function isBlank(bytes: Uint8Array): boolean {
  const isUtf16 = bytes[0] === 0xff || bytes[0] === 0xfe;
  return bytes.every((byte) => BLANK.has(byte) || (isUtf16 && byte === 0));
}

/** A file without the areas whose rings cannot be, and with what is wrong with these. */
export function checkedFile(file: IntakeFile, extent: Extent): IntakeFile {
  const [issues, remarks] = [[...file.issues], [...file.remarks]];
  let edges = 0;
  const features = file.features.filter((feature) => {
    const facts = [...textIssues(feature), ...elevationIssues(feature)];
    issues.push(...facts);
    const crs = sourceCrs(feature.srid);
    const polygons = ringsOf(feature);
    const faults = crs ? geometryFaults(polygons, crs, extent, LARGEST_AREA) : [];
    for (const issue of intakeIssues(feature, faults)) issues.push(issue);
    if (crs && faults.length === 0) edges += longEdges(polygons, crs);
    if (faults.length === 0) remarks.push(...repeatedCornerRemarks(feature, polygons.flat()));
    return faults.length === 0 && facts.length === 0;
  });
  const tooMuch = longEdgesFault(edges);
  if (tooMuch !== null) {
    issues.push(...refusedFile('FILE_TOO_LARGE', tooMuch).issues);
    return { features: [], issues, remarks };
  }
  return { features, issues, remarks };
}

/** Name and corner numbers go into the registry as they are. */
function textIssues({ index, name, polygons }: IntakeFeature): IntakeIssue[] {
  const issues: IntakeIssue[] = [];
  const report = (what: string, text: string, place: Pick<IntakeIssue, 'line' | 'ring' | 'vertex'>): void => {
    const found = unstorable(text);
    if (found === null) return;
    issues.push({
      code: 'TEXT_INVALID',
      message: `${what} holds ${found}, which no text may.`,
      index,
      ...place,
    });
  };
  const nowhere = { line: null, ring: null, vertex: null };
  report('The name of the area', name ?? '', nowhere);
  if (name?.includes('\uFFFD')) {
    const message = `The name ${quoted(name)} has bytes that are no text in the encoding of the file, or was spoilt before. Save the file as UTF-8 with the right name.`;
    issues.push({ code: 'TEXT_INVALID', message, index, ...nowhere });
  }
  for (const [i, ring] of polygons.flat().entries()) {
    for (const [at, { number, line }] of ring.entries()) {
      report('The number of the corner', number, { line, ring: i + 1, vertex: at + 1 });
    }
  }
  return issues;
}

function elevationIssues({ index, ceilingMetres, floorMetres }: IntakeFeature): IntakeIssue[] {
  return Object.entries({ ceiling: ceilingMetres, floor: floorMetres }).flatMap(([what, metres]) => {
    const message = metres === null ? null : boundsFault(`The ${what}`, metres, ELEVATION);
    if (message === null) return [];
    return [{ code: 'ELEVATION_INVALID', message, index, line: null, ring: null, vertex: null }];
  });
}

/** A corner that stands twice in a row harms nothing; it may stand where another should. */
function repeatedCornerRemarks(feature: IntakeFeature, rings: readonly Ring[]): IntakeRemark[] {
  const issued = feature.polygons.flat();
  return rings.flatMap((ring, i) =>
    repeatedCorners(ring).map((at) => {
      const corner = issued[i]?.[at];
      return {
        code: 'REPEATED_CORNER',
        severity: 'INFO',
        message: `Corner ${corner?.number} repeats the corner before it.`,
        advice: 'Nothing is lost by it. Check with the source whether another corner belongs there.',
        index: feature.index,
        line: corner?.line ?? null,
        ring: i + 1,
        vertex: at + 1,
      };
    }),
  );
}

/** A geometry's faults as those of its file: with the lines their vertices stand on. */
export function intakeIssues(feature: IntakeFeature, faults: readonly GeometryFault[]): IntakeIssue[] {
  if (faults.length === 0) return [];
  const rings = feature.polygons.flat();
  return faults.map((fault) => {
    const line = rings[(fault.ring ?? 1) - 1]?.[(fault.vertex ?? 1) - 1]?.line ?? null;
    return { ...fault, index: feature.index, line };
  });
}
