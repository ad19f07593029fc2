import { readIntakeFile } from '../../src/subgraphs/boundaries/formats/formats.js';
import { inputOfBytes } from '../../src/subgraphs/boundaries/formats/intake-input.js';
import type { IntakeFormat } from '../../src/vocabulary/intake.js';

/**
 * Reads files that cost as much as can be for their size, one after the other; run in a process whose heap is limited to
 * what the size allows. Prints each by name before it is read, so that the last one printed is the one that was too much.
 */
const BYTES = Number(process.argv[2]);

/** How each begins, and what is repeated to its size. */
const FILES: readonly (readonly [IntakeFormat, string, string])[] = [
  ['CORNER_LIST', '', 'x\n'],
  ['CORNER_LIST', '', '1,1,1\n'],
  ['CORNER_LIST', '', '\n'],
  ['CORNER_LIST', '', '*,1,2,a,1\n'],
  ['CORNER_LIST', '', '2,4507088,41473349\n'],
  ['STORED_STRING', '1,999999,', '1,'],
  ['STORED_STRING', '1,999999,', '1,4507088,41473349,'],
  ['SUBMISSION_TEXT', '', 'a=b\n'],
  ['SUBMISSION_TEXT', '', 'XY1=1,4507088,41473349\n'],
  ['LAND_TXT', '[地块坐标]\n', '@\n'],
  ['LAND_TXT', '[地块坐标]\n9,1,1,a,面,,,,@\n', 'J1,1,4507088,41473349\n'],
  ['DMS', '坐标系=2000\n', '1,1224104,404152\n'],
  ['GEOJSON', '', '['],
  ['GEOJSON', '', '{"a":'],
  ['GEOJSON', '{"type":"Polygon","coordinates":[[[1,1],[2,2]],', '{}'],
  ['GEOJSON', '{"type":"Polygon","coordinates":[[', '[1,1],'],
  ['GEOJSON', '{"type":"FeatureCollection","features":[', '{"a":1,"b":""},'],
  ['GEOJSON', '{"type":"FeatureCollection","features":[', '{"a":1,"b":"","c":"","d":""},'],
  ['GEOJSON', '{"type":"Polygon","coordinates":[[', '"a",'],
  ['WKT', 'SRID=4490;', 'POLYGON EMPTY;'],
  ['WKT', 'SRID=4490;POLYGON(', '('],
  ['WKT', 'SRID=4490;POLYGON((', '1 1,'],
  ['WKT', 'SRID=4490;POLYGON((', '122.5 40.5,'],
  ['KML', '<kml>', '<a>'],
  ['KML', '<kml>', '<Placemark/>'],
  ['KML', '<!DOCTYPE kml [', '<!ENTITY a "b">'],
  ['KML', '<kml><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>', '1,1 '],
  ['CSV', 'number,x,y\n', '1,2\n'],
  ['CSV', 'number,x,y\n', ','],
  ['CSV', 'number,x,y\n', '1,4507088.2,41473349.9\n'],
  ['CSV', '', '"'],
];

/** Endings with which the text becomes one that its format can be. */
const ENDINGS: Readonly<Record<string, string>> = {
  '{"type":"FeatureCollection","features":[{"a":1,"b":""},': '{}]}',
  '{"type":"FeatureCollection","features":[{"a":1,"b":"","c":"","d":""},': '{}]}',
  '{"type":"Polygon","coordinates":[["a",': '"a"]]}',
  '{"type":"Polygon","coordinates":[[[1,1],': '[1,1]]]}',
  'SRID=4490;POLYGON((122.5 40.5,': '122.5 40.5))',
};

for (const [format, start, repeated] of FILES) {
  process.stdout.write(`${format} ${JSON.stringify(start + repeated)}\n`);
  const times = Math.floor(BYTES / Buffer.byteLength(repeated));
  const text = start + repeated.repeat(times) + (ENDINGS[start + repeated] ?? '');
  const srid = format === 'DMS' || format === 'WKT' ? 4490 : null;
  const { features, issues } = await readIntakeFile(format, inputOfBytes(Buffer.from(text)), srid, null);
  if (features.length + issues.length === 0) throw new Error('Nothing came of it, and nobody said why.');
}
process.stdout.write('done\n');
