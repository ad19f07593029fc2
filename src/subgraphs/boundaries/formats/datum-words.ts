import type { Datum } from '../../../spatial/crs.js';

/** The datums as files name them. */
export const DATUM_WORDS: Readonly<Record<Datum, string>> = {
  CGCS2000: '2000国家大地坐标系',
  XIAN_1980: '1980西安坐标系',
  BEIJING_1954: '1954北京坐标系',
  WGS_84: 'WGS-84',
};
