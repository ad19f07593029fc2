import { sourceCrs } from '../../../spatial/crs.js';
import { collectFaults, type Report } from './corner-area.js';
import type { IntakeFeature, IntakeFile, IntakeIssue, TextReader } from './intake-file.js';
import { FileFault, MOST_AREAS, tooManyAreas } from './issue-list.js';
import { isTooDense } from './text.js';
import { WktFault, type WktGeometry, WktReader } from './wkt-reader.js';

/**
 * Well-known text: one or more POLYGON or MULTIPOLYGON, one area each, separated by line ends or semicolons. The
 * CRS is that of a leading `SRID=…;` (EWKT) or `srid`; without either the file is refused.
 */
export const readWkt: TextReader = (text, srid): IntakeFile =>
  collectFaults((report) => ({ features: readGeometries(text, srid, report), remarks: [] }));

function readGeometries(text: string, srid: number | null, report: Report): IntakeFeature[] {
  if (isTooDense(text, /[(,]/g)) {
    report('UNREADABLE', 'The file has more commas and brackets than coordinates: it is no boundary.', {});
    return [];
  }
  const features: IntakeFeature[] = [];
  const reader = new WktReader(text.replace(/^\uFEFF/, ''));
  if (reader.atEnd()) report('EMPTY', 'The file holds no geometry.', {});
  let index = 0;
  try {
    for (; !reader.atEnd(); index++) {
      if (index >= MOST_AREAS) throw tooManyAreas();
      const stated = reader.srid();
      const geometry = reader.geometry();
      const faults = [...geometry.faults, ...crsFaults(stated, srid, geometry.line)];
      for (const fault of faults) report(fault.code, fault.message, { ...fault, index });
      if (faults.length === 0) features.push(featureOf(index, geometry, stated ?? srid ?? 0));
    }
  } catch (error) {
    if (error instanceof WktFault) report(error.issue.code, error.issue.message, { ...error.issue, index });
    else if (error instanceof FileFault) report(error.code, error.message, error.place);
    else throw error;
  }
  return features;
}

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
