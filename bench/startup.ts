import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, peakMegabytes, startProcess } from './support/process.js';
import { report } from './support/report.js';

/** From the command to ready, on an empty folder with demo data, and again on what it left. */
export async function startup(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'minebound-startup-'));
  try {
    const first = await startOnce(directory);
    const second = await startOnce(directory);
    report('startup', {
      firstMs: first.milliseconds,
      secondMs: second.milliseconds,
      firstPeakMegabytes: first.megabytes,
      secondPeakMegabytes: second.megabytes,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function startOnce(dataDir: string): Promise<{ milliseconds: number; megabytes: number }> {
  const port = await freePort();
  const environment = {
    MINEBOUND_DATA_DIR: dataDir,
    PORT: String(port),
    LOG_LEVEL: 'error',
    DATABASE_URL: '',
  };
  const start = performance.now();
  const hub = await startProcess(
    process.execPath,
    ['--max-semi-space-size=64', 'bin/minebound.js', 'serve'],
    environment,
    port,
    '/readyz',
  );
  const milliseconds = Math.round(performance.now() - start);
  const megabytes = await peakMegabytes(hub.pid);
  await hub.stop();
  return { milliseconds, megabytes };
}
