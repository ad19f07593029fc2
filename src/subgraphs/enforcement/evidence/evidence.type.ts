import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../graph/scalars.js';

@ObjectType('EvidencePack', {
  description:
    'An evidence pack that was issued, as the chain remembers it. A new one is at /evidence/<violation id>.zip.',
  simpleResolvers: true,
})
export class EvidencePackType {
  @Field(() => Int, { description: 'Counts the packs of the hub, from 1.' })
  sequence!: number;

  @Field(() => ID, { description: 'SHA-256 of its manifest.' })
  digest!: string;

  @Field(() => String, { nullable: true, description: 'Digest of the pack before; null in the first.' })
  previous!: string | null;

  violationId!: string;

  @Field(() => String, { description: 'SHA-256 over the list of all its files but the report.' })
  factsDigest!: string;

  @Field(() => String, { description: 'SHA-256 of the public key that proves its signature.' })
  keyId!: string;

  @Field(() => String)
  issuedBy!: string;

  @Field(() => DateTime)
  issuedAt!: Date;
}
