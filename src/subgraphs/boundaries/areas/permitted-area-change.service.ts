import type { Knex } from 'knex';
import type { Extent } from '../../../config.js';
import type { RequestContext } from '../../../platform/context.js';
import { AppError, badInput, notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { Transact, Transaction } from '../../../platform/transact.js';
import { deriveAreas } from '../../../spatial/derive-areas.js';
import type { PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import { type ChangeGrounds, groundsFault, NOW } from '../../../vocabulary/versions.js';
import { intakeIssues, readIntakeFile } from '../formats/formats.js';
import { ringsOf } from '../formats/intake-file.js';
import { inputOfContent } from '../formats/intake-input.js';
import type { IntakeRejection } from '../intake/intake.js';
import { cornersOf, crsClassOf } from '../intake/intake-draft.js';
import { checkIntakeOptions } from '../intake/intake-options.js';
import { rejected } from '../intake/intake-result.js';
import { statedIssues } from '../intake/stated-facts.js';
import type { KnownMine, PublishedRepository } from '../published.repository.js';
import type { AreaVersionRepository } from './area-version.repository.js';
import type { AreaVersions } from './area-versions.service.js';
import { type DraftArea, type PermittedArea, stored, type WholeVersion } from './permitted-area.js';
import type { PermittedAreaRepository } from './permitted-area.repository.js';
import {
  type AreaCorrection,
  type CorrectedOutline,
  correctedFacts,
  endedOn,
  endingFault,
  nextVersion,
} from './permitted-area-change.js';

export interface PermittedAreaChangeServiceDeps {
  readonly knex: Knex;
  readonly extent: Extent;
  readonly transact: Transact;
  readonly areas: PermittedAreaRepository;
  readonly published: PublishedRepository;
  readonly versions: AreaVersionRepository;
  readonly recorder: AreaVersions;
}

/** The version that came of a change (after a withdrawal the last one), and what changed in the verdicts. */
export interface AreaChangeOutcome {
  /** Null: the outline was refused. */
  readonly area: PermittedArea | null;
  readonly judgementDiffId: string | null;
  /** Everything wrong with the file of the outline; then nothing was written. */
  readonly rejected: readonly IntakeRejection[];
}

/** An outline that can stand: what a version takes from it. */
type Outline = Pick<
  DraftArea,
  'corners' | 'geom' | 'planeGeom' | 'areaSquareMetres' | 'planeAreaSquareMetres' | 'sourceSrid' | 'crsClass'
> & {
  readonly rings: readonly number[];
  readonly ceilingMetres: number | null;
  readonly floorMetres: number | null;
};

/** Changes of one permitted area, each a new version with a reason: the old one stays readable as it was known. */
export class PermittedAreaChangeService {
  constructor(private readonly deps: PermittedAreaChangeServiceDeps) {}

  /** Errors: `NOT_FOUND`, `CONFLICT` for one withdrawn, `BAD_USER_INPUT` for facts that cannot be; a faulty outline is told in `rejected`. */
  async correct(
    context: RequestContext,
    id: string,
    correction: AreaCorrection,
    grounds: ChangeGrounds,
  ): Promise<AreaChangeOutcome> {
    const { mine, area } = await this.areaOf(context, id, grounds);
    const read = correction.outline ? await this.outlineOf(correction.outline, mine, area.kind) : null;
    if (read && 'rejected' in read) return { area: null, judgementDiffId: null, rejected: read.rejected };
    return this.change(context, id, mine, grounds, (last) => corrected(last, correction, read));
  }

  /** Ends an area's validity early: `on` is the first day no longer covered. Errors: `NOT_FOUND`, `BAD_USER_INPUT`. */
  async end(
    context: RequestContext,
    id: string,
    on: string,
    grounds: ChangeGrounds,
  ): Promise<AreaChangeOutcome> {
    const mine = await this.mineOf(context, id, grounds);
    return this.change(context, id, mine, grounds, (last) => {
      const fault = endingFault(last.draft, on);
      if (fault) throw badInput(fault, { field: 'on' });
      return endedOn(last, on);
    });
  }

  /** For what was entered by mistake: nothing of it counts any more, on any day. Errors: `NOT_FOUND`, `BAD_USER_INPUT`. */
  async withdraw(context: RequestContext, id: string, grounds: ChangeGrounds): Promise<AreaChangeOutcome> {
    const mine = await this.mineOf(context, id, grounds);
    return this.whileItStands(context, id, mine, async (tx, { draft }) => {
      const outcome = await this.deps.recorder.withdraw(context, tx, mine, stored(draft), grounds);
      return { ...outcome, rejected: [] };
    });
  }

  private change(
    context: RequestContext,
    id: string,
    mine: KnownMine,
    grounds: ChangeGrounds,
    apply: (last: WholeVersion) => WholeVersion,
  ): Promise<AreaChangeOutcome> {
    return this.whileItStands(context, id, mine, async (tx, last) => {
      const change = nextVersion(last, apply(last), grounds, context.clock.now());
      if (!change) return { area: stored(last.draft), judgementDiffId: null, rejected: [] };
      const { recorder } = this.deps;
      const judgementDiffId = await recorder.record(context, tx, mine, [change], grounds.reason);
      return { area: stored(change.after), judgementDiffId, rejected: [] };
    });
  }

  private async mineOf(context: RequestContext, id: string, grounds: ChangeGrounds): Promise<KnownMine> {
    return (await this.areaOf(context, id, grounds)).mine;
  }

  private async areaOf(
    context: RequestContext,
    id: string,
    grounds: ChangeGrounds,
  ): Promise<{ readonly mine: KnownMine; readonly area: PermittedArea }> {
    const fault = groundsFault(grounds);
    if (fault) throw badInput(fault, { field: 'reason' });
    const [area] = isId(id) ? await this.deps.areas.byIds(context, [id.toLowerCase()], NOW) : [];
    const mine = area ? await this.deps.published.mineById(context, area.mineId) : null;
    if (!area || !mine) throw await this.gone(context, id);
    return { mine, area };
  }

  /** What is wrong with an area that does not stand: it was withdrawn, or the principal may not see it. */
  private async gone(context: RequestContext, id: string): Promise<AppError> {
    const history = isId(id) ? await this.deps.areas.histories(context, [id.toLowerCase()]) : [];
    const withdrawal = history.at(-1)?.withdrawal;
    if (!withdrawal) return notFound('permitted area', id);
    const { at, reason } = withdrawal;
    const message = `The permitted area ${id} was withdrawn at ${at.toISOString()}: ${reason}. Import its document again to record it anew.`;
    return new AppError('CONFLICT', message);
  }

  /** Works in a transaction on the area as it stands. Errors: as `gone`, for one that was withdrawn meanwhile. */
  private async whileItStands<T extends object>(
    context: RequestContext,
    id: string,
    mine: KnownMine,
    work: (tx: Transaction, last: WholeVersion) => Promise<T>,
  ): Promise<T> {
    const { versions, transact } = this.deps;
    const outcome = await transact(context, async (tx) => {
      await versions.lockMine(tx.sql, mine.id);
      const [last] = await versions.whole(tx.sql, { ids: [id.toLowerCase()] });
      return last ? work(tx, last) : null;
    });
    // Asked for when the transaction is over: it may have held the only connection.
    if (!outcome) throw await this.gone(context, id);
    return outcome;
  }

  private async outlineOf(
    { format, content, encoding, srid }: CorrectedOutline,
    mine: KnownMine,
    kind: PermittedAreaKind,
  ): Promise<Outline | { readonly rejected: readonly IntakeRejection[] }> {
    const file = await readIntakeFile(
      format,
      inputOfContent(content, encoding),
      srid ?? null,
      this.deps.extent,
    );
    const issues = [...file.issues, ...statedIssues(file.features, { kind, mineCode: mine.code })];
    if (issues.length > 0) return { rejected: rejected(issues).rejected };
    const [feature, second] = file.features;
    if (!feature || second) {
      const message = `The outline of one area is one area; the file holds ${file.features.length}.`;
      throw badInput(message, { field: 'outline.content' });
    }
    const corners = [{ srid: feature.srid, polygons: ringsOf(feature) }];
    const [derived] = await deriveAreas(this.deps.knex, corners, mine.location, this.deps.extent);
    const faults = intakeIssues(feature, derived?.faults ?? []);
    if (!derived?.geometry || faults.length > 0) return { rejected: rejected(faults).rejected };
    return {
      ...derived.geometry,
      corners: cornersOf(feature),
      rings: feature.polygons.map((polygon) => polygon.length),
      sourceSrid: feature.srid,
      crsClass: crsClassOf(feature),
      ceilingMetres: feature.ceilingMetres,
      floorMetres: feature.floorMetres,
    };
  }
}

/** What stands with the correction made to it. Errors: `BAD_USER_INPUT` for facts that cannot be. */
function corrected(
  { draft, rings }: WholeVersion,
  correction: AreaCorrection,
  outline: Outline | null,
): WholeVersion {
  const facts = correctedFacts(draft, correction);
  if (!outline) {
    checkIntakeOptions({ ...draft, ...facts });
    return { draft: { ...draft, ...facts, change: 'CORRECTED' }, rings };
  }
  const { rings: newRings, ceilingMetres, floorMetres, ...geometry } = outline;
  // A band in the file counts where the correction itself names none.
  const band = {
    ceilingMetres:
      correction.ceilingMetres === undefined ? (ceilingMetres ?? draft.ceilingMetres) : facts.ceilingMetres,
    floorMetres:
      correction.floorMetres === undefined ? (floorMetres ?? draft.floorMetres) : facts.floorMetres,
  };
  checkIntakeOptions({ ...draft, ...facts, ...band });
  return { draft: { ...draft, ...facts, ...band, ...geometry, change: 'CORRECTED' }, rings: newRings };
}
