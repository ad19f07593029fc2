import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** A report as PDF, or why there is none. */
export type Pdf =
  | { readonly bytes: Uint8Array; readonly absence: null }
  | { readonly bytes: null; readonly absence: string };

const LONGEST_MS = 60_000;
const run = promisify(execFile);

/**
 * Prints HTML with a Chromium that runs for this alone: no network, no profile, ended after `milliseconds`, or a
 * minute. That there is none, or that it fails, is no error: the report is whole without.
 */
export async function printPdf(
  chromium: string | null,
  html: string,
  issuedAt: string,
  milliseconds = LONGEST_MS,
): Promise<Pdf> {
  if (chromium === null) return { bytes: null, absence: 'no Chromium was found' };
  const folder = await mkdtemp(join(tmpdir(), 'minebound-print-'));
  try {
    const page = join(folder, 'report.html');
    const output = join(folder, 'report.pdf');
    await writeFile(page, html);
    await run(
      chromium,
      [
        ...FLAGS,
        `--user-data-dir=${join(folder, 'profile')}`,
        `--print-to-pdf=${output}`,
        pathToFileURL(page).href,
      ],
      {
        timeout: Math.ceil(Math.min(milliseconds, LONGEST_MS)),
        killSignal: 'SIGKILL',
      },
    );
    return { bytes: dated(await readFile(output), issuedAt), absence: null };
  } catch (error) {
    const killed = (error as { killed?: boolean }).killed === true;
    return { bytes: null, absence: killed ? 'Chromium took too long' : 'Chromium could not print it' };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const FLAGS = [
  '--headless',
  // The page is our own and loads nothing; the sandbox does not work for root or in containers.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-pdf-header-footer',
  '--host-resolver-rules=MAP * ~NOTFOUND',
];

/** Chromium writes when it printed; the pack says when it was issued, so that equal reports are equal files. */
function dated(pdf: Buffer, issuedAt: string): Uint8Array {
  const date = `D:${issuedAt.replace(/\D/g, '').slice(0, 14)}+00'00'`;
  const text = pdf.toString('latin1');
  const changed = text.replace(
    /\/(CreationDate|ModDate) \((D:[^)]*)\)/g,
    (whole, name: string, was: string) => (was.length === date.length ? `/${name} (${date})` : whole),
  );
  return Buffer.from(changed, 'latin1');
}
