import { canonicalJson } from '../platform/canonical-json.js';

/** Canonical JSON as packs hold it, laid out for people: two spaces and a newline at its end. Equal values have equal bytes. */
export const packJson = (value: unknown): string =>
  `${JSON.stringify(JSON.parse(canonicalJson(value) ?? 'null'), null, 2)}\n`;
