import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BUILD_DIRECTORY } from './build-directory.js';
import { MIGRATIONS_DIRECTORY } from './migrations.js';

/** Beside the built migrations. */
export const DIGEST_FILE = 'digest.txt';

/**
 * Migrated, empty embedded databases that the build leaves in dist/template. Making one takes a first start most of its
 * time; copying one takes part of a second. Where there is none, a first start makes its own.
 */
const TEMPLATES = join(BUILD_DIRECTORY, 'template');

/** Puts a copy of the template at `pgdata` if nothing is there and there is a template for these migrations. */
export async function copyTemplate(pgdata: string): Promise<boolean> {
  const template = await templatePath();
  if ((await exists(pgdata)) || !(await exists(template))) return false;
  await copyWhole(template, pgdata);
  return true;
}

/** Keeps a copy of `pgdata`, closed and migrated, as the template for these migrations; drops those for others. */
export async function keepAsTemplate(pgdata: string): Promise<void> {
  await rm(TEMPLATES, { recursive: true, force: true });
  await copyWhole(pgdata, await templatePath());
}

export const hasTemplate = async (): Promise<boolean> => exists(await templatePath());

/** Copied beside its place and moved there: what is there is whole, whenever the process ends. */
async function copyWhole(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  await cp(from, partial, { recursive: true });
  await rename(partial, to);
}

/** Another for other migrations, and for another version of the database. */
async function templatePath(): Promise<string> {
  const hash = createHash('sha256');
  const require = createRequire(import.meta.url);
  for (const library of ['@electric-sql/pglite', '@electric-sql/pglite-postgis'])
    hash.update(await readFile(join(dirname(require.resolve(library)), '../package.json')));
  const written = await readFile(join(MIGRATIONS_DIRECTORY, DIGEST_FILE), 'utf8').catch(() => null);
  hash.update(written ?? (await migrationsDigest(MIGRATIONS_DIRECTORY)));
  return join(TEMPLATES, hash.digest('hex').slice(0, 16));
}

/** Of the sources; the build writes it beside what it made of them, so that both find the same template. */
export async function migrationsDigest(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(directory)).filter((name) => name.endsWith('.ts')).sort())
    hash.update(file).update(await readFile(join(directory, file)));
  return hash.digest('hex');
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
