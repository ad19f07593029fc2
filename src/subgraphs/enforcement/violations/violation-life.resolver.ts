import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../../platform/context.js';
import { LARGEST_PAGE_SIZE, pageRequest } from '../../../platform/keyset.js';
import { ViolationState } from '../../../vocabulary/enforcement.js';
import { decisionsFrom, ReviewDecision } from '../../../vocabulary/violation-life.js';
import type { Violation } from './violation.js';
import { ViolationType } from './violation.type.js';
import type { ViolationTransition } from './violation-life.js';
import type { ViolationLifeService } from './violation-life.service.js';
import { ViolationTransitionType } from './violation-life.type.js';

@Resolver(() => ViolationType)
export class ViolationLifeResolver {
  constructor(private readonly service: ViolationLifeService) {}

  @Mutation(() => ViolationType, {
    description:
      'Decides about a violation. What its state does not allow is refused with CONFLICT, naming the state and ' +
      'what is possible; so is the second of two who decide at once.',
  })
  reviewViolation(
    @Arg('id', () => ID) id: string,
    @Arg('decision', () => ReviewDecision) decision: ReviewDecision,
    @Arg('note', () => String, { description: 'DISMISS, CLOSE and REOPEN have to say why.' }) note: string,
    @Arg('ifState', () => ViolationState, {
      nullable: true,
      description: 'The state that was in view; if it is another by now, nothing is decided.',
    })
    ifState: ViolationState | null,
    @Ctx() context: RequestContext,
  ): Promise<Violation> {
    return this.service.review(context, id, { decision, note, seen: ifState ?? null });
  }

  @FieldResolver(() => [ViolationTransitionType], {
    description: 'How it came from DETECTED, where it began at `openedAt`, to its state; oldest first.',
  })
  history(
    @Root() violation: Violation,
    @Arg('first', () => Int, { nullable: true, description: 'At most this many, the latest; 500 if absent.' })
    first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<readonly ViolationTransition[]> {
    const { first: most } = pageRequest(first ?? LARGEST_PAGE_SIZE, null);
    return this.service.history(context, violation.id, most, violation.known ?? null);
  }

  @FieldResolver(() => [ReviewDecision], { description: 'What may be decided about it in its state.' })
  allowedDecisions(@Root() violation: Violation): readonly ReviewDecision[] {
    return decisionsFrom(violation.state);
  }
}
