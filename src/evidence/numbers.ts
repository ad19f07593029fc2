import { legalDate } from '../vocabulary/time.js';

const GROUPS = /\B(?=(\d{3})+(?!\d))/g;

/** A number for people: `decimals` places, thousands apart by a thin space; the same in every locale. */
export function shown(value: number, decimals: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? '−' : '';
  return `${sign}${whole.replace(GROUPS, '\u2009')}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Square metres, with mu (亩), the unit in which field checks are ordered: 1 mu = 2000/3 m². */
export const shownArea = (squareMetres: number): string =>
  `${shown(squareMetres, 1)} m² (${shown((squareMetres * 3) / 2000, 2)} 亩)`;

export const shownMetres = (metres: number | null): string =>
  metres === null ? '–' : `${shown(metres, 2)} m`;

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** An instant as the clock of Asia/Shanghai shows it. */
export const shownInstant = (instant: string): string =>
  `${legalDate(new Date(instant))} ${CLOCK.format(new Date(instant))} UTC+8`;
