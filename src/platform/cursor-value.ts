import { isCalendarDay } from './calendar-day.js';
import { unstorable } from './storable-text.js';

/** PostgreSQL type that a value of a cursor is cast to. */
export type CursorType = 'text' | 'uuid' | 'timestamptz' | 'float8' | 'date' | 'integer';

// The forms in which PostgreSQL writes them itself, by the settings of the pool; its casts take more than these.
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INTEGER = /^(0|-?[1-9]\d{0,9})$/;
const FLOAT = /^-?\d{1,20}(\.\d{1,20})?(e[+-]\d{1,3})?$/;
const INSTANT =
  /^(\d{4}-\d\d-\d\d) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-5])(:[0-5]\d){0,2}$/;

/** Whether the database reads `value` as one of `type`: what somebody made up or cut off is no fault of the database's. */
export function isCursorValue(type: CursorType, value: string): boolean {
  switch (type) {
    case 'uuid':
      return UUID.test(value);
    case 'integer':
      return INTEGER.test(value) && (Number(value) | 0) === Number(value);
    case 'float8':
      return FLOAT.test(value) && isDouble(value);
    case 'date':
      return isCalendarDay(value);
    case 'timestamptz':
      return isCalendarDay(INSTANT.exec(value)?.[1] ?? '');
    case 'text':
      return unstorable(value) === null;
  }
}

/** Neither beyond the largest nor so small that nothing but zero is left of it. */
function isDouble(value: string): boolean {
  const number = Number(value);
  return Number.isFinite(number) && (number !== 0 || !/[1-9]/.test(value.split('e')[0] ?? ''));
}
