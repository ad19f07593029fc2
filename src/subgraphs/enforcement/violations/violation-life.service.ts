import type { RequestContext } from '../../../platform/context.js';
import { notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import { loaderOfMany } from '../../../platform/loader.js';
import type { Transact } from '../../../platform/transact.js';
import type { ViolationState } from '../../../vocabulary/enforcement.js';
import type { ReviewDecision } from '../../../vocabulary/violation-life.js';
import type { Violation } from './violation.js';
import type { ViolationRepository } from './violation.repository.js';
import { decided, noteOf, stillIn, type ViolationTransition } from './violation-life.js';
import type { ViolationLifeRepository } from './violation-life.repository.js';

export interface ViolationLifeDeps {
  readonly violations: ViolationRepository;
  readonly life: ViolationLifeRepository;
  readonly transact: Transact;
}

/** What somebody decides about a violation. */
export interface Review {
  readonly decision: ReviewDecision;
  readonly note: string;
  /** The state that was in view when it was decided; null: whichever it is. */
  readonly seen: ViolationState | null;
}

/** Use cases of a violation's life: what people decide about it, and how it came to be where it is. */
export class ViolationLifeService {
  constructor(private readonly deps: ViolationLifeDeps) {}

  /**
   * Decides about a violation. Of two who decide at once the second is told what the first made of it.
   * Errors: `NOT_FOUND`; `BAD_USER_INPUT` where a reason is missing; `CONFLICT`, naming state and possible decisions.
   */
  async review(context: RequestContext, id: string, review: Review): Promise<Violation> {
    const note = noteOf(review.decision, review.note);
    const violation = await this.find(context, id);
    await this.deps.transact(context, async (tx) => {
      const held = await this.deps.life.hold(tx.sql, violation.id);
      if (!held) throw notFound('violation', id);
      stillIn(violation.id, review.seen, held.state);
      const to = decided(violation.id, held.state, review.decision);
      await this.deps.life.move(tx.sql, {
        violationId: violation.id,
        action: review.decision,
        from: held.state,
        to,
        by: context.principal.id,
        note,
        at: context.clock.now(),
      });
      tx.emit({
        type: 'violation.reviewed',
        subjectType: 'Violation',
        subjectId: violation.id,
        mineId: violation.mineId,
        divisionCode: held.divisionCode,
        after: { state: to },
        data: { decision: review.decision, from: held.state, to, note },
      });
    });
    return this.find(context, violation.id);
  }

  /** The latest `most` steps of a violation's life, oldest first; none later than `known`, where that is given. */
  history(
    context: RequestContext,
    violationId: string,
    most: number,
    known: Date | null = null,
  ): Promise<readonly ViolationTransition[]> {
    const loader = context.loaders.of(
      this,
      () =>
        loaderOfMany(
          (ids) => this.deps.life.histories(context, ids, most, known),
          (step) => step.violationId,
        ),
      [most, known?.getTime()],
    );
    return loader.load(violationId);
  }

  private async find(context: RequestContext, id: string): Promise<Violation> {
    const [found] = isId(id) ? await this.deps.violations.byIds(context, [id.toLowerCase()]) : [];
    if (!found) throw notFound('violation', id);
    return found.violation;
  }
}
