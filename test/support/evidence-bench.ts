import type { Knex } from 'knex';
import type { Verification } from '../../src/evidence/verify-pack.js';
import { createTransact } from '../../src/platform/transact.js';
import type { EvidenceService } from '../../src/subgraphs/enforcement/evidence/evidence.service.js';
import { createEvidenceService } from '../../src/subgraphs/enforcement/services.js';
import { openTestDatabase, type TestDatabase } from './database.js';
import { EmptyHub } from './empty-hub.js';
import { box, Situation } from './situation.js';

/** The version of the hub that issues. */
export const HUB = '0.0.0-test';

/** The first verdict in an embedded database waits for its plans to be compiled. */
export const SLOW = { timeout: 240_000 };

/**
 * Where packs are issued, and an empty database where they are verified. Mine A digs 100 m out of its right, half of it
 * into B's, in March and again in May, and in June 15 m too deep. Far away lies C, with which none of this has to do.
 */
export class EvidenceBench {
  private constructor(
    private readonly database: TestDatabase,
    readonly situation: Situation,
    readonly evidence: EvidenceService,
    /** The violation out of the right. */
    readonly dug: string,
    /** The violation under its floor. */
    readonly deep: string,
    private readonly empty: EmptyHub,
  ) {}

  static async open(): Promise<EvidenceBench> {
    const database = await openTestDatabase();
    const { knex } = database;
    const situation = await Situation.open(knex);
    await situation.judge(await digging(situation));
    const evidence = createEvidenceService(
      { knex, transact: createTransact(knex) },
      { chromium: null, hub: HUB },
    );
    const violationOf = async (kind: string): Promise<string> =>
      (await knex('enforcement.violation').where({ kind }).first('id')).id;
    const dug = await violationOf('MINING_OUT_OF_BOUNDS');
    const deep = await violationOf('BEYOND_DEPTH');
    return new EvidenceBench(database, situation, evidence, dug, deep, await EmptyHub.open());
  }

  get knex(): Knex {
    return this.database.knex;
  }

  verify(archive: Uint8Array, fileName = 'pack.zip'): Promise<Verification> {
    return this.empty.verify(archive, HUB, fileName);
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.empty.close();
  }
}

/** Rights and observations of the bench; the ids of what is to be judged. */
async function digging(situation: Situation): Promise<readonly string[]> {
  for (const code of ['A', 'B', 'C']) await situation.mine(code);
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), sigma: 0.1, floor: 1000, ceiling: 1200 });
  await situation.area({ mine: 'B', shape: box(550, 0, 500, 500), sigma: 0.1 });
  await situation.area({ mine: 'C', shape: box(9000, 0, 500, 500) });
  return [
    await situation.observation({
      mine: 'A',
      shape: box(450, 100, 120, 50),
      observedAt: '2026-03-01T04:00:00Z',
    }),
    await situation.observation({
      mine: 'A',
      shape: box(450, 100, 150, 50),
      observedAt: '2026-05-01T04:00:00Z',
    }),
    await situation.observation({
      mine: 'A',
      shape: box(100, 100, 150, 50),
      zMin: 985,
      zMax: 1010,
      sigmaZ: 2,
    }),
  ];
}
