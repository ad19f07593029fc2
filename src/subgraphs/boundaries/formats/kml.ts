import { LARGEST_RING } from '../../../spatial/rings.js';
import { areaFacts } from './attributes.js';
import { resolveCrs } from './crs-resolution.js';
import type { IntakeCorner, IntakeFeature, IntakeFile, IntakeReader, IntakeRing } from './intake-file.js';
import { FileFault, IssueList } from './issue-list.js';
import { type KmlRing, type Placemark, parsePlacemarks } from './kml-parser.js';
import { decodeText } from './text.js';
import { unzip } from './zip.js';
import { isZip } from './zip-magic.js';

/** KML coordinates are WGS 84, longitude before latitude (OGC 12-007r2, clause 9.2). */
const KML_SRID = 4326;

/**
 * KML and KMZ: each placemark is one area, a Polygon or a MultiGeometry of them. Name and elevation band come from its
 * name and extended data.
 */
export const readKml: IntakeReader = async (input, srid): Promise<IntakeFile> => {
  const list = new IssueList();
  const features: IntakeFeature[] = [];
  await list.attempt(async () => {
    const crs = resolveCrs({ srid: KML_SRID, says: null }, srid, { file: '' });
    const placemarks = isZip(input.bytes) ? await placemarksIn(input.bytes) : placemarksOf(input.text());
    for (const [index, placemark] of placemarks.entries()) {
      await list.attempt(() => {
        features.push(...featureOf(placemark, index, crs, list));
      });
    }
  });
  return list.file(features);
};

function placemarksOf(text: string): Placemark[] {
  const placemarks = parsePlacemarks(text);
  if (placemarks.length > 0) return placemarks;
  const links = /<([\w.-]+:)?NetworkLink[\s>]/.test(text)
    ? ' What its NetworkLink names is not fetched: send that file.'
    : '';
  throw new FileFault('EMPTY', `The file has no placemark.${links}`);
}

/**
 * The placemarks of a KMZ. GDAL writes them into a document that the first one links to. Where several documents have
 * some, the file is refused, as a line would not tell in which of them a fault lies, and the first alone is not the file.
 */
async function placemarksIn(bytes: Uint8Array): Promise<Placemark[]> {
  const documents = await unzip(bytes, /\.kml$/i);
  if (documents.length === 0) throw new FileFault('EMPTY', 'The zip holds no .kml file.');
  let found: { readonly path: string; readonly placemarks: Placemark[] } | null = null;
  for (const { path, bytes } of documents) {
    const placemarks = documents.length === 1 ? placemarksOf(decodeText(bytes)) : placemarksAt(path, bytes);
    if (placemarks.length === 0) continue;
    if (found) {
      const message = `Both ${found.path.slice(0, 100)} and ${path.slice(0, 100)} in the zip have placemarks; one document is taken. Put all areas into one, or send each by itself.`;
      throw new FileFault('UNREADABLE', message);
    }
    found = { path, placemarks };
  }
  if (!found) throw new FileFault('EMPTY', 'No .kml file in the zip has a placemark.');
  return found.placemarks;
}

/** Errors: `FileFault` that names the document. */
function placemarksAt(path: string, bytes: Uint8Array): Placemark[] {
  try {
    return parsePlacemarks(decodeText(bytes));
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    throw new FileFault(error.code, `${path.slice(0, 100)}: ${error.message}`, error.place);
  }
}

function featureOf(placemark: Placemark, index: number, srid: number, list: IssueList): IntakeFeature[] {
  const { line, attributes, polygons, others } = placemark;
  const place = { index, line };
  if (others.length > 0 || polygons.length === 0) {
    const what = others[0] ?? 'placemark without geometry';
    throw new FileFault('GEOMETRY_TYPE', `An area is a Polygon; this is a ${what}.`, place);
  }
  const facts = areaFacts(attributes, (code, message) => list.add(code, message, place));
  let ring = 0;
  const read = polygons.map((rings) => {
    if (rings.length === 0) throw new FileFault('EMPTY', 'A polygon has no boundary.', place);
    return rings.map((coordinates) => readRing(coordinates, index, ++ring));
  });
  return facts ? [{ index, ...facts, srid, polygons: read }] : [];
}

const POSITION = /\S+/g;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

function readRing({ text, line: first }: KmlRing, index: number, ring: number): IntakeRing {
  const corners: IntakeCorner[] = [];
  let [line, counted] = [first, 0];
  for (const { 0: position, index: at } of text.matchAll(POSITION)) {
    for (; counted < at; counted++) if (text.charCodeAt(counted) === 10) line += 1;
    const vertex = corners.length + 1;
    const [x = '', y = ''] = position.split(',', 3);
    if (!NUMBER.test(x) || !NUMBER.test(y)) {
      const message = `"${position.slice(0, 60)}" is not a position: longitude, latitude, without spaces between.`;
      throw new FileFault('NOT_A_NUMBER', message, { index, line, ring, vertex });
    }
    if (vertex > LARGEST_RING + 1) {
      const message = `The ring has more than ${LARGEST_RING} vertices, which are not taken.`;
      throw new FileFault('TOO_MANY_VERTICES', message, { index, line, ring, vertex });
    }
    corners.push({ number: String(vertex), x: Number(y), y: Number(x), line });
  }
  return withoutRepetition(corners, { index, line: first, ring });
}

function withoutRepetition(
  corners: IntakeCorner[],
  place: { index: number; line: number; ring: number },
): IntakeRing {
  const [start, end] = [corners[0], corners.at(-1)];
  if (!start || !end) throw new FileFault('EMPTY', 'A boundary has no coordinates.', place);
  if (corners.length > 1 && start.x === end.x && start.y === end.y) return corners.slice(0, -1);
  const message = `The ring is not closed: it ends at ${end.y}, ${end.x} and began at ${start.y}, ${start.x}.`;
  throw new FileFault('UNCLOSED', message, {
    ...place,
    line: end.line ?? place.line,
    vertex: corners.length,
  });
}
