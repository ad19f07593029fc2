import { canonicalJson as canonicalLine } from '../platform/canonical-json.js';

/** Canonical JSON laid out for people: two spaces and a newline at its end. Equal values have equal bytes. */
export const canonicalJson = (value: unknown): string =>
  `${JSON.stringify(JSON.parse(canonicalLine(value) ?? 'null'), null, 2)}\n`;
