// Transpiles src, migrations and seeds to dist/, file by file (the type check is `npm run types`), and copies schema/.
// The gateway's libraries, some 2 000 modules, are put into the files that import them: looking each of them up took a
// fifth of a start.
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { makePostgisArchive } from './postgis-archive.js';

const BUNDLED =
  /^(@graphql-hive\/(gateway|router)-runtime|@graphql-mesh\/(hmac-upstream-signature|transport-(http|ws))|@graphql-tools\/utils|@theguild\/federation-composition)$/;
/** There can be one copy of it only in a process. */
const SHARED = /^graphql($|\/)/;

const roots = ['src', 'migrations', 'seeds', 'schema'];
const entryPoints = [];
const assets = [];
for (const root of roots) {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.d.ts')) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    (path.endsWith('.ts') ? entryPoints : assets).push(path);
  }
}
for (const old of await readdir('dist').catch(() => []))
  if (!['template', 'postgis'].includes(old)) await rm(`dist/${old}`, { recursive: true, force: true });
const options = {
  outdir: 'dist',
  outbase: '.',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'warning',
};
await build({ ...options, entryPoints });
await build({
  ...options,
  entryPoints: await importersOfBundled(entryPoints),
  bundle: true,
  splitting: true,
  chunkNames: 'src/bundled/[name]-[hash]',
  // Some of the libraries are CommonJS and ask for modules of Node.js.
  banner: {
    js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
  },
  plugins: [
    { name: 'gateway libraries only', setup: ({ onResolve }) => onResolve({ filter: /.*/ }, resolved) },
  ],
});
for (const asset of assets) await cp(asset, `dist/${asset}`);
const { DIGEST_FILE, migrationsDigest } = await import('../dist/src/platform/embedded-template.js');
await writeFile(`dist/migrations/${DIGEST_FILE}`, await migrationsDigest('migrations'));
await makePostgisArchive();

async function importersOfBundled(paths) {
  const importers = [];
  for (const path of paths) {
    const imported = (await readFile(path, 'utf8')).matchAll(/ from '([^']+)';$/gm);
    if ([...imported].some(([, name]) => BUNDLED.test(name))) importers.push(path);
  }
  return importers;
}

/** What our own files import stays where it is, unless it is bundled; what that imports goes with it. */
function resolved({ path, importer, kind }) {
  if (kind === 'entry-point') return undefined;
  const ours = !importer.includes('node_modules');
  return SHARED.test(path) || (ours && !BUNDLED.test(path)) ? { path, external: true } : undefined;
}
