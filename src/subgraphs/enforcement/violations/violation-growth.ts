import type { Geometry } from 'geojson';
import { perDay } from '../../../vocabulary/time.js';

/** What a violation was on a day on which it was seen; of several observations on one day, by the last of them. */
export interface ViolationDay {
  readonly violationId: string;
  /** A day in Asia/Shanghai. */
  readonly observedOn: string;
  readonly observedAt: Date;
  /** The observation by which the day is told. */
  readonly observationId: string;
  /** Observations of the day that found it. */
  readonly observations: number;
  readonly areaSquareMetres: number;
  readonly overrunMetres: number | null;
  readonly depthOverrunMetres: number | null;
  readonly volumeCubicMetres: number | null;
  /** Since the row before, m² a day between the instants of observation, less than a day counted as one; null in the first. */
  readonly growthSquareMetresPerDay: number | null;
}

/** A violation as it was last seen by the end of a day. */
export interface ViolationStand {
  readonly observedAt: Date;
  readonly areaSquareMetres: number;
}

/** How a violation changed between two days. */
export interface ViolationGrowth {
  readonly violationId: string;
  /** Days in Asia/Shanghai on which it was first and last seen. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Days in Asia/Shanghai, both included. */
  readonly from: string;
  readonly to: string;
  /** Null: it had not been seen by then. */
  readonly before: ViolationStand | null;
  readonly after: ViolationStand | null;
  /** What is there at `to` and was not at `from`; null where nothing was added. */
  readonly addedGeometry: Geometry | null;
  readonly addedAreaSquareMetres: number;
  /** What was there at `from` and is no longer. */
  readonly removedAreaSquareMetres: number;
}

/** The days between which growth is asked for; null: first seen, last seen. */
export interface GrowthPeriod {
  readonly from: string | null;
  readonly to: string | null;
}

/** Square metres a day between two sightings; null where there is no day between them. */
export const squareMetresPerDay = (
  before: ViolationStand | null,
  after: ViolationStand | null,
): number | null =>
  before === null || after === null
    ? null
    : perDay(after.areaSquareMetres - before.areaSquareMetres, before.observedAt, after.observedAt);

/** Gives each row of a series its growth since the row before; rows oldest first, of any number of violations. */
export function withGrowth(
  days: readonly Omit<ViolationDay, 'growthSquareMetresPerDay'>[],
): readonly ViolationDay[] {
  const previous = new Map<string, ViolationStand>();
  return days.map((day) => {
    const growthSquareMetresPerDay = squareMetresPerDay(previous.get(day.violationId) ?? null, day);
    previous.set(day.violationId, day);
    return { ...day, growthSquareMetresPerDay };
  });
}
