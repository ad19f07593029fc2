import { composeServices } from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';
import { AppError } from '../platform/errors.js';

/** What composition needs of a subgraph. */
export interface SubgraphContract {
  readonly name: string;
  readonly typeDefs: DocumentNode;
}

/**
 * Where a partner's router finds our subgraph when the hub runs with its defaults. It stands in the supergraph
 * SDL; in one process nothing is sent there, and MINEBOUND_SUBGRAPH_URLS overrides it.
 */
export const defaultSubgraphUrl = (name: string): string => `http://127.0.0.1:4000${subgraphPath(name)}`;

/** Where the process that runs everything serves one subgraph. */
export const subgraphPath = (name: string): string => `/subgraphs/${name}/graphql`;

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
