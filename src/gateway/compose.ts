import { composeServices } from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';
import { AppError } from '../platform/errors.js';
import { defaultSubgraphUrl } from './subgraph-address.js';

/** What composition needs of a subgraph. */
export interface SubgraphContract {
  readonly name: string;
  readonly typeDefs: DocumentNode;
}

/** The supergraph SDL of `subgraphs`. Errors: `CONFIGURATION_INVALID`, one line for each conflict. */
export function composeSupergraph(subgraphs: readonly SubgraphContract[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: defaultSubgraphUrl(name) })),
  );
  if (supergraphSdl === undefined) {
    const conflicts = (errors ?? []).map((error) => `  - ${error.message}`).join('\n');
    throw new AppError('CONFIGURATION_INVALID', `The subgraphs do not compose:\n${conflicts}`);
  }
  return `${supergraphSdl.trim()}\n`;
}
