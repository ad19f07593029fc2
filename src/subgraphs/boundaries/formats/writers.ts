import type { IntakeFormat } from '../../../vocabulary/intake.js';
import type { AreaWriter } from './area-writer.js';
import type { TEXT_WRITERS } from './text-writers.js';

const text = (format: keyof typeof TEXT_WRITERS) => async (): Promise<AreaWriter> =>
  (await import('./text-writers.js')).TEXT_WRITERS[format];

/** The writers by format, each loaded when it is first asked for. */
const WRITERS: Readonly<Partial<Record<IntakeFormat, () => Promise<AreaWriter>>>> = {
  CORNER_LIST: text('CORNER_LIST'),
  STORED_STRING: text('STORED_STRING'),
  SUBMISSION_TEXT: text('SUBMISSION_TEXT'),
  LAND_TXT: text('LAND_TXT'),
  DMS: text('DMS'),
  WKT: text('WKT'),
  GEOJSON: async () => (await import('./geojson-writer.js')).geoJsonWriter,
  SHAPEFILE: async () => (await import('./shapefile-writer.js')).shapefileWriter,
  GEOPACKAGE: async () => (await import('./geopackage-writer.js')).geoPackageWriter,
};

/** The formats that areas are written in. */
export const WRITABLE_FORMATS = Object.keys(WRITERS) as readonly IntakeFormat[];

/** The writer of a format; null where it is only read. */
export const writerOf = async (format: IntakeFormat): Promise<AreaWriter | null> =>
  (await WRITERS[format]?.()) ?? null;
