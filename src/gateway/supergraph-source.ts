import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AppError } from '../platform/errors.js';

/** Beside `src` in a checkout, beside `dist/src` in a build. */
const COMMITTED = fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url));

/** The supergraph SDL in `path`, or the one of this release. Errors: `CONFIGURATION_INVALID`. */
export async function readSupergraph(path: string | null): Promise<string> {
  try {
    return await readFile(path ?? COMMITTED, 'utf8');
  } catch (error) {
    throw new AppError(
      'CONFIGURATION_INVALID',
      `The supergraph ${path ?? COMMITTED} cannot be read; give the path of an SDL file in MINEBOUND_SUPERGRAPH.`,
      {},
      { cause: error },
    );
  }
}
