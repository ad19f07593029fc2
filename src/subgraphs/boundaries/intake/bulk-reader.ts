import type { Extent } from '../../../config.js';
import { quotable, unstorable } from '../../../platform/storable-text.js';
import { roundedFault } from '../formats/attributes.js';
import { checkedFile } from '../formats/formats.js';
import { crsOfTable, readFeature } from '../formats/geopackage.js';
import type { BulkFacts, BulkFile, BulkFileRow } from '../formats/geopackage-bulk.js';
import { IssueList, MOST_AREAS } from '../formats/issue-list.js';
import type { BulkRow } from './bulk-intake.js';
import { type BulkRejection, rejection } from './bulk-intake.js';

/** Rows, and bytes of geometry, that are imported by one transaction unless a single document has more. */
const ROWS = 500;
const GEOMETRY_BYTES = 4_000_000;

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

  /** The documents that follow the first `start` rows, batch by batch. */
  *batches(start: number): Generator<BulkBatch> {
    // From the row before, which tells whether the first document has begun already.
    const rows = this.file.rows(Math.max(start - 1, 0));
    let document: string | null = start === 0 ? null : (rows.next().value?.document ?? null);
    let found = new OpenBatch(start, document);
    for (const row of rows) {
      if (found.isFullBefore(row)) {
        yield this.readBatch(found);
        found = new OpenBatch(found.end, document);
      }
      found.add(row);
      document = row.document;
    }
    if (found.rows.length > 0) yield this.readBatch(found);
  }

  private readBatch({ start, end, rows, continues }: OpenBatch): BulkBatch {
    const rejections: BulkRejection[] = [];
    const read = rows.map((row): BulkRow => {
      const list = new IssueList();
      const feature = readFeature(row, this.file.table, this.srid, 0, list);
      const { features, issues, remarks } = checkedFile(
        { features: feature ? [feature] : [], issues: list.issues, remarks: [] },
        this.extent,
      );
      const { ordinal, rowId, document } = row;
      const faulty = textFault(row);
      const facts = faulty === null ? row.facts : quotableFacts(row.facts);
      const readRow = { ordinal, rowId, facts, document, feature: features[0] ?? null, remarks };
      const [issue] = issues;
      if (faulty !== null) rejections.push(rejection(readRow, 'TEXT_INVALID', faulty));
      else if (issue) rejections.push(rejection(readRow, issue.code, issue.message, issue));
      return readRow;
    });
    return { start, end, rows: read, continues, rejections };
  }
}

function textFault({ facts, rounded }: BulkFileRow): string | null {
  if (rounded !== null) return roundedFault(rounded);
  for (const [column, text] of Object.entries(facts)) {
    const found = unstorable(text);
    if (found !== null) return `${column} holds ${found}, which no text may.`;
  }
  return null;
}

/** Facts of a row that is rejected: they are looked up and told of like others. */
const quotableFacts = (facts: BulkFacts): BulkFacts =>
  Object.fromEntries(Object.entries(facts).map(([column, text]) => [column, quotable(text)]));

/** Rows of a batch that may take more. */
class OpenBatch {
  readonly rows: BulkFileRow[] = [];
  private bytes = 0;
  private rowsOfDocument = 0;

  /** `before` is the document of the row that came before it. */
  constructor(
    readonly start: number,
    private readonly before: string | null,
  ) {}

  get end(): number {
    return this.start + this.rows.length;
  }

  get continues(): boolean {
    return this.rows[0]?.document === this.before;
  }

  isFullBefore(row: BulkFileRow): boolean {
    if (row.document !== this.rows.at(-1)?.document)
      return this.rows.length >= ROWS || this.bytes >= GEOMETRY_BYTES;
    // A document with more rows than one may have is read in parts, to be refused.
    return this.rowsOfDocument > MOST_AREAS;
  }

  add(row: BulkFileRow): void {
    this.rowsOfDocument = row.document === this.rows.at(-1)?.document ? this.rowsOfDocument + 1 : 1;
    this.rows.push(row);
    this.bytes += row.geometry?.length ?? 0;
  }
}
