import type { ReferenceResolver } from '../../graph/subgraph.js';
import type { RequestContext } from '../../platform/context.js';
import { parseAreaVersionId } from './areas/permitted-area.js';
import type { BoundariesService } from './boundaries.service.js';

/** How the gateway's entity references become rows: one loader each, so that a list is one statement. */
export function boundariesReferences(service: BoundariesService): Record<string, ReferenceResolver> {
  return {
    Mine: (reference: { id: string }) => reference,
    PermittedArea: (reference: { id?: string; versionId?: string }, context: RequestContext) =>
      reference.versionId === undefined
        ? service.permittedArea(context, reference.id ?? '')
        : service.areaVersion(context, parseAreaVersionId(reference.versionId)),
    Observation: (reference: { id: string }, context: RequestContext) =>
      service.observation(context, reference.id),
  };
}
