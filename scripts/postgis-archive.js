// Leaves in dist/postgis the part of the embedded PostGIS that the hub needs (src/platform/embedded-postgis.ts).
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create, extract } from 'tar';

export async function makePostgisArchive() {
  const { ARCHIVE, isNeeded, WHOLE_ARCHIVE } = await import('../dist/src/platform/embedded-postgis.js');
  if (await stat(ARCHIVE).catch(() => null)) return;
  const unpacked = await mkdtemp(join(tmpdir(), 'minebound-postgis-'));
  try {
    await extract({ file: WHOLE_ARCHIVE, cwd: unpacked, filter: isNeeded });
    await rm(dirname(ARCHIVE), { recursive: true, force: true });
    await mkdir(dirname(ARCHIVE), { recursive: true });
    await create({ file: `${ARCHIVE}.partial`, cwd: unpacked, gzip: true, portable: true }, ['lib', 'share']);
    await rename(`${ARCHIVE}.partial`, ARCHIVE);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}
