import type { PermittedAreaKind } from '../vocabulary/boundaries.js';

/** How a line is drawn. */
export interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly dashes: string;
}

/** The kinds of area apart by colour and, for those who print in black, by dashes. */
export const AREA_STROKES: Readonly<Record<PermittedAreaKind, Stroke>> = {
  MINING_RIGHT: { colour: '#14487f', width: 2.4, dashes: 'none' },
  STRIPPING_LAND: { colour: '#2e7d32', width: 2, dashes: '10 3' },
  DUMP_SITE: { colour: '#795548', width: 2, dashes: '6 3' },
  INDUSTRIAL_SITE: { colour: '#5e4fa2', width: 2, dashes: '2 3' },
  RED_LINE: { colour: '#c2185b', width: 2, dashes: '12 3 2 3' },
  PROHIBITED_ZONE: { colour: '#b71c1c', width: 2, dashes: '4 2' },
};

/** Areas of other mines. */
export const OTHER_STROKE: Stroke = { colour: '#616161', width: 1.6, dashes: '8 4' };
/** Areas that were not in force on the day of the observation. */
export const LAPSED_STROKE: Stroke = { colour: '#9e9e9e', width: 1.6, dashes: '2 4' };
export const FOOTPRINT_STROKE: Stroke = { colour: '#e65100', width: 2, dashes: 'none' };
export const EXCESS_STROKE: Stroke = { colour: '#d50000', width: 1.6, dashes: 'none' };
/** What was found at the same time and belongs to another violation. */
export const ELSEWHERE_STROKE: Stroke = { colour: '#ad1457', width: 1.4, dashes: '5 3' };

export const INK = '#212121';
export const GRID = '#90a4ae';

/** Latin first, then what systems call their Chinese faces. */
export const FONTS =
  "'Helvetica Neue', Arial, 'Liberation Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif";
