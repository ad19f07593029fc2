import { inZone, readListing } from './corner-areas.js';
import { readAreas } from './corner-list-lines.js';
import type { IntakeFile, TextReader } from './intake-file.js';

/**
 * The registry listing of official notices: `number,X,Y` a corner (X northing, Y easting with zone prefix), each
 * area closed by `*,elevation,elevation,name,sign`. Source: notice 辽采协示字〔2025〕54号 and docs/formats.md.
 */
export const readCornerList: TextReader = (text, srid): IntakeFile =>
  readListing((report) => ({ areas: readAreas(text, report), stated: null }), inZone(srid));
