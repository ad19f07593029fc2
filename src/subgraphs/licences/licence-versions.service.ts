import type { Rejudgement } from '../../judgement/rejudgement.js';
import type { RequestContext } from '../../platform/context.js';
import type { DomainEvent, Transaction } from '../../platform/transact.js';
import { hull } from '../../vocabulary/days.js';
import { type ChangeGrounds, nextRecordedAt } from '../../vocabulary/versions.js';
import type { Licence } from './licence.js';
import type { MineKey } from './licence.repository.js';
import { changedLicenceDays } from './licence-change.js';
import type { LicenceVersionRepository } from './licence-version.repository.js';

export interface LicenceVersionsDeps {
  readonly versions: LicenceVersionRepository;
  readonly rejudgement: Rejudgement;
}

/** A licence that is to be what `after` says from now on. */
export interface NextVersion {
  readonly before: Licence | null;
  readonly after: Licence;
  readonly mine: MineKey;
}

const EVENT_OF = {
  ISSUED: 'licence.issued',
  CORRECTED: 'licence.changed',
  RENEWED: 'licence.renewed',
  SUSPENDED: 'licence.suspended',
  RESUMED: 'licence.resumed',
  REVOKED: 'licence.revoked',
} as const satisfies Record<Licence['change'], string>;

/** Writes versions of licences with their events, and has judged again what they decide. */
export class LicenceVersions {
  constructor(private readonly deps: LicenceVersionsDeps) {}

  /** `before` has to be the last version, read under the lock of its mine. Returns the id of the judgement diff, if any. */
  async record(
    context: RequestContext,
    tx: Transaction,
    changes: readonly NextVersion[],
    reason: string | null,
  ): Promise<string | null> {
    await this.deps.versions.record(
      tx.sql,
      changes.map(({ after }) => after),
    );
    for (const { before, after, mine } of changes)
      tx.emit(eventOf(EVENT_OF[after.change], before, after, mine));
    return this.judgeAgain(context, tx, changes, reason);
  }

  async withdraw(
    context: RequestContext,
    tx: Transaction,
    licence: Licence,
    mine: MineKey,
    grounds: ChangeGrounds,
  ): Promise<{ readonly licence: Licence; readonly judgementDiffId: string | null }> {
    const at = nextRecordedAt(context.clock.now(), licence);
    await this.deps.versions.withdraw(tx.sql, licence.id, grounds, at);
    const withdrawn = { ...licence, supersededAt: at, withdrawal: { at, ...grounds } };
    tx.emit(eventOf('licence.withdrawn', licence, withdrawn, mine));
    const judgementDiffId = await this.judgeAgain(
      context,
      tx,
      [{ before: licence, after: withdrawn, mine }],
      grounds.reason,
    );
    return { licence: withdrawn, judgementDiffId };
  }

  /** Verdicts read the seams of mining licences, so that these alone are judged by again. */
  private async judgeAgain(
    context: RequestContext,
    tx: Transaction,
    changes: readonly NextVersion[],
    reason: string | null,
  ): Promise<string | null> {
    const decisive = changes.flatMap(({ before, after }) => {
      const known = after.withdrawal ? null : after;
      const counts = [before, known].some(
        (licence) => licence?.kind === 'MINING_LICENCE' && licence.seams.length > 0,
      );
      const days = counts ? changedLicenceDays(before, known) : null;
      return days ? [{ days, after }] : [];
    });
    const validity = hull(decisive.map(({ days }) => days));
    if (!validity) return null;
    const { diffId } = await this.deps.rejudgement.request(context, tx, {
      kind: 'LICENCE_CHANGED',
      subjects: decisive.map(({ after: { id, version } }) => ({ id, version })),
      mineIds: [...new Set(decisive.map(({ after }) => after.mineId))],
      validity,
      reason,
    });
    return diffId;
  }
}

/** What a version says, without when and why. */
export function factsOf(licence: Licence): Readonly<Record<string, unknown>> {
  const {
    version,
    recordedAt,
    supersededAt,
    change,
    changeReason,
    changeDocumentNumber,
    withdrawal,
    readAt,
    ...facts
  } = licence;
  return facts;
}

const eventOf = (type: string, before: Licence | null, after: Licence, mine: MineKey): DomainEvent => ({
  type,
  subjectType: 'Licence',
  subjectId: after.id,
  mineId: mine.id,
  divisionCode: mine.divisionCode,
  ...(before ? { before: factsOf(before) } : {}),
  after: after.withdrawal ? null : factsOf(after),
  data: {
    kind: after.kind,
    number: after.number,
    version: after.version,
    reason: after.withdrawal?.reason ?? after.changeReason,
    documentNumber: after.withdrawal?.documentNumber ?? after.changeDocumentNumber,
  },
});
