/**
 * Where a partner's router finds our subgraph when the hub runs with its defaults. It stands in the supergraph
 * SDL; in one process nothing is sent there, and MINEBOUND_SUBGRAPH_URLS overrides it.
 */
export const defaultSubgraphUrl = (name: string): string => `http://127.0.0.1:4000${subgraphPath(name)}`;

/** Where the process that runs everything serves one subgraph. */
export const subgraphPath = (name: string): string => `/subgraphs/${name}/graphql`;

/** Where a subgraph that is asked at `url` hands out files: the address without the path of its graph. */
export function subgraphBase(name: string, url: string): string {
  const graph = [subgraphPath(name), '/graphql'].find((path) => url.endsWith(path));
  return graph === undefined ? new URL(url).origin : url.slice(0, -graph.length);
}
