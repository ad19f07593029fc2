import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { onServer } from '../support/database-template.js';

const PASSWORD = 'p@ss/w:#?%$25 é';
const ROLE = `minebound_password_${process.pid}`;

afterEach(() => vi.unstubAllEnvs());

const template = inject('databaseTemplate');

test.skipIf(template.kind !== 'native')(
  'a password of any characters reaches the server as PGPASSWORD or percent-encoded',
  async () => {
    if (template.kind !== 'native') return;
    await onServer(template.url, `create role ${ROLE} login password '${PASSWORD}'`);
    try {
      const url = new URL(template.url);
      url.username = ROLE;
      const whoWith = async (password: string, variable: string): Promise<string> => {
        url.password = password;
        vi.stubEnv('PGPASSWORD', variable);
        const config = { databaseUrl: url.href, databasePool: 2, dataDir: '', debugSql: false };
        const database = await openDatabase(config, createLogger('silent'));
        const { rows } = await database.knex
          .raw<{ rows: { name: string }[] }>('select current_user as name')
          .finally(() => database.close());
        return rows[0]?.name ?? '';
      };
      expect(await whoWith('', PASSWORD)).toBe(ROLE);
      expect(await whoWith(encodeURIComponent(PASSWORD), 'another')).toBe(ROLE);
    } finally {
      await onServer(template.url, `drop role ${ROLE}`);
    }
  },
);

test('the compose file writes the password into no URL', async () => {
  const text = await readFile('docker-compose.yml', 'utf8');
  const settings = text.split('\n').filter((line) => line.includes('MINEBOUND_DB_PASSWORD'));
  expect(settings.map((line) => line.trim())).toEqual([
    `POSTGRES_PASSWORD: "\${MINEBOUND_DB_PASSWORD:-minebound}"`,
    `PGPASSWORD: "\${MINEBOUND_DB_PASSWORD:-minebound}"`,
  ]);
});

test.skipIf(!hasCompose())(
  'the compose file is read by docker-compose, with the same password for both',
  () => {
    const config = execFileSync('docker-compose', ['-f', 'docker-compose.yml', 'config'], {
      env: { ...process.env, MINEBOUND_DB_PASSWORD: 'p@ss/w' },
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(config).toMatch(/^ +POSTGRES_PASSWORD: p@ss\/w$/m);
    expect(config).toMatch(/^ +PGPASSWORD: p@ss\/w$/m);
    expect(config).toMatch(/^ +DATABASE_URL: postgres:\/\/minebound@postgis:5432\/minebound$/m);
  },
);

function hasCompose(): boolean {
  try {
    execFileSync('docker-compose', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
