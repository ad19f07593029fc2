import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of `names` that is an executable file in one of the folders of `searchPath` (as in PATH); null: none. */
export function findExecutable(names: readonly string[], searchPath: string | undefined): string | null {
  for (const folder of (searchPath ?? '').split(delimiter).filter(Boolean)) {
    const found = names.map((name) => join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return null;
}

/** Whether `path` is a file that may be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
