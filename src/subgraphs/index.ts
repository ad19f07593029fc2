import type { Subgraph } from '../graph/subgraph.js';
import { createBoundariesSubgraph } from './boundaries/subgraph.js';
import type { GraphDeps } from './deps.js';
import { createEnforcementSubgraph } from './enforcement/subgraph.js';
import { createLicencesSubgraph } from './licences/subgraph.js';
import { createRegistrySubgraph } from './registry/subgraph.js';
import { createUpdatesSubgraph } from './updates/subgraph.js';

/** The list of subgraphs; nothing else knows them all. */
export const SUBGRAPHS = {
  registry: createRegistrySubgraph,
  licences: createLicencesSubgraph,
  boundaries: createBoundariesSubgraph,
  enforcement: createEnforcementSubgraph,
  updates: createUpdatesSubgraph,
} as const satisfies Record<string, (deps: GraphDeps) => Promise<Subgraph>>;

export type SubgraphName = keyof typeof SUBGRAPHS;

export const SUBGRAPH_NAMES = Object.keys(SUBGRAPHS) as SubgraphName[];

export const isSubgraphName = (name: string): name is SubgraphName => Object.hasOwn(SUBGRAPHS, name);
