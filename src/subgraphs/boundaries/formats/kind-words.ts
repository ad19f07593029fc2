import { PermittedAreaKind } from '../../../vocabulary/boundaries.js';

/** Kinds as documents name them. */
const KIND_WORDS: ReadonlyMap<string, PermittedAreaKind> = new Map(
  Object.entries({
    矿区范围: 'MINING_RIGHT',
    采矿权: 'MINING_RIGHT',
    剥离用地: 'STRIPPING_LAND',
    排土场: 'DUMP_SITE',
    工业场地: 'INDUSTRIAL_SITE',
    技术红线: 'RED_LINE',
    禁采区: 'PROHIBITED_ZONE',
  } as const),
);

/** The kind that a file's word means; null: none that is known. */
export function kindNamed(words: string): PermittedAreaKind | null {
  const word = words.trim().toUpperCase().replace(/[- ]/g, '_');
  return Object.hasOwn(PermittedAreaKind, word)
    ? (word as PermittedAreaKind)
    : (KIND_WORDS.get(words.trim()) ?? null);
}
