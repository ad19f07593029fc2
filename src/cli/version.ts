import { existsSync, readFileSync } from 'node:fs';

/** Beside `src` in a checkout, above `dist` in a build. */
const CANDIDATES = ['../../package.json', '../../../package.json'];

/** The version in package.json. */
export function packageVersion(): string {
  const url = CANDIDATES.map((path) => new URL(path, import.meta.url)).find((candidate) =>
    existsSync(candidate),
  );
  return url === undefined
    ? 'unknown'
    : (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version;
}
