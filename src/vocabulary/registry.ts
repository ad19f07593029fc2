/** What a mine is, in the words of the registry. Values are the public enum values of the graph. */

export const ResourceKind = { COAL: 'COAL', METAL: 'METAL', NON_METAL: 'NON_METAL' } as const;
export type ResourceKind = keyof typeof ResourceKind;

export const MiningMethod = {
  OPEN_PIT: 'OPEN_PIT',
  UNDERGROUND: 'UNDERGROUND',
  OPEN_PIT_TO_UNDERGROUND: 'OPEN_PIT_TO_UNDERGROUND',
  UNDERGROUND_TO_OPEN_PIT: 'UNDERGROUND_TO_OPEN_PIT',
} as const;
export type MiningMethod = keyof typeof MiningMethod;

export const MineScale = { LARGE: 'LARGE', MEDIUM: 'MEDIUM', SMALL: 'SMALL' } as const;
export type MineScale = keyof typeof MineScale;

export const MineStatus = {
  PRODUCING: 'PRODUCING',
  BUILDING: 'BUILDING',
  SUSPENDED: 'SUSPENDED',
  LONG_SUSPENDED: 'LONG_SUSPENDED',
  UPGRADING: 'UPGRADING',
  CLOSING: 'CLOSING',
  CLOSED: 'CLOSED',
} as const;
export type MineStatus = keyof typeof MineStatus;

export const DivisionLevel = { PROVINCE: 'PROVINCE', CITY: 'CITY', COUNTY: 'COUNTY' } as const;
export type DivisionLevel = keyof typeof DivisionLevel;
