import type { Extent } from '../../config.js';
import type { BulkRow } from './bulk-intake.js';
import { type BulkRejection, rejection } from './bulk-intake.js';
import { checkedFile } from './formats/formats.js';
import { crsOfTable, readFeature } from './formats/geopackage.js';
import { type BulkFile, type BulkFileRow, documentKeyOf } from './formats/geopackage-bulk.js';
import { IssueList, MOST_AREAS } from './formats/issue-list.js';

/** Rows, and bytes of geometry, that are imported by one transaction unless a single document has more. */
const ROWS = 500;
const GEOMETRY_BYTES = 4_000_000;
const ROWS_PER_PAGE = 250;

/** Rows that go together into one transaction: whole documents. */
export interface BulkBatch {
  /** Rows before the first of these, and up to the last of these. */
  readonly start: number;
  readonly end: number;
  readonly rows: readonly BulkRow[];
  /** Whether the first document began before: it has more rows than a document may have. */
  readonly continues: boolean;
  readonly rejections: readonly BulkRejection[];
}

/** Reads the rows of a file batch by batch; memory holds one. */
export class BulkReader {
  private readonly srid: number;

  /** Errors: `FileFault` where the CRS of the table is missing or unknown. */
  constructor(
    private readonly file: BulkFile,
    srid: number | null,
    private readonly extent: Extent,
  ) {
    this.srid = crsOfTable(file.table, srid, 0);
  }

  /** The documents that follow the first `start` rows; null after the last. */
  batch(start: number): BulkBatch | null {
    const found: BulkFileRow[] = [];
    let [bytes, lastDocument] = [0, 0];
    for (;;) {
      const page = this.file.rows(start + found.length, ROWS_PER_PAGE);
      for (const row of page) {
        const previous = found.at(-1);
        const begins = !previous || documentKeyOf(previous.facts) !== documentKeyOf(row.facts);
        if (begins) {
          if (found.length >= ROWS || bytes >= GEOMETRY_BYTES) return this.readBatch(start, found);
          lastDocument = found.length;
        }
        // A document with more rows than one may have is read in parts, to be refused.
        if (found.length - lastDocument > MOST_AREAS) return this.readBatch(start, found);
        found.push(row);
        bytes += row.geometry?.length ?? 0;
      }
      if (page.length < ROWS_PER_PAGE) return found.length === 0 ? null : this.readBatch(start, found);
    }
  }

  private readBatch(start: number, rows: readonly BulkFileRow[]): BulkBatch {
    const rejections: BulkRejection[] = [];
    const read = rows.map((row): BulkRow => {
      const list = new IssueList();
      const feature = readFeature(row, this.file.table, this.srid, 0, list);
      const { features, issues, remarks } = checkedFile(
        { features: feature ? [feature] : [], issues: list.issues, remarks: [] },
        this.extent,
      );
      const { ordinal, rowId, facts } = row;
      const readRow = { ordinal, rowId, facts, feature: features[0] ?? null, remarks };
      const [issue] = issues;
      if (issue) rejections.push(rejection(readRow, issue.code, issue.message, issue));
      return readRow;
    });
    return {
      start,
      end: start + rows.length,
      rows: read,
      continues: this.continues(start, rows[0]),
      rejections,
    };
  }

  private continues(start: number, first: BulkFileRow | undefined): boolean {
    const [before] = start === 0 ? [] : this.file.rows(start - 1, 1);
    return (
      before !== undefined &&
      first !== undefined &&
      documentKeyOf(before.facts) === documentKeyOf(first.facts)
    );
  }
}
