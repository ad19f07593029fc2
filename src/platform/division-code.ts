import { badInput } from './errors.js';

/**
 * The leading digits that every division below `code` shares: 150000 → 15 (province), 150400 → 1504 (city),
 * 150402 → 150402 (county). GB/T 2260: two digits each for province, city and county.
 */
export function divisionPrefix(code: string): string {
  if (code.endsWith('0000')) return code.slice(0, 2);
  if (code.endsWith('00')) return code.slice(0, 4);
  return code;
}

export const isDivisionCode = (code: string): boolean => /^[1-9]\d{5}$/.test(code);

/**
 * What a filter by division asks for: the division and everything below it, as a pattern for `like`. Of a shorter code
 * nobody could say whether it means a province or is half of a county's. Errors: `BAD_USER_INPUT`.
 */
export function belowDivision(code: string, field = 'filter.divisionCode'): string {
  checkDivisionCode(code, field);
  return `${divisionPrefix(code)}%`;
}

/** Errors: `BAD_USER_INPUT`. */
export function checkDivisionCode(code: string, field: string): void {
  if (isDivisionCode(code)) return;
  const message = `"${code.slice(0, 40)}" is no division code: it has six digits (GB/T 2260), 140000 for a province, 140200 for a city, 140226 for a county.`;
  throw badInput(message, { field });
}
