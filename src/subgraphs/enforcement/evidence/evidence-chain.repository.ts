import type { Knex } from 'knex';
import type { SigningKey } from '../../../evidence/signature.js';
import { takeLocks } from '../../../platform/advisory-locks.js';
import type { RequestContext } from '../../../platform/context.js';
import { LOCK_NAMES } from '../../../vocabulary/lock-names.js';
import { latestOfViolations } from '../violations/violation-query.repository.js';
import type { EvidencePack } from './evidence-pack.js';

/** The chain of evidence packs, and the keys that they are signed with. */
export class EvidenceChainRepository {
  constructor(private readonly knex: Knex) {}

  /** Lets one pack be issued at a time, until the transaction ends. */
  async lock(sql: Knex): Promise<void> {
    await takeLocks(sql, [LOCK_NAMES.evidenceChain]);
  }

  /** The pack issued last. */
  async last(sql: Knex): Promise<EvidencePack | null> {
    const row = await sql('enforcement.evidence_pack').orderBy('sequence', 'desc').first();
    return row ? mapPack(row) : null;
  }

  async add(sql: Knex, pack: EvidencePack): Promise<void> {
    await sql('enforcement.evidence_pack').insert({
      sequence: pack.sequence,
      digest: pack.digest,
      previous: pack.previous,
      violation_id: pack.violationId,
      facts_digest: pack.factsDigest,
      key_id: pack.keyId,
      issued_by: pack.issuedBy,
      issued_at: pack.issuedAt,
    });
  }

  /** The pack with a digest, whoever may see its violation: the chain is there to be checked against. */
  async byDigest(digest: string): Promise<EvidencePack | null> {
    const row = await this.knex('enforcement.evidence_pack').where({ digest }).first();
    return row ? mapPack(row) : null;
  }

  /** The latest `most` packs of each violation, oldest first. */
  async ofViolations(
    context: RequestContext,
    violationIds: readonly string[],
    most: number,
  ): Promise<readonly EvidencePack[]> {
    const rows = await latestOfViolations(this.knex, context, 'evidence_pack', violationIds, most);
    return rows.map(mapPack);
  }

  /** The key that signs now; null: none has been made yet. */
  async key(sql: Knex = this.knex): Promise<SigningKey | null> {
    const row = await sql('enforcement.evidence_key').orderBy('created_at', 'desc').first();
    return row ? { id: row['id'], publicKey: row['public_key'], privateKey: row['private_key'] } : null;
  }

  async addKey(sql: Knex, { id, publicKey, privateKey }: SigningKey, at: Date): Promise<void> {
    await sql('enforcement.evidence_key').insert({
      id,
      public_key: publicKey,
      private_key: privateKey,
      created_at: at,
    });
  }
}

function mapPack(row: Record<string, unknown>): EvidencePack {
  return {
    sequence: row['sequence'] as number,
    digest: row['digest'] as string,
    previous: row['previous'] as string | null,
    violationId: row['violation_id'] as string,
    factsDigest: row['facts_digest'] as string,
    keyId: row['key_id'] as string,
    issuedBy: row['issued_by'] as string,
    issuedAt: row['issued_at'] as Date,
  };
}
