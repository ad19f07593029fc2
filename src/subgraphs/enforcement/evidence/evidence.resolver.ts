import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../../platform/context.js';
import { LARGEST_PAGE_SIZE, pageRequest } from '../../../platform/keyset.js';
import type { Violation } from '../violations/violation.js';
import { ViolationType } from '../violations/violation.type.js';
import { EvidencePackType } from './evidence.type.js';
import type { EvidenceHistoryService } from './evidence-history.service.js';
import type { EvidencePack } from './evidence-pack.js';

@Resolver(() => ViolationType)
export class ViolationEvidenceResolver {
  constructor(private readonly service: EvidenceHistoryService) {}

  @FieldResolver(() => [EvidencePackType], { description: 'The packs issued of it so far, oldest first.' })
  evidencePacks(
    @Root() violation: Violation,
    @Arg('first', () => Int, { nullable: true, description: 'At most this many, the latest; 500 if absent.' })
    first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<readonly EvidencePack[]> {
    const { first: most } = pageRequest(first ?? LARGEST_PAGE_SIZE, null);
    return this.service.packs(context, violation.id, most);
  }
}
