import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Kind, parse } from 'graphql';
import type { Subgraph } from '../graph/subgraph.js';
import { AppError } from '../platform/errors.js';

/** Beside `src` in a checkout, beside `dist/src` in a build. */
const committed = (contract: string): string =>
  fileURLToPath(new URL(`../../schema/${contract}.graphql`, import.meta.url));

/** The supergraph SDL in `path`, or the one of this release. Errors: `CONFIGURATION_INVALID`. */
export async function readSupergraph(path: string | null): Promise<string> {
  const file = path ?? committed('supergraph');
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError(
      'CONFIGURATION_INVALID',
      `The supergraph ${file} cannot be read; give the path of an SDL file in MINEBOUND_SUPERGRAPH.`,
      {},
      { cause: error },
    );
  }
}

/** What is said of a file that could be read but not served. */
export const unusableSupergraph = (cause: unknown): AppError =>
  new AppError(
    'CONFIGURATION_INVALID',
    `MINEBOUND_SUPERGRAPH is no supergraph SDL that can be served: ${(cause as Error).message}`,
    {},
    { cause },
  );

/**
 * Names of the subgraphs that a supergraph was composed of, with `addressed`, the names in MINEBOUND_SUBGRAPH_URLS, among
 * them. Errors: `CONFIGURATION_INVALID`.
 */
export function subgraphsOf(supergraphSdl: string, addressed: readonly string[]): readonly string[] {
  let names: readonly string[];
  try {
    names = composedOf(supergraphSdl);
  } catch (error) {
    throw unusableSupergraph(error);
  }
  const unknown = addressed.find((name) => !names.includes(name));
  if (unknown === undefined) return names;
  throw new AppError(
    'CONFIGURATION_INVALID',
    `MINEBOUND_SUBGRAPH_URLS: the supergraph has no subgraph ${unknown}; it has ${names.join(', ')}.`,
  );
}

function composedOf(supergraphSdl: string): readonly string[] {
  const graphs = parse(supergraphSdl, { noLocation: true }).definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) {
    throw new Error('it was not composed of subgraphs, as it has no join__Graph.');
  }
  return (graphs.values ?? []).map(({ name, directives }) => {
    const given = directives
      ?.find((directive) => directive.name.value === 'join__graph')
      ?.arguments?.find((argument) => argument.name.value === 'name')?.value;
    return given?.kind === Kind.STRING ? given.value : name.value;
  });
}

/**
 * The supergraph SDL of subgraphs that run in this process. Composing takes half a second of a start, so that the
 * release's own is taken where these are the subgraphs that it was composed of; while one is being changed they are not.
 */
export async function supergraphOf(subgraphs: readonly Subgraph[]): Promise<string> {
  const released = await Promise.all(
    subgraphs.map(
      async ({ name, sdl }) =>
        (await readFile(committed(`subgraphs/${name}`), 'utf8').catch(() => null)) === sdl,
    ),
  );
  if (released.every(Boolean)) return readSupergraph(null);
  const { composeSupergraph } = await import('./compose.js');
  return composeSupergraph(subgraphs);
}
