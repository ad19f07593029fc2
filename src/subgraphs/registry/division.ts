import type { DivisionLevel } from '../../vocabulary/registry.js';

/** An administrative division of GB/T 2260 (行政区划). */
export interface Division {
  readonly code: string;
  readonly name: string;
  readonly level: DivisionLevel;
  readonly parentCode: string | null;
}
