import { hash, randomUUID } from 'node:crypto';

/** Mints ids. `random` for things without a natural key. */
export interface Ids {
  random(): string;
}

export const systemIds: Ids = { random: () => randomUUID() };

/**
 * The id of a thing with a natural key: the same key gives the same id in every process and after every
 * reload (SHA-256 of the parts, in the layout of an RFC 9562 version 8 UUID).
 */
export function idFromKey(...parts: readonly string[]): string {
  const bytes = hash('sha256', JSON.stringify(parts), 'buffer').subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether `value` can be an id of ours at all; anything else simply names nothing. */
export const isId = (value: string): boolean => UUID.test(value);
