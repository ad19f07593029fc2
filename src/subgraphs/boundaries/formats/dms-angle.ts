/** An angle as written in degrees, minutes and seconds. */
export interface Angle {
  readonly degrees: number;
  /** Which axis its letter names; null without letter. */
  readonly axis: 'LONGITUDE' | 'LATITUDE' | null;
}

/** An angle that has the form of one, and what is wrong with it. */
export interface AngleFault {
  readonly fault: string;
}

const LETTERS = '[EWNS]|东经|西经|北纬|南纬';
const SEPARATED = new RegExp(
  `^(${LETTERS})?\\s*(\\d{1,3})\\s*(?:[°º˚度]|[-:]|\\s)\\s*(\\d{1,2})\\s*(?:[′'’‘分]|[-:]|\\s)\\s*(\\d{1,2})(?:\\.(\\d*))?\\s*(?:″|"|”|“|''|′′|’’|秒)?\\s*(${LETTERS})?$`,
  'i',
);
/** DDDMMSS.sss, DDMMSS.sss */
const PACKED = new RegExp(`^(${LETTERS})?(\\d{2,3})(\\d{2})(\\d{2})(?:\\.(\\d*))?(${LETTERS})?$`, 'i');
/** Digits of a second with which the sum is still a whole number that a double holds. */
const MOST_DIGITS = 10;
const LONGEST_ANGLE = 60;

/** Reads degrees, minutes and seconds; null when `text` has not their form. The value is the double nearest to them. */
export function readAngle(text: string): Angle | AngleFault | null {
  if (text.length > LONGEST_ANGLE) return null;
  const match = SEPARATED.exec(text) ?? PACKED.exec(text);
  if (!match) return null;
  const [, before, degrees = '', minutes = '', seconds = '', decimals = '', after] = match;
  if (Number(minutes) >= 60) return { fault: `${minutes} minutes: a degree has 60` };
  if (Number(seconds) >= 60) return { fault: `${seconds} seconds: a minute has 60` };
  const letter = (before ?? after ?? '').toUpperCase();
  if (before && after && before.toUpperCase() !== after.toUpperCase()) {
    return { fault: `it is both ${before} and ${after}` };
  }
  const value = degreesOf(Number(degrees), Number(minutes), Number(seconds), decimals);
  return { degrees: /[WS西南]/.test(letter) ? -value : value, axis: axisOf(letter) };
}

function axisOf(letter: string): Angle['axis'] {
  if (letter === '') return null;
  return /[EW东西]/.test(letter) ? 'LONGITUDE' : 'LATITUDE';
}

/** One division of whole numbers, which rounds once. */
function degreesOf(degrees: number, minutes: number, seconds: number, decimals: string): number {
  const kept = decimals.slice(0, MOST_DIGITS);
  const scale = 10 ** kept.length;
  return ((degrees * 3600 + minutes * 60 + seconds) * scale + Number(kept || '0')) / (3600 * scale);
}

/** Decimals of a second as documents have them, and the most that mean something (30 nm). */
const USUAL_DECIMALS = 3;
const FINEST_DECIMALS = 9;

/** `degrees` as `122°41′04.848″`: with as many decimals of a second as it takes to read the same back, at least three. */
export function printAngle(degrees: number): string {
  const size = Math.abs(degrees);
  let decimals = USUAL_DECIMALS;
  let units = 0;
  for (; decimals <= FINEST_DECIMALS; decimals++) {
    units = Math.round(size * 3600 * 10 ** decimals);
    if (units / (3600 * 10 ** decimals) === size) break;
  }
  decimals = Math.min(decimals, FINEST_DECIMALS);
  const scale = 10 ** decimals;
  const whole = Math.floor(units / scale);
  const two = (value: number): string => String(value).padStart(2, '0');
  const fraction = String(units - whole * scale).padStart(decimals, '0');
  return `${Math.floor(whole / 3600)}°${two(Math.floor(whole / 60) % 60)}′${two(whole % 60)}.${fraction}″`;
}
