import type { ReferenceResolver } from '../../graph/subgraph.js';
import type { RequestContext } from '../../platform/context.js';
import type { LicencesService } from './licences.service.js';

/** How the gateway's entity references become rows: one loader each, so that a list is one statement. */
export function licencesReferences(service: LicencesService): Record<string, ReferenceResolver> {
  return {
    Licence: (reference: { id?: string; number?: string }, context: RequestContext) =>
      service.licence(context, reference),
    // Whether there is such a mine is the registry's to say; here the key is all that is needed.
    Mine: (reference: { id: string }) => reference,
  };
}
