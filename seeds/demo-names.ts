import { creditCodeCheckCharacter } from '../src/subgraphs/registry/operator.js';
import type { MiningMethod } from '../src/vocabulary/registry.js';
import type { County } from './divisions.js';

/** A credit code that no real company has (its organisation part reads DEM0…) and whose check character is right. */
export function creditCode(divisionCode: string, number: number): string {
  const first17 = `91${divisionCode}DEM0${String(number).padStart(5, '0')}`;
  return `${first17}${creditCodeCheckCharacter(first17)}`;
}

/** What a mine is called by what it digs and how. */
export function mineWord({ mineral }: County, method: MiningMethod): string {
  if (mineral === 'MAGNESITE') return '菱镁矿';
  if (mineral === 'LIMESTONE') return '石灰石矿';
  return `${method === 'OPEN_PIT' ? '露天' : ''}${mineral === 'COAL' ? '煤矿' : '铁矿'}`;
}

const DIGITS = '零一二三四五六七八九';

/** 1 to 99 in Chinese numerals. */
export function chineseNumeral(n: number): string {
  const [tens, ones] = [Math.floor(n / 10), n % 10];
  const head = tens === 0 ? '' : tens === 1 ? '十' : `${DIGITS[tens]}十`;
  return head + (ones === 0 && tens > 0 ? '' : (DIGITS[ones] ?? ''));
}
