import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MIGRATIONS_DIRECTORY } from './migrations.js';

/**
 * Migrated, empty embedded databases that the build leaves beside itself. Making one takes a first start most of its
 * time; copying one takes part of a second. Where there is none, a first start makes its own.
 */
const TEMPLATES = fileURLToPath(new URL('../../template/', import.meta.url));

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
  const files = (await readdir(MIGRATIONS_DIRECTORY)).filter((file) => /\.[jt]s$/.test(file)).sort();
  for (const file of files) hash.update(file).update(await readFile(join(MIGRATIONS_DIRECTORY, file)));
  return join(TEMPLATES, hash.digest('hex').slice(0, 16));
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
