import type { Knex } from 'knex';
import type { Extent } from '../../config.js';
import type { RequestContext } from '../../platform/context.js';
import { AppError, notFound } from '../../platform/errors.js';
import { isId } from '../../platform/ids.js';
import type { Transact, Transaction } from '../../platform/transact.js';
import { type AreaDerivation, deriveAreas } from '../../spatial/derive-areas.js';
import type { AreaVersionRepository } from './area-version.repository.js';
import type { AreaVersions, NextArea } from './area-versions.service.js';
import type { DataQualityRepository } from './data-quality.repository.js';
import { formatOf, intakeIssue, readIntakeFile } from './formats/formats.js';
import { type IntakeFeature, type IntakeIssue, ringsOf } from './formats/intake-file.js';
import { inputOfContent } from './formats/intake-input.js';
import type { IntakeRequest, IntakeResult } from './intake.js';
import { draftAreas, intakeKey } from './intake-draft.js';
import { checkIntakeOptions } from './intake-options.js';
import { accepted, type Outcome, rejected, type TakenFile } from './intake-result.js';
import { nextAreas } from './next-areas.js';
import { isDraft, stored } from './permitted-area.js';
import type { KnownMine, PublishedRepository } from './published.repository.js';

export interface IntakeServiceDeps {
  readonly knex: Knex;
  readonly extent: Extent;
  readonly transact: Transact;
  readonly published: PublishedRepository;
  readonly versions: AreaVersionRepository;
  readonly recorder: AreaVersions;
  readonly quality: DataQualityRepository;
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
    const { options } = request;
    checkIntakeOptions(options);
    const mine = await this.mineOf(context, request);
    const input = inputOfContent(request.content, request.encoding);
    const format = formatOf(input, request.format);
    const file = await readIntakeFile(format, input, options.srid ?? null, this.deps.extent);
    const derived = await this.derive(file.features, mine);
    const issues = [...file.issues, ...issuesOf(file.features, derived)];
    if (issues.length > 0) return rejected(issues);
    const at = context.clock.now();
    const geometries = derived.flatMap(({ geometry }) => geometry ?? []);
    const drafts = draftAreas(mine.id, options, file.features, geometries, at);
    const taken: TakenFile = { mineId: mine.id, options, file, drafts, at };
    if (options.dryRun) return accepted(taken, await this.compare(this.deps.knex, taken));
    return this.deps.transact(context, async (tx) => {
      const result = accepted(taken, await this.record(context, tx, mine, taken));
      await this.deps.quality.replace(tx.sql, intakeKey(mine.id, options), result.findings, at);
      return result;
    });
  }

  private async mineOf(context: RequestContext, { mineId, options }: IntakeRequest): Promise<KnownMine> {
    const mine = isId(mineId) ? await this.deps.published.mineById(context, mineId.toLowerCase()) : null;
    if (!mine) throw notFound('mine', mineId);
    const licence = options.licenceId;
    if (licence != null) {
      const known = isId(licence) && (await this.deps.published.isLicenceOf(context, licence, mine.id));
      if (!known) {
        const message = `There is no licence ${licence} of this mine that you may see.`;
        throw new AppError('NOT_FOUND', message, { field: 'options.licenceId' });
      }
    }
    return mine;
  }

  private derive(features: readonly IntakeFeature[], mine: KnownMine): Promise<AreaDerivation[]> {
    const corners = features.map((feature) => ({ srid: feature.srid, polygons: ringsOf(feature) }));
    return deriveAreas(this.deps.knex, corners, mine.location, this.deps.extent);
  }

  /** Sets drafts against the last versions: what is new, differs or was withdrawn is to be written. */
  private async compare(
    sql: Knex,
    taken: TakenFile,
  ): Promise<Outcome & { readonly changes: readonly NextArea[] }> {
    const ids = taken.drafts.map((draft) => draft.id);
    const latest = new Map(
      (await this.deps.versions.latest(sql, ids)).map((version) => [version.area.id, version]),
    );
    const { areas, changes } = nextAreas(taken.drafts, latest);
    const omitted = await this.deps.versions.othersOfDocuments(sql, [taken], ids);
    const corrected = changes.filter(({ before }) => before !== null).length;
    const written = changes.map(({ after }) => after);
    return { areas, changes, written, corrected, omitted, judgementDiffId: null };
  }

  private async record(
    context: RequestContext,
    tx: Transaction,
    mine: KnownMine,
    taken: TakenFile,
  ): Promise<Outcome> {
    await this.deps.versions.lockMine(tx.sql, mine.id);
    const { changes, ...outcome } = await this.compare(tx.sql, taken);
    const reason = taken.options.reason ?? taken.options.documentNumber ?? null;
    const judgementDiffId = await this.deps.recorder.record(context, tx, mine, changes, reason);
    const areas = outcome.areas.map((area) => (isDraft(area) ? stored(area) : area));
    return { ...outcome, areas, judgementDiffId };
  }
}

const issuesOf = (features: readonly IntakeFeature[], derived: readonly AreaDerivation[]): IntakeIssue[] =>
  features.flatMap((feature, i) => (derived[i]?.faults ?? []).map((fault) => intakeIssue(feature, fault)));
