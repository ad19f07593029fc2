import { areaFacts } from './attributes.js';
import { identifyCrs } from './crs-definition.js';
import { resolveCrs } from './crs-resolution.js';
import type { IntakeFeature, IntakeFile, IntakeReader } from './intake-file.js';
import { FileFault, IssueList } from './issue-list.js';
import { featureOfRings } from './ring-feature.js';
import { readTable } from './shapefile-dbf.js';
import { readShapes } from './shapefile-shp.js';
import { decodeText } from './text.js';
import { unzip, type ZipMember } from './zip.js';

/** The files of one shapefile within a zip. */
interface Layer {
  readonly path: string;
  readonly shp: Uint8Array;
  readonly dbf: Uint8Array | undefined;
  readonly prj: string | null;
  readonly cpg: string | null;
}

const PARTS = /\.(shp|dbf|prj|cpg)$/i;

/**
 * Shapefiles in a zip: each polygon record of each .shp is one area. The CRS is the .prj's, else `srid`. Name and
 * elevation band come from the .dbf. The .shx is an index that nothing here needs.
 */
export const readShapefile: IntakeReader = async ({ bytes }, srid): Promise<IntakeFile> => {
  const list = new IssueList();
  const features: IntakeFeature[] = [];
  await list.attempt(async () => {
    const layers = layersOf(await unzip(bytes, PARTS));
    if (layers.length === 0) throw new FileFault('EMPTY', 'The zip holds no .shp file.');
    let index = 0;
    for (const layer of layers) {
      const before = index;
      await list.attempt(() => {
        index = readLayer(layer, srid, before, features, list);
      });
    }
  });
  return list.file(features);
};

/** Errors: `FileFault` where two files differ in the case of their names only, and in what they hold. */
function layersOf(members: readonly ZipMember[]): Layer[] {
  const byPath = new Map<string, Uint8Array>();
  for (const [i, { path, bytes }] of members.entries()) {
    const key = path.toLowerCase();
    const before = byPath.get(key);
    if (before && Buffer.compare(before, bytes) !== 0) {
      const other = members.slice(0, i).find((member) => member.path.toLowerCase() === key);
      throw new FileFault(
        /\.prj$/.test(key) ? 'CRS_CONFLICT' : 'UNREADABLE',
        `The zip holds ${other?.path} and ${path}, which differ: nothing tells which belongs to the shapefile. Leave the right one.`,
      );
    }
    byPath.set(key, bytes);
  }
  const text = (bytes: Uint8Array | undefined): string | null => (bytes ? decodeText(bytes) : null);
  return members
    .filter(({ path }) => /\.shp$/i.test(path))
    .map(({ path, bytes }) => {
      const part = (ending: string): Uint8Array | undefined =>
        byPath.get(path.toLowerCase().replace(/\.shp$/, ending));
      return { path, shp: bytes, dbf: part('.dbf'), prj: text(part('.prj')), cpg: text(part('.cpg')) };
    });
}

/** Adds a layer's areas to `features` and returns the index that follows them. */
function readLayer(
  layer: Layer,
  srid: number | null,
  index: number,
  features: IntakeFeature[],
  list: IssueList,
): number {
  const crs = resolveCrs(layer.prj === null ? null : identifyCrs(layer.prj), srid, {
    file: `${layer.path} has no .prj`,
    place: { index },
  });
  const records = readShapes(layer.shp, index);
  const rows = layer.dbf ? readTable(layer.dbf, layer.cpg, records.length, index) : null;
  records.forEach((record, i) => {
    const row = rows ? rows[i] : {};
    if (row === null || row === undefined) return;
    const at = { index: index + i };
    if ('fault' in record) {
      list.add(record.fault.code, record.fault.message, record.fault.place);
      return;
    }
    const facts = areaFacts(row, (code, message) => list.add(code, message, at));
    if (facts?.name?.includes('\uFFFD')) {
      list.add('UNREADABLE', 'The name is not in the encoding that the .cpg or the .dbf says.', at);
    } else if (facts) features.push(featureOfRings(at.index, facts, crs, record.polygons));
  });
  return index + records.length;
}
