/** An evidence pack that was issued, as the chain remembers it. */
export interface EvidencePack {
  /** Counts the packs of the hub, from 1. */
  readonly sequence: number;
  readonly digest: string;
  readonly previous: string | null;
  readonly violationId: string;
  readonly factsDigest: string;
  readonly keyId: string;
  readonly issuedBy: string;
  readonly issuedAt: Date;
}
