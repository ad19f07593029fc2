/** Licences. Values are the public enum values of the graph. */

export const LicenceKind = { MINING_LICENCE: 'MINING_LICENCE', SAFETY_PERMIT: 'SAFETY_PERMIT' } as const;
export type LicenceKind = keyof typeof LicenceKind;

export const LicenceStatus = {
  VALID: 'VALID',
  EXPIRED: 'EXPIRED',
  NOT_YET_VALID: 'NOT_YET_VALID',
  SUSPENDED: 'SUSPENDED',
  REVOKED: 'REVOKED',
} as const;
export type LicenceStatus = keyof typeof LicenceStatus;
