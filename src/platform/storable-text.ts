import { badInput } from './errors.js';

const HALF_PAIR = /\p{Surrogate}/u;
const HALF_PAIRS = /\p{Surrogate}/gu;

/** Of what is said of a place that nests deep. */
const LONGEST_PLACE = 200;
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
export function checkTexts(value: unknown, field: string): void {
  const found = faultIn(value, 0);
  if (found === null) return;
  const place = quotable(`${field}${found.path}`).replace(/^\./, '').slice(0, LONGEST_PLACE);
  throw badInput(`${place} ${found.fault}`, { field: place });
}

interface FoundFault {
  readonly fault: string;
  /** From the value that was looked through, spelled out on the way back: most inputs have no fault. */
  readonly path: string;
}

function faultIn(value: unknown, depth: number): FoundFault | null {
  if (typeof value === 'string') return faultOfText(value);
  if (typeof value !== 'object' || value === null) return null;
  if (depth > DEEPEST) return { fault: `nests more than ${DEEPEST} levels.`, path: '' };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      // Numbers are most of what large inputs hold.
      if (typeof item === 'number') continue;
      const found = faultIn(item, depth + 1);
      if (found) return { ...found, path: `[${i}]${found.path}` };
    }
    return null;
  }
  for (const [name, item] of Object.entries(value)) {
    const found = faultOfText(name);
    if (found) return found;
    const below = faultIn(item, depth + 1);
    if (below) return { ...below, path: `.${name}${below.path}` };
  }
  return null;
}

function faultOfText(text: string): FoundFault | null {
  const found = unstorable(text);
  return found === null ? null : { fault: `holds ${found}, which no text may.`, path: '' };
}
