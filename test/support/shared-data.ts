import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real data of third parties, kept beside the project and not part of it. */
const DIRECTORY = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Where `name` lies, or null: tests that need it are then skipped. */
export function sharedData(name: string): string | null {
  const path = `${DIRECTORY}${name}`;
  return existsSync(path) ? path : null;
}

/** A reason to show where data is absent. */
export const absent = (name: string): string => `needs ${DIRECTORY}${name}, which is not there`;

export const readSharedJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
