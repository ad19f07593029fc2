// Transpiles src, migrations and seeds to dist/, file by file (the type check is `npm run types`), and copies schema/.
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const roots = ['src', 'migrations', 'seeds', 'schema'];
const entryPoints = [];
const assets = [];
for (const root of roots) {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    (path.endsWith('.ts') ? entryPoints : assets).push(path);
  }
}
for (const old of await readdir('dist').catch(() => []))
  if (old !== 'template') await rm(`dist/${old}`, { recursive: true, force: true });
await build({
  entryPoints,
  outdir: 'dist',
  outbase: '.',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'warning',
});
for (const asset of assets) await cp(asset, `dist/${asset}`);
const { DIGEST_FILE, migrationsDigest } = await import('../dist/src/platform/embedded-template.js');
await writeFile(`dist/migrations/${DIGEST_FILE}`, await migrationsDigest('migrations'));
