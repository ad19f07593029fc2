import type { Knex } from 'knex';
import type { Extent } from '../../../config.js';
import type { RequestContext } from '../../../platform/context.js';
import { sourceCrs } from '../../../spatial/crs.js';
import { longEdges, longEdgesFault } from '../../../spatial/ring-size.js';
import { type IntakeFeature, ringsOf } from '../formats/intake-file.js';
import { MOST_AREAS } from '../formats/issue-list.js';
import type { KnownMine, PublishedRepository } from '../published.repository.js';
import type { AreaDocument } from './area-documents.service.js';
import {
  type BulkDocument,
  type BulkRejection,
  contradictions,
  documentsOf,
  heldBack,
  rejection,
} from './bulk-intake.js';
import { optionsOf } from './bulk-options.js';
import type { BulkBatch } from './bulk-reader.js';
import { deriveDocuments } from './document-derivation.service.js';
import type { IntakeOptions } from './intake.js';
import { draftAreas } from './intake-draft.js';

/** A batch ready to be written: each document as the file that it would have been, and what was rejected. */
export interface PreparedBatch extends Pick<BulkBatch, 'start' | 'end'> {
  readonly documents: readonly AreaDocument[];
  readonly rejections: readonly BulkRejection[];
}

export interface BulkPreparationDeps {
  readonly knex: Knex;
  readonly extent: Extent;
  readonly published: PublishedRepository;
}

interface Candidate {
  readonly document: BulkDocument;
  readonly mine: KnownMine;
  readonly options: IntakeOptions;
}

/** Checks the documents of a batch and derives their areas: everything that needs no lock. */
export class BulkPreparation {
  constructor(private readonly deps: BulkPreparationDeps) {}

  async prepare(context: RequestContext, batch: BulkBatch, options: IntakeOptions): Promise<PreparedBatch> {
    const documents = documentsOf(batch.rows);
    const rejections = rejectionsOf(documents, batch);
    const candidates = await this.candidates(context, documents, options, rejections);
    const found = candidates.map(({ document, mine }) => ({ mine, features: featuresOf(document) }));
    const derivations = await deriveDocuments(this.deps.knex, found, this.deps.extent);
    const at = context.clock.now();
    const prepared = candidates.flatMap(({ document, mine, options: own }, i): AreaDocument[] => {
      const derived = derivations[i] ?? [];
      const faults = document.rows.flatMap((row, j) => {
        const [fault] = derived[j]?.faults ?? [];
        return fault ? [rejection(row, fault.code, fault.message, fault)] : [];
      });
      if (faults.length > 0) {
        rejections.set(document, faults);
        return [];
      }
      const features = found[i]?.features ?? [];
      const geometries = derived.flatMap(({ geometry }) => geometry ?? []);
      const remarks = document.rows.flatMap((row, index) =>
        row.remarks.map((remark) => ({ ...remark, index })),
      );
      const drafts = draftAreas(mine.id, own, features, geometries, at);
      const indexes = features.map(({ index }) => index);
      return [{ mine, taken: { mineId: mine.id, options: own, drafts, indexes, remarks, at } }];
    });
    const told = [...rejections].flatMap(([document, own]) =>
      own.length === 0 ? [] : [...own, ...heldBack(document, own)],
    );
    const { start, end } = batch;
    return { start, end, documents: prepared, rejections: told.sort((a, b) => a.ordinal - b.ordinal) };
  }

  /** Documents without fault so far, with their mine and options; what is wrong with others goes to `rejections`. */
  private async candidates(
    context: RequestContext,
    documents: readonly BulkDocument[],
    options: IntakeOptions,
    rejections: Map<BulkDocument, readonly BulkRejection[]>,
  ): Promise<Candidate[]> {
    const codes = [...new Set(documents.map(({ mineCode }) => mineCode))];
    const known = await this.deps.published.minesByCodes(context, codes);
    const mines = new Map(known.map((mine) => [mine.code, mine]));
    const found = documents.flatMap((document): Candidate[] => {
      if ((rejections.get(document)?.length ?? 0) > 0) return [];
      const mine = mines.get(document.mineCode);
      const own = optionsOf(document.facts, options);
      if (mine && typeof own !== 'string') return [{ document, mine, options: own }];
      const message = `There is no mine ${document.mineCode || '(blank)'} that you may see. Register it first.`;
      rejections.set(
        document,
        document.rows.map((row) =>
          mine ? rejection(row, 'OPTION_INVALID', String(own)) : rejection(row, 'MINE_UNKNOWN', message),
        ),
      );
      return [];
    });
    return this.withKnownLicences(context, found, rejections);
  }

  private async withKnownLicences(
    context: RequestContext,
    candidates: readonly Candidate[],
    rejections: Map<BulkDocument, readonly BulkRejection[]>,
  ): Promise<Candidate[]> {
    const ids = new Set(candidates.flatMap(({ options }) => options.licenceId ?? []));
    const mines = await this.deps.published.minesOfLicences(context, [...ids]);
    return candidates.filter(({ document, mine, options }) => {
      if (options.licenceId == null || mines.get(options.licenceId) === mine.id) return true;
      const message = `There is no licence ${document.facts.licence} of mine ${mine.code} that you may see.`;
      rejections.set(
        document,
        document.rows.map((row) => rejection(row, 'LICENCE_UNKNOWN', message)),
      );
      return false;
    });
  }
}

/** What can be said against documents without a database; every document has its entry. */
function rejectionsOf(
  documents: readonly BulkDocument[],
  batch: BulkBatch,
): Map<BulkDocument, readonly BulkRejection[]> {
  const byOrdinal = new Map(batch.rejections.map((one) => [one.ordinal, one]));
  return new Map(
    documents.map((document, i) => {
      if (document.rows.length > MOST_AREAS || (i === 0 && batch.continues)) {
        const message = `The document has more than ${MOST_AREAS} areas.`;
        return [document, document.rows.map((row) => rejection(row, 'TOO_MANY_AREAS', message))];
      }
      const tooMuch = longEdgesFault(sum(featuresOf(document).map(longEdgesOf)));
      if (tooMuch !== null)
        return [document, document.rows.map((row) => rejection(row, 'FILE_TOO_LARGE', tooMuch))];
      const faulty = document.rows.flatMap((row) => byOrdinal.get(row.ordinal) ?? []);
      return [document, faulty.length > 0 ? faulty : contradictions(document)];
    }),
  );
}

function longEdgesOf(feature: IntakeFeature): number {
  const crs = sourceCrs(feature.srid);
  return crs ? longEdges(ringsOf(feature), crs) : 0;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The areas of a document's rows, counted from 0 as in a file of its own. */
const featuresOf = ({ rows }: BulkDocument): IntakeFeature[] =>
  rows.flatMap(({ feature }, index) => (feature ? [{ ...feature, index }] : []));
