import type { Rejudgement } from '../../../judgement/rejudgement.js';
import type { RequestContext } from '../../../platform/context.js';
import type { DomainEvent, Transaction } from '../../../platform/transact.js';
import { changedDays, type Days, hull } from '../../../vocabulary/days.js';
import { type ChangeGrounds, nextRecordedAt } from '../../../vocabulary/versions.js';
import { areaFindings } from '../quality/area-findings.js';
import type { DataQualityRepository } from '../quality/data-quality.repository.js';
import type { AreaVersionRepository } from './area-version.repository.js';
import { type AreaVersionRef, type DraftArea, daysOf, type PermittedArea } from './permitted-area.js';

export interface AreaVersionsDeps {
  readonly versions: AreaVersionRepository;
  readonly quality: DataQualityRepository;
  readonly rejudgement: Rejudgement;
}

/** An area that is to be what `after` says from now on; `before` is what stands, null for one that does not. */
export interface NextArea {
  readonly before: PermittedArea | null;
  readonly after: DraftArea;
  /** Whether they differ in their validity only. */
  readonly alike?: boolean;
}

/** The mine of a change, as events name it. */
export interface MineOfArea {
  readonly id: string;
  readonly divisionCode: string;
}

/** What changes of one mine. */
export interface MineChanges {
  readonly mine: MineOfArea;
  readonly changes: readonly NextArea[];
}

const EVENT_OF = {
  RECORDED: 'permitted-area.recorded',
  CORRECTED: 'permitted-area.corrected',
  RENEWED: 'permitted-area.renewed',
  ENDED: 'permitted-area.ended',
  REINSTATED: 'permitted-area.reinstated',
} as const satisfies Record<PermittedArea['change'], string>;

/** Writes versions of permitted areas with their events, and has judged again what they decide. */
export class AreaVersions {
  constructor(private readonly deps: AreaVersionsDeps) {}

  /** All of one mine, read under its lock. Returns the id of the judgement diff; null: no verdict rests on them. */
  record(
    context: RequestContext,
    tx: Transaction,
    mine: MineOfArea,
    changes: readonly NextArea[],
    reason: string | null,
  ): Promise<string | null> {
    return this.recordAll(context, tx, [{ mine, changes }], reason);
  }

  /** The same for many mines, each read under its lock, with one judgement diff for all of them. */
  async recordAll(
    context: RequestContext,
    tx: Transaction,
    mines: readonly MineChanges[],
    reason: string | null,
  ): Promise<string | null> {
    const changes = mines.flatMap((one) => one.changes);
    const standing = changes.filter(({ before }) => before !== null);
    for (const [at, ids] of byInstant(standing)) await this.deps.versions.supersede(tx.sql, ids, at);
    await this.deps.versions.insert(
      tx.sql,
      changes.map(({ after }) => after),
    );
    await this.deps.quality.add(
      tx.sql,
      changes.flatMap(({ after }) => areaFindings(after, after.recordedAt)),
    );
    for (const one of mines) {
      for (const { before, after } of one.changes) tx.emit(recordedEvent(one.mine, before, after));
    }
    const validity = hull(changes.flatMap((change) => changedAreaDays(change) ?? []));
    if (!validity) return null;
    const { diffId } = await this.deps.rejudgement.request(context, tx, {
      kind: standing.length > 0 ? 'AREA_CORRECTED' : 'AREA_ADDED',
      subjects: changes.map(({ after }) => refOf(after)),
      mineIds: mines.map(({ mine }) => mine.id),
      areas: changes.flatMap(({ before, after }) =>
        before ? [refOf(before), refOf(after)] : [refOf(after)],
      ),
      validity,
      reason,
    });
    return diffId;
  }

  async withdraw(
    context: RequestContext,
    tx: Transaction,
    mine: MineOfArea,
    area: PermittedArea,
    grounds: ChangeGrounds,
  ): Promise<{ readonly area: PermittedArea; readonly judgementDiffId: string | null }> {
    const at = nextRecordedAt(context.clock.now(), area);
    await this.deps.versions.withdraw(tx.sql, area.id, grounds, at);
    tx.emit({
      ...subjectOf(mine, area),
      type: 'permitted-area.withdrawn',
      data: { version: area.version, kind: area.kind, ...grounds },
    });
    const asked = await this.deps.rejudgement.request(context, tx, {
      kind: 'AREA_WITHDRAWN',
      subjects: [refOf(area)],
      mineIds: [mine.id],
      areas: [refOf(area)],
      validity: daysOf(area),
      reason: grounds.reason,
    });
    const withdrawn = { ...area, supersededAt: at, withdrawal: { at, ...grounds } };
    return { area: withdrawn, judgementDiffId: asked.diffId };
  }
}

/** What follows at one instant, almost always the same for all. */
function byInstant(changes: readonly NextArea[]): ReadonlyMap<Date, readonly string[]> {
  const found = new Map<number, { readonly at: Date; readonly ids: string[] }>();
  for (const { after } of changes) {
    const group = found.get(after.recordedAt.getTime()) ?? { at: after.recordedAt, ids: [] };
    group.ids.push(after.id);
    found.set(after.recordedAt.getTime(), group);
  }
  return new Map([...found.values()].map(({ at, ids }) => [at, ids]));
}

/** Days on which a verdict can differ for a change; where only the validity changed, those by which it did. */
const changedAreaDays = ({ before, after, alike }: NextArea): Days | null =>
  changedDays(before && daysOf(before), daysOf(after), alike ?? false);

const refOf = ({ id, version }: AreaVersionRef): AreaVersionRef => ({ id, version });

const subjectOf = (mine: MineOfArea, area: PermittedArea) => ({
  subjectType: 'PermittedArea',
  subjectId: area.id,
  mineId: mine.id,
  divisionCode: mine.divisionCode,
});

const recordedEvent = (mine: MineOfArea, before: PermittedArea | null, after: DraftArea): DomainEvent => ({
  ...subjectOf(mine, after),
  type: EVENT_OF[after.change],
  after: after.contentDigest,
  data: {
    version: after.version,
    kind: after.kind,
    validFrom: after.validFrom,
    validTo: after.validTo,
    ...(before ? { reason: after.changeReason, documentNumber: after.changeDocumentNumber } : {}),
  },
});
