import { openPack } from '../../src/evidence/integrity.js';
import { type Verification, verifyPack } from '../../src/evidence/verify-pack.js';
import { openTestDatabase, type TestDatabase } from './database.js';

/** Where there is nothing but a pack: what `minebound verify` works on, emptied between packs. */
export class EmptyHub {
  private constructor(private readonly database: TestDatabase) {}

  static async open(): Promise<EmptyHub> {
    return new EmptyHub(await openTestDatabase());
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
