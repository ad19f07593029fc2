import { badInput } from './errors.js';

const HALF_PAIR = /\p{Surrogate}/u;
const HALF_PAIRS = /\p{Surrogate}/gu;

/** Levels that a value from outside may nest; GeoJSON has six. */
const DEEPEST = 100;

/** What stands in a text that PostgreSQL cannot keep in any of its types; null: nothing. */
export function unstorable(text: string): string | null {
  if (text.includes('\0')) return 'the character U+0000';
  const [half] = HALF_PAIR.exec(text) ?? [];
  return half === undefined
    ? null
    : `half of a surrogate pair, U+${half.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** The text with U+FFFD for what cannot be kept, to be quoted where it is told what was refused. */
export const quotable = (text: string): string =>
  text.replaceAll('\0', '\uFFFD').replace(HALF_PAIRS, '\uFFFD');

/** Errors: `BAD_USER_INPUT` naming `field`. */
export function checkText(text: string, field: string): void {
  const found = unstorable(text);
  if (found !== null)
    throw badInput(`${quotable(field)} holds ${found}, which no text may.`, { field: quotable(field) });
}

/** The same for every text in a value of JSON, names of properties among them; `field` names the value itself. */
export function checkTexts(value: unknown, field: string, depth = 0): void {
  if (typeof value === 'string') checkText(value, field);
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEEPEST)
    throw badInput(`${field.slice(0, 60)}… nests more than ${DEEPEST} levels.`, {
      field: field.slice(0, 60),
    });
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      // Numbers are most of what large inputs hold: no path is spelled out for them.
      if (typeof item !== 'number') checkTexts(item, `${field}[${i}]`, depth + 1);
    }
    return;
  }
  for (const [name, item] of Object.entries(value)) {
    checkText(name, field);
    checkTexts(item, field === '' ? name : `${field}.${name}`, depth + 1);
  }
}
