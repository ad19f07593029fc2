import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { postgis as whole } from '@electric-sql/pglite-postgis';
import { BUILD_DIRECTORY } from './build-directory.js';

const require = createRequire(import.meta.url);

/** The archive of the library: PostGIS with raster, topology, geocoder and every upgrade script, 95 MB unpacked. */
export const WHOLE_ARCHIVE = join(dirname(require.resolve('@electric-sql/pglite-postgis')), 'postgis.tar.gz');

const { version } = JSON.parse(readFileSync(join(dirname(WHOLE_ARCHIVE), '../package.json'), 'utf8'));

/** What the hub needs of it: the library, the projections, and what `create extension postgis` runs. */
const NEEDED =
  /^lib\/postgresql\/postgis-\d+\.so$|^share\/proj\/|\/extension\/postgis(\.control|--[\d.]+\.sql)$/;

export const isNeeded = (path: string): boolean => NEEDED.test(path);

/**
 * What the build leaves of it: opening a database unpacks all there is into memory and compiles every library in it.
 * Another for another version, and for other needs.
 */
export const ARCHIVE = join(
  BUILD_DIRECTORY,
  'postgis',
  `postgis-${version}-${hash('sha256', NEEDED.source).slice(0, 8)}.tar.gz`,
);

/** PostGIS for the embedded database, from the smaller archive where the build has left one. */
export const postgis: typeof whole = {
  ...whole,
  setup: async (...given) => {
    const set = await whole.setup(...given);
    const built = await stat(ARCHIVE).catch(() => null);
    return built === null ? set : { ...set, bundlePath: pathToFileURL(ARCHIVE) };
  },
};
