import { createHash } from 'node:crypto';
import type { Extent } from '../../../config.js';
import type { RequestContext } from '../../../platform/context.js';
import { AppError } from '../../../platform/errors.js';
import { idFromKey } from '../../../platform/ids.js';
import { digest, type Transact } from '../../../platform/transact.js';
import { lengthFault } from '../../../vocabulary/longest-key.js';
import { BulkFile } from '../formats/geopackage-bulk.js';
import { FileFault } from '../formats/issue-list.js';
import type { AreaDocuments } from './area-documents.service.js';
import type { BulkRequest, BulkResult, BulkState } from './bulk-intake.js';
import type { BulkIntakeRepository, BulkKey } from './bulk-intake.repository.js';
import { defaultFacts } from './bulk-options.js';
import type { BulkPreparation, PreparedBatch } from './bulk-preparation.service.js';
import { BulkReader } from './bulk-reader.js';
import type { IntakeResult } from './intake.js';
import { checkIntakeOptions } from './intake-options.js';

export interface BulkIntakeServiceDeps {
  readonly extent: Extent;
  readonly transact: Transact;
  readonly preparation: BulkPreparation;
  readonly bulk: BulkIntakeRepository;
  readonly documents: AreaDocuments;
}

/** The database and this process both have something to do at any time. */
const BATCHES_AHEAD = 2;

/** Rejections that a result tells; all are kept in the database. */
const MOST_TOLD = 10_000;

/**
 * Takes a GeoPackage of many mines. Each mine's document in it is taken as a file of its own would be: whole or not at
 * all, with the same rows, events, findings and judging again. Some hundred rows are one transaction, and the position
 * in the file is committed with them: an import that was killed goes on where it was, and nothing is there twice.
 */
export class BulkIntakeService {
  constructor(private readonly deps: BulkIntakeServiceDeps) {}

  /** Errors: `INTAKE_REJECTED` where the file itself cannot be read, `CONFLICT` while another process imports it. */
  async import(
    context: RequestContext,
    request: BulkRequest,
    progress: (state: BulkState) => void,
  ): Promise<BulkResult> {
    checkIntakeOptions(request.options);
    const defaults = defaultFacts(request.options, request.licenceNumber);
    const file = await readable(() => BulkFile.open(request.bytes, { ...request, defaults }));
    try {
      const reader = await readable(
        () => new BulkReader(file, request.options.srid ?? null, this.deps.extent),
      );
      const key = keyOf(request, file);
      const begun = await this.deps.bulk.begin(context, key);
      progress(begun);
      const state = await this.run(context, request, reader, begun, progress);
      return {
        ...state,
        fileName: request.fileName,
        fileSha256: key.fileSha256,
        layer: key.layer,
        resumedAt: begun.position,
        rejections: await this.deps.bulk.rejections(state.id, MOST_TOLD),
      };
    } finally {
      file.close();
    }
  }

  /**
   * While one batch is written, the next ones are read and derived. A batch is begun to be written when the one before
   * has all its locks, while that still writes its events: it waits for it where they have a mine in common or areas
   * near each other, and is committed after it, or not at all where that fails.
   */
  private async run(
    context: RequestContext,
    { options }: BulkRequest,
    reader: BulkReader,
    begun: BulkState,
    progress: (state: BulkState) => void,
  ): Promise<BulkState> {
    const batches = reader.batches(begun.position);
    const next = async (): Promise<PreparedBatch | null> => {
      const batch = batches.next();
      return batch.done ? null : this.deps.preparation.prepare(context, batch.value, options);
    };
    const ahead: Promise<PreparedBatch | null>[] = [];
    const readAhead = (): void => {
      while (ahead.length < BATCHES_AHEAD) {
        const prepared = next();
        // Whether it fails is asked when its turn comes.
        prepared.catch(() => {});
        ahead.push(prepared);
      }
    };
    readAhead();
    let written = Promise.resolve(begun);
    for (let batch = await ahead.shift(); batch; batch = await ahead.shift()) {
      const [from, own] = [written, batch];
      await new Promise<void>((recorded, failed) => {
        written = this.write(context, from, own, recorded).then((state) => {
          context.log.info(state, 'rows of a bulk import done');
          progress(state);
          return state;
        });
        written.catch(failed);
        readAhead();
      });
    }
    return written;
  }

  /** Adds a batch to what is there once the one before is committed; `recorded` is called when it has all its locks. */
  private write(
    context: RequestContext,
    before: Promise<BulkState>,
    batch: PreparedBatch,
    recorded: () => void,
  ): Promise<BulkState> {
    return this.deps.transact(context, async (tx) => {
      const { documents, rejections, end } = batch;
      const results = await this.deps.documents.record(context, tx, documents, null);
      const step = { ...countsOf(results), position: end, rejections };
      const from = await before;
      recorded();
      const state = await this.deps.bulk.advance(tx.sql, from, step, context.clock.now());
      if (state) return state;
      throw new AppError(
        'CONFLICT',
        'Another process imports the same file. Wait for it, or stop it and import again.',
      );
    });
  }
}

const countsOf = (
  results: readonly IntakeResult[],
): Pick<BulkState, 'recorded' | 'corrected' | 'unchanged'> => ({
  recorded: sum(results, ({ recorded }) => recorded),
  corrected: sum(results, ({ corrected }) => corrected),
  unchanged: sum(results, ({ unchanged }) => unchanged),
});

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);

/** Counts up when rows come to stand in another order: a position in the one before means nothing then. */
const ORDER = 2;

/** Errors: `INTAKE_REJECTED`. */
function keyOf(
  { bytes, fileName, options, licenceNumber, mineColumn }: BulkRequest,
  file: BulkFile,
): BulkKey {
  const fileSha256 = createHash('sha256').update(bytes).digest('hex');
  const optionsDigest = digest({ ...options, licenceNumber, mineColumn, order: ORDER });
  const layer = file.table.name;
  const tooLong = lengthFault('The name of the table', layer, 'TABLE_NAME_TOO_LONG');
  if (tooLong) throw new AppError('INTAKE_REJECTED', tooLong.message, { reason: tooLong.code });
  const id = idFromKey('bulk-import', fileSha256, layer, optionsDigest);
  return { id, fileSha256, fileName, layer, optionsDigest, rowCount: file.rowCount };
}

/** A fault of the file as a whole is the caller's to mend. */
async function readable<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileFault)
      throw new AppError('INTAKE_REJECTED', error.message, { reason: error.code });
    throw error;
  }
}
