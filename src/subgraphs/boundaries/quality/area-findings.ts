import { idFromKey } from '../../../platform/ids.js';
import { sourceCrs } from '../../../spatial/crs.js';
import type { DraftArea } from '../areas/permitted-area.js';
import type { DataQualityFinding } from './data-quality-finding.js';
import { type RingDoubt, ringDoubts } from './ring-quality.js';

const ADVICE: Readonly<Record<RingDoubt['code'], string>> = {
  SHORT_EDGE: 'Check whether one corner was written twice, with a slip of the pen.',
  SPIKE: 'Check this corner and those beside it: one may be out of order or mistyped.',
  RING_TOUCHES: 'Check with the document whether the rings meet there; a narrow neck is seldom meant.',
};

/** Of areas in hand: an import asks when it stores them, and again when it tells of them. */
const doubtsOf = new WeakMap<DraftArea['corners'], readonly RingDoubt[]>();

function doubtsAbout({ corners, sourceSrid }: DraftArea): readonly RingDoubt[] {
  const known = doubtsOf.get(corners);
  if (known) return known;
  const doubts = ringDoubts(corners, sourceCrs(sourceSrid)?.kind === 'GEOGRAPHIC');
  doubtsOf.set(corners, doubts);
  return doubts;
}

/** What is doubtful about the corners of a version of an area; it is stored with the version and ends with it. */
export function areaFindings(area: DraftArea, foundAt: Date): DataQualityFinding[] {
  return doubtsAbout(area).map(({ code, message, ring, vertex }) => ({
    id: idFromKey('data-quality-finding', area.id, String(area.version), code, String(ring), String(vertex)),
    mineId: area.mineId,
    areaId: area.id,
    areaVersion: area.version,
    code,
    severity: 'WARNING',
    message,
    advice: ADVICE[code],
    line: null,
    ring,
    vertex,
    foundAt,
  }));
}
