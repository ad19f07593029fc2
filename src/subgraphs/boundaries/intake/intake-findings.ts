import { idFromKey } from '../../../platform/ids.js';
import { quotable } from '../../../platform/storable-text.js';
import type { PermittedArea } from '../areas/permitted-area.js';
import type { IntakeRemark } from '../formats/intake-file.js';
import { inWords } from '../quality/data-quality-catalogue.js';
import type { DataQualityFinding } from '../quality/data-quality-finding.js';
import type { IntakeOptions } from './intake.js';
import { intakeKey } from './intake-draft.js';
import type { StatedArea } from './stated-area.js';

type Noticed = Pick<DataQualityFinding, 'code' | 'severity' | 'message' | 'advice'> &
  Partial<Pick<DataQualityFinding, 'line' | 'ring' | 'vertex'>> & { readonly area?: PermittedArea };

export interface IntakeFindingsInput {
  readonly mineId: string;
  readonly options: IntakeOptions;
  readonly areas: readonly PermittedArea[];
  /** Areas of the same document that the file does not list. */
  readonly omitted: readonly PermittedArea[];
  readonly remarks: readonly (IntakeRemark & { readonly area: PermittedArea | undefined })[];
  readonly statedArea: StatedArea | null;
  readonly foundAt: Date;
}

/** Everything an import noticed; the same import gives the same findings with the same ids. */
export function intakeFindings(input: IntakeFindingsInput): DataQualityFinding[] {
  const noticed: Noticed[] = [
    ...(input.statedArea ? [statedAreaFinding(input.statedArea, input.areas)] : []),
    ...input.areas.filter((area) => area.crsClass === 'BALLPARK').map(ballparkFinding),
    ...input.omitted.map(omittedFinding),
    ...input.remarks.map(({ index: _index, area, ...remark }) => ({
      ...remark,
      // It may quote the file, or half of what stands there.
      message: quotable(remark.message),
      ...(area && { area }),
    })),
  ];
  if (noticed.length === 0) return [];
  const key = intakeKey(input.mineId, input.options);
  return noticed.map(({ area, ...finding }, i) => ({
    line: null,
    ring: null,
    vertex: null,
    ...finding,
    id: idFromKey(
      'data-quality-finding',
      key,
      finding.code,
      area ? `${area.id}@${area.version}` : '',
      finding.message,
      String(noticed.slice(0, i).filter((other) => other.message === finding.message).length),
    ),
    mineId: input.mineId,
    areaId: area?.id ?? null,
    areaVersion: area?.version ?? null,
    foundAt: input.foundAt,
  }));
}

function statedAreaFinding(stated: StatedArea, areas: readonly PermittedArea[]): Noticed {
  const [only] = areas;
  const code = stated.convention === 'NEITHER' ? 'STATED_AREA_MISMATCH' : `STATED_AREA_${stated.convention}`;
  return {
    ...(areas.length === 1 && only ? { area: only } : {}),
    code,
    ...inWords(code, {
      stated: stated.statedSquareMetres,
      ellipsoidal: stated.ellipsoidalSquareMetres,
      plane: stated.planeSquareMetres,
      planeAgrees: stated.planeAgrees,
    }),
  };
}

const ballparkFinding = (area: PermittedArea): Noticed => ({
  area,
  code: 'CRS_BALLPARK',
  ...inWords('CRS_BALLPARK', { srid: area.sourceSrid }),
});

const omittedFinding = (area: PermittedArea): Noticed => ({
  area,
  code: 'AREA_NOT_IN_FILE',
  severity: 'WARNING',
  message: `The area ${area.name ?? area.id} of the same document is not in this file; it stays as it is.`,
  advice:
    'If the document no longer lists it, end it on the first day that it is not permitted any more; if it never was, withdraw it.',
});
