import type { Knex } from 'knex';
import type { Extent } from '../../config.js';
import type { RequestContext } from '../../platform/context.js';
import { AppError, notFound } from '../../platform/errors.js';
import { isId } from '../../platform/ids.js';
import type { Transact, Transaction } from '../../platform/transact.js';
import { type AreaDerivation, deriveAreas } from '../../spatial/derive-areas.js';
import type { AreaVersionRepository } from './area-version.repository.js';
import type { DataQualityRepository } from './data-quality.repository.js';
import { intakeIssue, readIntakeFile } from './formats/formats.js';
import { type IntakeFeature, type IntakeIssue, ringsOf } from './formats/intake-file.js';
import { decodeContent } from './formats/text.js';
import type { IntakeRejection, IntakeRequest, IntakeResult } from './intake.js';
import { draftAreas, intakeKey } from './intake-draft.js';
import { intakeFindings } from './intake-findings.js';
import { checkIntakeOptions } from './intake-options.js';
import { type DraftArea, isDraft, type PermittedArea, stored } from './permitted-area.js';
import type { KnownMine, PublishedRepository } from './published.repository.js';
import { compareStatedArea } from './stated-area.js';

export interface IntakeServiceDeps {
  readonly knex: Knex;
  readonly extent: Extent;
  readonly transact: Transact;
  readonly published: PublishedRepository;
  readonly versions: AreaVersionRepository;
  readonly quality: DataQualityRepository;
}

/** What becomes of each area of a file. */
interface Outcome {
  readonly areas: readonly PermittedArea[];
  readonly written: readonly DraftArea[];
  readonly corrected: number;
}

/** Takes files of permitted areas: all of a file or nothing. */
export class IntakeService {
  constructor(private readonly deps: IntakeServiceDeps) {}

  /**
   * Checks a file and, unless it is a dry run, records its areas as new ones or as the next versions of those that an
   * earlier import of the same document recorded. A fault anywhere: everything wrong is told, nothing written.
   * Errors: `BAD_USER_INPUT` for the options, `NOT_FOUND` for the mine or licence.
   */
  async importPermittedAreas(context: RequestContext, request: IntakeRequest): Promise<IntakeResult> {
    const { options, format } = request;
    checkIntakeOptions(options);
    const mine = await this.mineOf(context, request);
    const text = decodeContent(request.content, request.encoding);
    const file = readIntakeFile(format, text, options.srid ?? null, this.deps.extent);
    const derived = await this.derive(file.features, mine);
    const issues = [...file.issues, ...issuesOf(file.features, derived)];
    if (issues.length > 0) return rejected(issues);
    const at = context.clock.now();
    const geometries = derived.flatMap(({ geometry }) => geometry ?? []);
    const drafts = draftAreas(mine.id, options, file.features, geometries, at);
    const statedArea =
      options.statedAreaSquareMetres == null
        ? null
        : compareStatedArea(options.statedAreaSquareMetres, drafts);
    const finish = (outcome: Outcome): IntakeResult => {
      const key = intakeKey(mine.id, options);
      const remarks = file.remarks.map((remark) => {
        const at = file.features.findIndex((feature) => feature.index === remark.index);
        return { ...remark, area: outcome.areas[at] };
      });
      const { areas } = outcome;
      return {
        areas,
        recorded: outcome.written.length - outcome.corrected,
        corrected: outcome.corrected,
        unchanged: areas.length - outcome.written.length,
        statedArea,
        findings: intakeFindings({
          mineId: mine.id,
          intakeKey: key,
          areas,
          remarks,
          statedArea,
          foundAt: at,
        }),
        rejected: [],
      };
    };
    if (options.dryRun) return finish(await this.compare(this.deps.knex, drafts));
    return this.deps.transact(context, async (tx) => {
      const result = finish(await this.record(context, tx, mine, drafts));
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

  /** Sets drafts against the current versions: what is new or differs is to be written. */
  private async compare(sql: Knex, drafts: readonly DraftArea[]): Promise<Outcome> {
    const ids = drafts.map((draft) => draft.id);
    const current = new Map(
      (await this.deps.versions.current(sql, ids)).map((version) => [version.area.id, version]),
    );
    const written: DraftArea[] = [];
    let corrected = 0;
    const areas = drafts.map((draft) => {
      const before = current.get(draft.id);
      if (before?.contentDigest === draft.contentDigest) return before.area;
      const version = { ...draft, version: (before?.area.version ?? 0) + 1 };
      written.push(version);
      if (before) corrected += 1;
      return version;
    });
    return { areas, written, corrected };
  }

  private async record(
    context: RequestContext,
    tx: Transaction,
    mine: KnownMine,
    drafts: readonly DraftArea[],
  ): Promise<Outcome> {
    await this.deps.versions.lockMine(tx.sql, mine.id);
    const outcome = await this.compare(tx.sql, drafts);
    const { written } = outcome;
    const corrections = written.filter((area) => area.version > 1).map((area) => area.id);
    await this.deps.versions.supersede(tx.sql, corrections, context.clock.now());
    await this.deps.versions.insert(tx.sql, written);
    for (const area of written) {
      tx.emit({
        type: area.version === 1 ? 'permitted-area.recorded' : 'permitted-area.corrected',
        subjectType: 'PermittedArea',
        subjectId: area.id,
        mineId: mine.id,
        divisionCode: mine.divisionCode,
        after: area.contentDigest,
        data: { version: area.version, kind: area.kind, validFrom: area.validFrom, validTo: area.validTo },
      });
    }
    return { ...outcome, areas: outcome.areas.map((area) => (isDraft(area) ? stored(area) : area)) };
  }
}

const issuesOf = (features: readonly IntakeFeature[], derived: readonly AreaDerivation[]): IntakeIssue[] =>
  features.flatMap((feature, i) => (derived[i]?.faults ?? []).map((fault) => intakeIssue(feature, fault)));

/** Faults told of one file; beyond these it is the wrong file. */
const MOST_REJECTIONS = 1000;

function rejected(issues: readonly IntakeIssue[]): IntakeResult {
  const inOrder = issues.toSorted((a, b) => a.index - b.index || (a.line ?? 0) - (b.line ?? 0));
  const told: IntakeRejection[] = inOrder
    .slice(0, MOST_REJECTIONS)
    .map((issue) => ({ ...issue, path: null }));
  if (inOrder.length > MOST_REJECTIONS) {
    const message = `The file has ${inOrder.length - MOST_REJECTIONS} faults more; mend these first.`;
    told.push({ index: 0, code: 'MORE_FAULTS', message, path: null, line: null, ring: null, vertex: null });
  }
  return {
    areas: [],
    recorded: 0,
    corrected: 0,
    unchanged: 0,
    statedArea: null,
    findings: [],
    rejected: told,
  };
}
