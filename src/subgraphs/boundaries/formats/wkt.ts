import { sourceCrs } from '../../../spatial/crs.js';
import type { IntakeFeature, IntakeFile, IntakeIssue, TextReader } from './intake-file.js';
import { isTooDense } from './text.js';
import { WktFault, type WktGeometry, WktReader } from './wkt-reader.js';

/**
 * Well-known text: one or more POLYGON or MULTIPOLYGON, one area each, separated by line ends or semicolons. The
 * CRS is that of a leading `SRID=…;` (EWKT) or `srid`; without either the file is refused.
 */
export const readWkt: TextReader = (text, srid): IntakeFile => {
  if (isTooDense(text, /[(,]/g)) return { features: [], issues: [TOO_DENSE], remarks: [] };
  const issues: IntakeIssue[] = [];
  const features: IntakeFeature[] = [];
  const reader = new WktReader(text.replace(/^\uFEFF/, ''));
  let index = 0;
  try {
    for (; !reader.atEnd(); index++) {
      const stated = reader.srid();
      const geometry = reader.geometry();
      const faults = [...geometry.faults, ...crsFaults(stated, srid, geometry.line)];
      issues.push(...faults.map((fault) => ({ ...fault, index })));
      if (faults.length === 0) features.push(featureOf(index, geometry, stated ?? srid ?? 0));
    }
  } catch (error) {
    if (!(error instanceof WktFault)) throw error;
    issues.push({ ...error.issue, index });
  }
  if (index === 0 && issues.length === 0) {
    issues.push({
      code: 'EMPTY',
      message: 'The file holds no geometry.',
      index,
      line: null,
      ring: null,
      vertex: null,
    });
  }
  return { features, issues, remarks: [] };
};

const TOO_DENSE: IntakeIssue = {
  code: 'UNREADABLE',
  message: 'The file has more commas and brackets than coordinates: it is no boundary.',
  index: 0,
  line: null,
  ring: null,
  vertex: null,
};

function crsFaults(stated: number | null, given: number | null, line: number): Omit<IntakeIssue, 'index'>[] {
  const fault = (code: IntakeIssue['code'], message: string): Omit<IntakeIssue, 'index'>[] => [
    { code, message, line, ring: null, vertex: null },
  ];
  if (stated !== null && given !== null && stated !== given) {
    return fault('CRS_CONFLICT', `The file says EPSG:${stated}, the import EPSG:${given}; leave srid out.`);
  }
  const srid = stated ?? given;
  if (srid === null) {
    return fault('CRS_MISSING', 'Well-known text does not say its coordinate reference system: give srid.');
  }
  if (sourceCrs(srid) !== null) return [];
  return fault('CRS_UNKNOWN', `EPSG:${srid} is not a coordinate reference system that areas are taken in.`);
}

const featureOf = (index: number, geometry: WktGeometry, srid: number): IntakeFeature => ({
  index,
  name: null,
  srid,
  ceilingMetres: null,
  floorMetres: null,
  polygons: geometry.polygons.map((rings) =>
    rings.map((ring) => ring.map(({ x, y, line }, i) => ({ number: String(i + 1), x: y, y: x, line }))),
  ),
});
