import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bulkFile } from './support/bulk-file.js';
import { fillCountry, settle } from './support/country.js';
import { openBenchDatabase } from './support/database.js';
import { peakMegabytes } from './support/process.js';
import { report, rounded } from './support/report.js';

const AREAS = 50_000;
const AREAS_PER_MINE = 2;

/** One GeoPackage of 50 000 areas, imported by the command line in a process of its own; then once more, unchanged. */
export async function intake(): Promise<void> {
  const database = await openBenchDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'minebound-bench-'));
  try {
    await fillCountry(database.knex, { mines: AREAS / AREAS_PER_MINE, licencesPerMine: 0 });
    await database.knex.raw('truncate boundaries.permitted_area');
    await settle(database.knex);
    const path = join(folder, 'country.gpkg');
    const bytes = await bulkFile(AREAS, AREAS_PER_MINE);
    await writeFile(path, bytes);
    const first = await importFile(path, database.url);
    const second = await importFile(path, database.url);
    if (first.result.recorded !== AREAS || second.result.unchanged !== AREAS) {
      throw new Error(JSON.stringify([first, second]).slice(0, 1000));
    }
    report('intake', {
      areas: AREAS,
      fileMegabytes: rounded(bytes.length / 1e6, 1),
      seconds: rounded(first.seconds, 1),
      areasPerSecond: Math.round(AREAS / first.seconds),
      peakMb: first.peakMb,
      unchangedPerSecond: Math.round(AREAS / second.seconds),
    });
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const SAMPLE_MS = 100;

/** The whole command as it is installed, from start to end of its process. */
async function importFile(
  path: string,
  databaseUrl: string,
): Promise<{ seconds: number; peakMb: number; result: { recorded: number; unchanged: number } }> {
  const start = performance.now();
  const child = spawn(
    'bin/minebound.js',
    ['import', path, '--bulk', '--valid-from', '2020-01-01', '--json'],
    {
      env: { ...process.env, DATABASE_URL: databaseUrl, MINEBOUND_SEED: 'none' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  let peakMb = 0;
  const sampling = setInterval(() => {
    peakMegabytes(child.pid ?? 0).then(
      (megabytes) => {
        if (megabytes > peakMb) peakMb = megabytes;
      },
      // Between its end and the news of it there is nothing to sample.
      () => {},
    );
  }, SAMPLE_MS);
  await once(child, 'close');
  clearInterval(sampling);
  return { seconds: (performance.now() - start) / 1000, peakMb, result: JSON.parse(said) };
}
