import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OracleSituation, OracleVerdict } from './oracle-situation.js';
import { judgeByTurf } from './turf-oracle.js';

const KEPT = join(import.meta.dirname, '../../node_modules/.cache/minebound');
/** What the oracle is made of: with any of it changed, what was kept says nothing. */
const ORACLE = /^(turf-.*|ellipsoid|greatest-distance)\.ts$/;

/**
 * What turf says of these situations. They are the same for both databases, and overlays in JavaScript take longer than
 * all else in that comparison: what one run found is kept for the next.
 */
export async function verdictsByTurf(
  situations: readonly OracleSituation[],
): Promise<readonly OracleVerdict[]> {
  const path = join(KEPT, `turf-verdicts-${await digestOf(situations)}.json`);
  const kept = await readFile(path, 'utf8').catch(() => null);
  const text = kept ?? JSON.stringify(situations.map(judgeByTurf));
  if (kept === null) {
    await mkdir(KEPT, { recursive: true });
    await writeFile(`${path}.${process.pid}`, text);
    await rename(`${path}.${process.pid}`, path);
  }
  return JSON.parse(text);
}

async function digestOf(situations: readonly OracleSituation[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(situations));
  const sources = (await readdir(import.meta.dirname)).filter((name) => ORACLE.test(name)).sort();
  for (const name of sources) hash.update(await readFile(join(import.meta.dirname, name)));
  hash.update(await readFile(join(import.meta.dirname, '../../package-lock.json')));
  return hash.digest('hex').slice(0, 16);
}
