import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { lockDirectory } from './directory-lock.js';
import { postgis } from './embedded-postgis.js';
import { serveOnSocket } from './embedded-socket.js';
import { copyTemplate } from './embedded-template.js';

export interface EmbeddedDatabase {
  /** Folder of the unix socket, to be given to `pg` as host; only the owner can enter it. */
  readonly socketDirectory: string;
  readonly port: number;
  close(): Promise<void>;
}

const PORT = 5432;
/** The database's own folder in the data directory. */
export const PGDATA = 'pgdata';

/**
 * Opens (or creates) the embedded PostGIS in `dataDir` and serves it on a unix socket, so that knex and pg
 * are used as with a real server. Errors: `DATA_DIRECTORY_IN_USE` when another process has it open.
 */
export async function openEmbeddedDatabase(dataDir: string): Promise<EmbeddedDatabase> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await chmod(dataDir, 0o700);
  const lock = await lockDirectory(dataDir);
  try {
    const pgdata = join(dataDir, PGDATA);
    await copyTemplate(pgdata);
    const db = await PGlite.create({ dataDir: pgdata, extensions: { postgis, btree_gist } });
    // A short path: a unix socket's name may have no more than 107 bytes.
    const socketDirectory = await mkdtemp(join(tmpdir(), 'minebound-'));
    const server = await serveOnSocket(db, join(socketDirectory, `.s.PGSQL.${PORT}`));
    return {
      socketDirectory,
      port: PORT,
      close: async () => {
        await server.close();
        await db.close();
        await rm(socketDirectory, { recursive: true, force: true });
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
