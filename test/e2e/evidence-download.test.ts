import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub } from '../../src/cli/serve.js';
import { readConfig } from '../../src/config.js';
import { openPack } from '../../src/evidence/integrity.js';
import { newSigningKey } from '../../src/evidence/signature.js';
import { createLogger } from '../../src/platform/logging.js';
import { type CommandLine, openCommandLine } from '../support/command-line.js';
import { box, Situation } from '../support/situation.js';

/** Verifying opens an embedded database of its own; on a busy machine that takes a while. */
const SLOW = { timeout: 240_000 };

let commands: CommandLine;
let folder: string;
let violation: string;

/** A pit that digs 100 m out of its right, in a database that no process has open. */
beforeAll(async () => {
  commands = await openCommandLine({ CHROMIUM_PATH: 'none', PORT: '0', LOG_LEVEL: 'silent' });
  folder = commands.folder;
  violation = await commands.onDatabase(async (knex) => {
    const situation = await Situation.open(knex);
    await situation.mine('PIT');
    await situation.area({ mine: 'PIT', shape: box(0, 0, 500, 500) });
    await situation.judge([await situation.observation({ mine: 'PIT', shape: box(450, 100, 150, 50) })]);
    return (await knex('enforcement.violation').first('id')).id;
  });
});
afterAll(() => commands.close());

async function minebound(...argv: string[]): Promise<{ code: number; out: string }> {
  const { code, out, err } = await commands.run(argv);
  return { code, out: out + err };
}

const issued = async (...argv: string[]): Promise<Record<string, unknown> & { path: string }> => {
  const { code, out } = await minebound('evidence', violation, '--json', ...argv);
  expect(code, out).toBe(0);
  return JSON.parse(out);
};

test('the command writes the pack under the name of its digest, or where it is told', SLOW, async () => {
  const first = await issued('--out', folder);
  expect(first).toMatchObject({ sequence: 1, previous: null, violationId: violation });
  expect(await readdir(folder)).toContain(first.path.split('/').at(-1));
  expect(first.path).toContain(String(first['digest']).slice(0, 16));
  const second = await issued('--out', join(folder, 'second.zip'));
  expect(second).toMatchObject({ sequence: 2, previous: first['digest'] });
  const pack = await openPack(await readFile(second.path), 'second.zip');
  expect(pack.digest).toBe(second['digest']);
  expect((await minebound('evidence', 'nobody')).code).toBe(4);
  expect((await minebound('evidence')).code).toBe(2);
});

test(
  'what cannot be written is told before a pack is in the chain, and leaves nothing behind',
  SLOW,
  async () => {
    const chain = () => commands.onDatabase((knex) => knex('enforcement.evidence_pack').pluck('digest'));
    const before = await chain();
    await writeFile(join(folder, 'a-file'), '');
    for (const out of [
      join(folder, 'no', 'such', 'folder.zip'),
      join(folder, 'a-file', 'packs/'),
      '/dev/null',
    ]) {
      const { code, out: told } = await minebound('evidence', violation, '--out', out);
      expect([code, told]).toEqual([2, expect.stringContaining(out)]);
    }
    expect(await chain()).toEqual(before);

    const packs = join(folder, 'new', 'packs/');
    const { path, digest } = await issued('--out', packs);
    expect(await readdir(packs)).toEqual([path.split('/').at(-1)]);
    expect(await chain()).toEqual([...before, digest]);

    expect((await minebound('evidence', 'nobody', '--out', packs)).code).toBe(4);
    expect(await readdir(packs)).toHaveLength(1);
  },
);

test(
  'verify accepts it without the hub’s database, with its key, and as the chain has it',
  SLOW,
  async () => {
    const { path, ...first } = await issued('--out', join(folder, 'whole.zip'));
    const key = join(folder, 'hub.pem');
    await writeFile(key, JSON.parse((await minebound('evidence', '--public-key', '--json')).out).publicKey);
    const { code, out } = await minebound('verify', path, '--key', key, '--hub', '--json');
    expect(code, out).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      identical: true,
      differences: [],
      digest: first['digest'],
      violationId: violation,
    });
  },
);

test('verify refuses a changed byte, a stranger’s key, and what no chain has', SLOW, async () => {
  const { path } = await issued('--out', join(folder, 'tampered.zip'));
  const bytes = await readFile(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(path, bytes);
  const tampered = await minebound('verify', path);
  expect(tampered.code).toBe(3);
  expect(tampered.out).toContain('not an evidence pack as it was issued');

  const own = await issued('--out', join(folder, 'own.zip'));
  const stranger = join(folder, 'stranger.pem');
  await writeFile(stranger, newSigningKey().publicKey);
  await commands.onDatabase((knex) => knex.raw('truncate enforcement.evidence_pack'));
  const refused = await minebound('verify', own.path, '--key', stranger, '--hub');
  expect(refused.code).toBe(3);
  expect(refused.out).toContain('not from where it should be');
  expect(refused.out).toMatch(/signed by key [0-9a-f]{64}, not by/);
  expect(refused.out).toContain('The hub has no pack');
  expect((await minebound('verify', join(folder, 'absent.zip'))).code).toBe(2);
  expect((await minebound('verify', own.path, '--key', own.path)).code).toBe(2);
});

test('a running hub hands the pack out by its violation’s id, and never from a cache', SLOW, async () => {
  const hub = await startHub(readConfig(commands.environment), { kind: 'all' }, createLogger('silent'));
  try {
    const get = (path: string, method = 'GET') => fetch(`${hub.url}/evidence/${path}`, { method });
    const response = await get(`${violation}.zip`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '';
    const pack = await openPack(new Uint8Array(await response.arrayBuffer()), name);
    expect(pack.digest).toBe(response.headers.get('x-evidence-digest'));
    expect(pack.manifest.violationId).toBe(violation);
    expect((await get(`${violation}.zip`, 'POST')).status).toBe(405);
    expect((await get('11111111-1111-8111-8111-111111111111.zip')).status).toBe(404);
    expect((await get('../etc/passwd.zip')).status).toBe(404);
    expect((await get(violation)).status).toBe(404);
    expect((await get('')).status).toBe(404);
  } finally {
    await hub.stop();
  }
});
