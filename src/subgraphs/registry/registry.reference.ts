import type { ReferenceResolver } from '../../graph/subgraph.js';
import type { RequestContext } from '../../platform/context.js';
import type { RegistryService } from './registry.service.js';

/** How the gateway's entity references become rows: one loader each, so that a list is one statement. */
export function registryReferences(service: RegistryService): Record<string, ReferenceResolver> {
  return {
    Mine: (reference: { id?: string; code?: string }, context: RequestContext) =>
      service.mine(context, reference),
    Operator: (reference: { id: string }, context: RequestContext) => service.operator(context, reference.id),
    Division: (reference: { code: string }, context: RequestContext) =>
      service.division(context, reference.code),
  };
}
