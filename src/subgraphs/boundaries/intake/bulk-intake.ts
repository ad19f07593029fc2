import { quotable } from '../../../platform/storable-text.js';
import type { BulkFacts } from '../formats/geopackage-bulk.js';
import type { IntakeFeature, IntakeRemark } from '../formats/intake-file.js';
import type { IntakeOptions } from './intake.js';

/** A file of permitted areas of many mines, and what it does not say itself. */
export interface BulkRequest {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly layer: string | null;
  readonly mineColumn: string | null;
  /** For rows that do not say otherwise in columns of their own; the licence is in `licenceNumber`. */
  readonly options: IntakeOptions;
  readonly licenceNumber: string | null;
}

/** A row of the file with its area, or with what keeps it from being one. */
export interface BulkRow {
  /** Place in the order of the import, from 1. */
  readonly ordinal: number;
  /** Number of the row in its table. */
  readonly rowId: number;
  readonly facts: BulkFacts;
  /** Equal for rows of one mine and document. */
  readonly document: string;
  readonly feature: IntakeFeature | null;
  readonly remarks: readonly IntakeRemark[];
}

/** Rows of one mine and document: taken as a file of their own would be, whole or not at all. */
export interface BulkDocument {
  readonly mineCode: string;
  readonly facts: BulkFacts;
  readonly rows: readonly BulkRow[];
}

/** Why a row was not taken. */
export interface BulkRejection {
  readonly ordinal: number;
  readonly row: number;
  readonly mineCode: string;
  readonly code: string;
  readonly message: string;
  readonly ring: number | null;
  readonly vertex: number | null;
}

/** How far an import has come. Counts are of areas, `rejected` of rows. */
export interface BulkState {
  readonly id: string;
  readonly rowCount: number;
  /** Rows that are done, in the order of the import. */
  readonly position: number;
  readonly recorded: number;
  readonly corrected: number;
  readonly unchanged: number;
  readonly rejected: number;
}

export interface BulkResult extends BulkState {
  readonly fileName: string;
  readonly fileSha256: string;
  readonly layer: string;
  /** Rows that an earlier process had done. */
  readonly resumedAt: number;
  /** The first of the rejected rows, in the order of the import. */
  readonly rejections: readonly BulkRejection[];
}

/** Parts consecutive rows into documents. */
export function documentsOf(rows: readonly BulkRow[]): BulkDocument[] {
  const documents: { readonly mineCode: string; readonly facts: BulkFacts; readonly rows: BulkRow[] }[] = [];
  let key: string | null = null;
  for (const row of rows) {
    if (row.document !== key) documents.push({ mineCode: row.facts.mine ?? '', facts: row.facts, rows: [] });
    documents.at(-1)?.rows.push(row);
    key = row.document;
  }
  return documents;
}

/** What a document's rows must say alike, as it is said once in an import. */
const ALIKE = ['authority', 'licence', 'validFrom', 'validTo', 'sigma', 'sigmaZ', 'statedArea'] as const;

/** Rows that say of their document something else than its first row. */
export function contradictions({ rows, facts }: BulkDocument): BulkRejection[] {
  return rows.flatMap((row) => {
    const column = ALIKE.find((candidate) => row.facts[candidate] !== facts[candidate]);
    if (column === undefined) return [];
    const message = `The row says ${column} ${row.facts[column] ?? '(blank)'}, the first row of its document ${facts[column] ?? '(blank)'}.`;
    return [rejection(row, 'OPTIONS_DIFFER', message)];
  });
}

export const rejection = (
  row: BulkRow,
  code: string,
  message: string,
  place: { readonly ring?: number | null; readonly vertex?: number | null } = {},
): BulkRejection => ({
  ordinal: row.ordinal,
  row: row.rowId,
  mineCode: quotable(row.facts.mine ?? ''),
  code,
  message: quotable(message),
  ring: place.ring ?? null,
  vertex: place.vertex ?? null,
});

/** Sound rows of a document of which others were rejected: half a right would make the other half a crossing. */
export function heldBack(document: BulkDocument, rejections: readonly BulkRejection[]): BulkRejection[] {
  const faulty = new Set(rejections.map(({ ordinal }) => ordinal));
  const [first] = rejections;
  return document.rows
    .filter((row) => !faulty.has(row.ordinal))
    .map((row) =>
      rejection(
        row,
        'DOCUMENT_REJECTED',
        `Row ${first?.row} of the same document was rejected; a document is taken whole.`,
      ),
    );
}
