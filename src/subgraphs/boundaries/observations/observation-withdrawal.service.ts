import type { Rejudgement } from '../../../judgement/rejudgement.js';
import type { RequestContext } from '../../../platform/context.js';
import { AppError, badInput, notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { Transact } from '../../../platform/transact.js';
import { type ChangeGrounds, EVER, groundsFault } from '../../../vocabulary/versions.js';
import type { PublishedRepository } from '../published.repository.js';
import type { Observation } from './observation.js';
import type { ObservationRepository } from './observation.repository.js';
import type { ObservationVersionRepository } from './observation-version.repository.js';

export interface ObservationWithdrawalServiceDeps {
  readonly transact: Transact;
  readonly rejudgement: Rejudgement;
  readonly observations: ObservationRepository;
  readonly versions: ObservationVersionRepository;
  readonly published: PublishedRepository;
}

/** An observation that does not count any more, and what that changed in the verdicts. */
export interface ObservationWithdrawal {
  readonly observation: Observation;
  readonly judgementDiffId: string | null;
}

/** Takes back observations: they and their verdicts stop counting, and stay readable as they were known. */
export class ObservationWithdrawalService {
  constructor(private readonly deps: ObservationWithdrawalServiceDeps) {}

  /** Errors: `NOT_FOUND`, `BAD_USER_INPUT` without a reason, `CONFLICT` for one that was withdrawn before. */
  async withdraw(
    context: RequestContext,
    id: string,
    grounds: ChangeGrounds,
  ): Promise<ObservationWithdrawal> {
    const { observations, published, rejudgement, transact, versions } = this.deps;
    const fault = groundsFault(grounds);
    if (fault) throw badInput(fault, { field: 'reason' });
    const [seen] = isId(id) ? await observations.byIds(context, [id.toLowerCase()], EVER) : [];
    if (!seen) throw notFound('observation', id);
    const mine = seen.mineId === null ? null : await published.mineById(context, seen.mineId);
    return transact(context, async (tx) => {
      const [row] = await versions.lock(context, tx.sql, [seen.id]);
      // Somebody may have given it to a mine out of sight meanwhile.
      if (!row?.visible) throw notFound('observation', id);
      const before = row.observation;
      if (before.withdrawal) {
        const { at, reason } = before.withdrawal;
        throw new AppError(
          'CONFLICT',
          `The observation ${id} was withdrawn at ${at.toISOString()}: ${reason}`,
        );
      }
      const at = new Date(Math.max(context.clock.now().getTime(), before.recordedAt.getTime()));
      await versions.withdraw(tx.sql, before.id, grounds, at);
      tx.emit({
        type: 'observation.withdrawn',
        subjectType: 'Observation',
        subjectId: before.id,
        mineId: before.mineId,
        divisionCode: mine?.divisionCode ?? null,
        before: row.contentDigest,
        data: {
          version: before.version,
          activity: before.activity,
          observedAt: before.observedAt,
          ...grounds,
        },
      });
      const { diffId } = await rejudgement.request(context, tx, {
        kind: 'OBSERVATION_WITHDRAWN',
        subjects: [{ id: before.id, version: before.version }],
        mineIds: [],
        observationIds: [before.id],
        validity: { from: null, to: null },
        reason: grounds.reason,
      });
      return { observation: { ...before, withdrawal: { at, ...grounds } }, judgementDiffId: diffId };
    });
  }
}
