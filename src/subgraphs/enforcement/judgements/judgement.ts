import type { Attribution, DepthClass, PlanClass } from '../../../vocabulary/enforcement.js';

/** A permitted area in the version that a judgement used. */
export interface AreaVersion {
  readonly id: string;
  readonly version: number;
}

/** An immutable verdict on one version of an observation, with all that is needed to reach it again. */
export interface Judgement {
  readonly id: string;
  readonly observationId: string;
  readonly observationVersion: number;
  /** Counts the judgements of the observation, from 1. */
  readonly sequence: number;
  readonly mineId: string | null;
  readonly attribution: Attribution;
  readonly planVerdict: PlanClass;
  readonly depthVerdict: DepthClass | null;
  readonly depthOverrunMetres: number | null;
  readonly footprintAreaSquareMetres: number;
  readonly withinAreaSquareMetres: number;
  readonly excessAreaSquareMetres: number;
  readonly sliverAreaSquareMetres: number;
  readonly sliverCount: number;
  readonly judgingSrid: number;
  readonly areas: readonly AreaVersion[];
  readonly policyVersion: number;
  readonly engine: Readonly<Record<string, string>>;
  readonly observedAt: Date;
  readonly known: Date;
  readonly judgedAt: Date;
  readonly supersededAt: Date | null;
  readonly digest: string;
}
