import type { DraftArea, Ground, PermittedArea } from '../areas/permitted-area.js';
import type { IntakeIssue, IntakeRemark } from '../formats/intake-file.js';
import { areaFindings } from '../quality/area-findings.js';
import type { IntakeOptions, IntakeRejection, IntakeResult } from './intake.js';
import { intakeFindings } from './intake-findings.js';
import { compareStatedArea } from './stated-area.js';

/** A file without faults, and what it gives. */
export interface TakenFile {
  readonly mineId: string;
  readonly options: IntakeOptions;
  readonly drafts: readonly DraftArea[];
  /** Of each draft: the position in the file that remarks name it by. */
  readonly indexes: readonly number[];
  readonly remarks: readonly IntakeRemark[];
  readonly at: Date;
}

/** What becomes of each area of a file. */
export interface Outcome {
  /** In the order of the file. */
  readonly areas: readonly PermittedArea[];
  readonly written: readonly DraftArea[];
  readonly corrected: number;
  /** Areas that earlier imports of the same document recorded and this file does not list. */
  readonly omitted: readonly PermittedArea[];
  /** What the file's areas cover together; null: it states no area. */
  readonly ground: Ground | null;
  /** What changed in the verdicts; null: nothing was judged again. */
  readonly judgementDiffId: string | null;
}

export function accepted(taken: TakenFile, outcome: Outcome): IntakeResult {
  const { mineId, options, drafts, at } = taken;
  const { areas, written, corrected, omitted, ground, judgementDiffId } = outcome;
  const stated = options.statedAreaSquareMetres;
  const statedArea = stated == null || ground === null ? null : compareStatedArea(stated, ground);
  const positions = new Map(taken.indexes.map((index, i) => [index, i]));
  const remarks = taken.remarks.map((remark) => ({
    ...remark,
    area: areas[positions.get(remark.index) ?? -1],
  }));
  return {
    areas,
    recorded: written.length - corrected,
    corrected,
    unchanged: areas.length - written.length,
    statedArea,
    findings: [
      ...intakeFindings({ mineId, options, areas, omitted, remarks, statedArea, foundAt: at }),
      ...drafts.flatMap((draft, i) =>
        areaFindings({ ...draft, version: areas[i]?.version ?? draft.version }, at),
      ),
    ],
    rejected: [],
    judgementDiffId,
  };
}

/** Faults told of one file; with more than these it is the wrong file. */
const MOST_REJECTIONS = 1000;

export function rejected(issues: readonly IntakeIssue[]): IntakeResult {
  const inOrder = issues.toSorted((a, b) => a.index - b.index || (a.line ?? 0) - (b.line ?? 0));
  const told: IntakeRejection[] = inOrder
    .slice(0, MOST_REJECTIONS)
    .map((issue) => ({ ...issue, path: null }));
  const more = inOrder.length - told.length;
  if (more > 0) {
    const message = `The file has ${more} faults more; mend these first.`;
    told.push({ index: 0, code: 'MORE_FAULTS', message, path: null, line: null, ring: null, vertex: null });
  }
  return {
    areas: [],
    recorded: 0,
    corrected: 0,
    unchanged: 0,
    statedArea: null,
    findings: [],
    rejected: told,
    judgementDiffId: null,
  };
}
