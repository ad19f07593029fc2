import type { PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import type { IntakeFormat } from '../../../vocabulary/intake.js';

/** What of the permitted areas is written to a file, and how. */
export interface ExportRequest {
  readonly format: IntakeFormat;
  /** Null: of all mines that the asker may see; listings are of one mine. */
  readonly mineCode: string | null;
  /** Null: every kind. */
  readonly kinds: readonly PermittedAreaKind[] | null;
  /** A day in Asia/Shanghai on which the areas are in force; null: whether in force or not. */
  readonly validOn: string | null;
  /** As it was known then; null: now. */
  readonly known: Date | null;
  /** EPSG code of the corners; null: as issued, where the format can. */
  readonly srid: number | null;
}

/** A file on its way: nothing of it is read before it is asked for. */
export interface ExportFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Areas that have been read for it so far. */
  areas(): number;
}
