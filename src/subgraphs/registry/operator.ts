/** The legal person that runs a mine (采矿权人). */
export interface Operator {
  readonly id: string;
  readonly name: string;
  readonly creditCode: string;
}

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/**
 * The check character of a unified social credit code's first 17 characters, or null when they hold one that
 * the alphabet lacks. Source: GB 32100-2015, 31 minus the weighted sum modulo 31.
 */
export function creditCodeCheckCharacter(first17: string): string | null {
  let sum = 0;
  for (let i = 0; i < WEIGHTS.length; i++) {
    const value = ALPHABET.indexOf(first17[i] ?? '?');
    if (value < 0) return null;
    sum += value * (WEIGHTS[i] ?? 0);
  }
  return ALPHABET[(31 - (sum % 31)) % 31] ?? null;
}

/** Whether `code` is a unified social credit code (统一社会信用代码): 18 characters, the last a check character. */
export const isCreditCode = (code: string): boolean =>
  code.length === 18 && creditCodeCheckCharacter(code.slice(0, 17)) === code[17];
