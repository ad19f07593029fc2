import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { OracleSituation, OracleVerdict } from '../support/oracle-situation.js';

const PROGRAM = fileURLToPath(new URL('./judge.py', import.meta.url));

/** A Python that has Shapely (Debian: python3-shapely, for the system's own Python), or null. */
export function pythonWithShapely(): string | null {
  const has = (python: string): boolean => spawnSync(python, ['-c', 'import shapely']).status === 0;
  return ['python3', '/usr/bin/python3'].find(has) ?? null;
}

/** What the Python oracle says of situations, in their order. */
export function judgeByShapely(
  python: string,
  situations: readonly OracleSituation[],
): Promise<readonly OracleVerdict[]> {
  return new Promise((resolve, reject) => {
    // -B: no __pycache__ beside the sources.
    const child = spawn(python, ['-B', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as OracleVerdict[]);
      else reject(new Error(`${PROGRAM} ended with status ${status}`));
    });
    child.stdin.end(JSON.stringify(situations));
  });
}
