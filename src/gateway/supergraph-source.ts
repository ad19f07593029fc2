import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
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
