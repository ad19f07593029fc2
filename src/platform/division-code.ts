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
