import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPack } from '../../src/evidence/integrity.js';
import { type Verification, verifyPack } from '../../src/evidence/verify-pack.js';
import { type Database, openDatabase } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logging.js';
import { migrateToLatest } from '../../src/platform/migrations.js';
import { openTestDatabase } from './database.js';

/** Where there is nothing but a pack: what `minebound verify` works on, emptied between packs. */
export class EmptyHub {
  private constructor(private readonly database: Database) {}

  static async open(): Promise<EmptyHub> {
    return new EmptyHub(await openTestDatabase());
  }

  /** As the command has it, wherever the packs come from: embedded. */
  static async openEmbedded(): Promise<EmptyHub> {
    const dataDir = await mkdtemp(join(tmpdir(), 'minebound-empty-'));
    const database = await openDatabase(
      { databaseUrl: null, databasePool: 3, dataDir, debugSql: false },
      createLogger('silent'),
    );
    await migrateToLatest(database.knex);
    return new EmptyHub({
      ...database,
      close: async () => {
        await database.close();
        await rm(dataDir, { recursive: true, force: true });
      },
    });
  }

  /** Errors: those of opening a pack that is not as it was issued. */
  async verify(archive: Uint8Array, hub: string, fileName = 'pack.zip'): Promise<Verification> {
    const pack = await openPack(archive, fileName);
    const { knex } = this.database;
    await knex.raw(
      `truncate registry.mine, registry.operator, registry.division, licences.licence, boundaries.permitted_area,
         boundaries.observation, enforcement.tolerance_policy, enforcement.judgement, enforcement.finding,
         enforcement.violation, enforcement.violation_finding, enforcement.violation_alias, enforcement.past_violation,
         enforcement.past_violation_finding, enforcement.violation_transition, enforcement.past_violation_transition cascade`,
    );
    return verifyPack(knex, pack, hub);
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
