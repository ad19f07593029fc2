import type { Knex } from 'knex';
import type { Extent } from '../../../config.js';
import type { RequestContext } from '../../../platform/context.js';
import { AppError, notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { Transact } from '../../../platform/transact.js';
import type { AreaDerivation } from '../../../spatial/derive-areas.js';
import { intakeIssues, readIntakeFile } from '../formats/formats.js';
import type { IntakeFeature, IntakeFile, IntakeIssue } from '../formats/intake-file.js';
import { inputOfContent } from '../formats/intake-input.js';
import type { KnownMine, PublishedRepository } from '../published.repository.js';
import type { AreaDocument, AreaDocuments } from './area-documents.service.js';
import { deriveDocuments } from './document-derivation.service.js';
import type { IntakeOptions, IntakeRequest, IntakeResult } from './intake.js';
import { draftAreas } from './intake-draft.js';
import { checkIntakeOptions } from './intake-options.js';
import { rejected } from './intake-result.js';
import { statedIssues, statedRemarks } from './stated-facts.js';

export interface IntakeServiceDeps {
  readonly knex: Knex;
  readonly extent: Extent;
  readonly transact: Transact;
  readonly published: PublishedRepository;
  readonly documents: AreaDocuments;
}

/** A file as it was read, and the mine it is of. */
interface ReadFile {
  readonly mine: KnownMine;
  readonly options: IntakeOptions;
  readonly file: IntakeFile;
}

/** Takes files of permitted areas: all of a file or nothing. */
export class IntakeService {
  constructor(private readonly deps: IntakeServiceDeps) {}

  /**
   * Checks a file and, unless it is a dry run, records its areas as new ones or as the next versions of those that an
   * earlier import of the same document recorded. A fault anywhere: everything wrong is told, nothing written.
   * Errors: `BAD_USER_INPUT` for the options, `NOT_FOUND` for the mine or licence, `FORMAT_UNKNOWN` and
   * `FORMAT_AMBIGUOUS` for a file whose format is not given and cannot be told.
   */
  async importPermittedAreas(context: RequestContext, request: IntakeRequest): Promise<IntakeResult> {
    const [result] = await this.importAll(context, [request], request.options.dryRun === true);
    if (!result) throw new AppError('INTERNAL', 'The import of a file has no result.');
    return result;
  }

  /**
   * The same for many files, each of another document, in one transaction; a file with a fault is left out and told.
   * Those that correct areas do so for the first one's reason.
   */
  async importAll(
    context: RequestContext,
    requests: readonly IntakeRequest[],
    dryRun = false,
  ): Promise<readonly IntakeResult[]> {
    const files = await this.read(context, requests);
    const checked = await this.check(context, files);
    const documents = checked.flatMap((document) => ('mine' in document ? [document] : []));
    const results = await this.take(context, documents, dryRun);
    return checked.map((document) =>
      'mine' in document ? (results[documents.indexOf(document)] as IntakeResult) : document,
    );
  }

  private take(
    context: RequestContext,
    documents: readonly AreaDocument[],
    dryRun: boolean,
  ): Promise<readonly IntakeResult[]> {
    const [first] = documents;
    if (!first) return Promise.resolve([]);
    if (dryRun) return this.deps.documents.preview(this.deps.knex, documents);
    const reason = first.taken.options.reason?.trim() || null;
    return this.deps.transact(context, (tx) => this.deps.documents.record(context, tx, documents, reason));
  }

  private async read(context: RequestContext, requests: readonly IntakeRequest[]): Promise<ReadFile[]> {
    for (const { options } of requests) checkIntakeOptions(options);
    const mines = await this.minesOf(context, requests);
    return Promise.all(
      requests.map(async ({ content, encoding, format, options }, i) => {
        const input = inputOfContent(content, encoding);
        const file = await readIntakeFile(format, input, options.srid ?? null, this.deps.extent);
        return { mine: mines[i] as KnownMine, options, file };
      }),
    );
  }

  /** The mine of each request, whose the licence is as well. */
  private async minesOf(
    context: RequestContext,
    requests: readonly IntakeRequest[],
  ): Promise<readonly KnownMine[]> {
    const { published } = this.deps;
    const ids = requests.map(({ mineId }) => mineId.toLowerCase());
    const found = await published.minesByIds(context, [...new Set(ids.filter(isId))]);
    const mines = new Map(found.map((mine) => [mine.id, mine]));
    const licences = requests.flatMap(({ options }) => options.licenceId?.toLowerCase() ?? []);
    const holders = await published.minesOfLicences(context, [...new Set(licences.filter(isId))]);
    return requests.map(({ mineId, options: { licenceId } }, i) => {
      const mine = mines.get(ids[i] ?? '');
      if (!mine) throw notFound('mine', mineId);
      if (licenceId != null && holders.get(licenceId.toLowerCase()) !== mine.id) {
        const message = `There is no licence ${licenceId} of this mine that you may see.`;
        throw new AppError('NOT_FOUND', message, { field: 'options.licenceId' });
      }
      return mine;
    });
  }

  /** Documents ready to be taken; where a file has a fault, what is to be told of it. */
  private async check(
    context: RequestContext,
    files: readonly ReadFile[],
  ): Promise<(AreaDocument | IntakeResult)[]> {
    const documents = files.map(({ mine, file }) => ({ mine, features: file.features }));
    const derived = await deriveDocuments(this.deps.knex, documents, this.deps.extent);
    const at = context.clock.now();
    return files.map(({ mine, options, file }, i) => {
      const own = derived[i] ?? [];
      const importedAs = { kind: options.kind, mineCode: mine.code };
      const issues = [
        ...file.issues,
        ...statedIssues(file.features, importedAs),
        ...issuesOf(file.features, own),
      ];
      if (issues.length > 0) return rejected(issues);
      const geometries = own.flatMap(({ geometry }) => geometry ?? []);
      const drafts = draftAreas(mine.id, options, file.features, geometries, at);
      const indexes = file.features.map(({ index }) => index);
      const remarks = [...file.remarks, ...statedRemarks(file.features, importedAs)];
      return { mine, taken: { mineId: mine.id, options, drafts, indexes, remarks, at } };
    });
  }
}

const issuesOf = (features: readonly IntakeFeature[], derived: readonly AreaDerivation[]): IntakeIssue[] =>
  features.flatMap((feature, i) => intakeIssues(feature, derived[i]?.faults ?? []));
