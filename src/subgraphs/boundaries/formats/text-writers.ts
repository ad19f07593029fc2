import type { AreaWriter } from './area-writer.js';
import { readCornerList } from './corner-list.js';
import { printCornerList } from './corner-list-print.js';
import { readDms } from './dms.js';
import { printDms } from './dms-print.js';
import { readLandTxt } from './land-txt.js';
import { printLandTxt } from './land-txt-print.js';
import { readStoredString } from './stored-string.js';
import { printStoredString } from './stored-string-print.js';
import { readSubmissionText } from './submission-text.js';
import { printSubmissionText } from './submission-text-print.js';
import { lineWriter, listingWriter } from './text-writer.js';
import { printWkt } from './wkt-print.js';

/** A tenth of a millimetre, which transformed corners are rounded to. */
const METRES = 1e-4;
/** Some 30 nm, which seconds are printed to. */
const DEGREES = 5e-13;

const inPlane = { corners: 'PLANE', hasBands: true, tolerance: METRES } as const;

/** The formats of text that areas are written in. */
export const TEXT_WRITERS = {
  CORNER_LIST: listingWriter({ ...inPlane, print: printCornerList, read: readCornerList, statesCrs: false }),
  STORED_STRING: listingWriter({
    ...inPlane,
    print: printStoredString,
    read: readStoredString,
    statesCrs: false,
  }),
  SUBMISSION_TEXT: listingWriter({
    ...inPlane,
    print: printSubmissionText,
    read: readSubmissionText,
    statesCrs: true,
  }),
  LAND_TXT: listingWriter({
    ...inPlane,
    print: printLandTxt,
    read: readLandTxt,
    statesCrs: true,
    hasBands: false,
  }),
  DMS: listingWriter({
    print: printDms,
    read: readDms,
    corners: 'DEGREES',
    statesCrs: true,
    hasBands: true,
    tolerance: DEGREES,
  }),
  WKT: lineWriter('wkt', 'text/plain; charset=utf-8', printWkt),
} as const satisfies Record<string, AreaWriter>;
