import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DateTime, LocalDate } from '../../src/graph/scalars.js';
import { isCalendarDay } from '../../src/platform/calendar-day.js';
import { legalDate } from '../../src/vocabulary/time.js';

const instant = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

test.each(['0001-01-01', '2024-02-29', '2026-12-31', '9999-12-31'])('%s is a day', (day) => {
  expect(isCalendarDay(day)).toBe(true);
  expect(LocalDate.parseValue(day)).toBe(day);
});

test.each(['0000-01-01', '2026-02-30', '2026-04-31', '2025-02-29', '2026-1-1', '+12026-01-01', ''])(
  '"%s" is none',
  (day) => {
    expect(isCalendarDay(day)).toBe(false);
    expect(() => LocalDate.parseValue(day)).toThrow('is not a day');
  },
);

test('an instant lies in a year that PostgreSQL knows, in Greenwich', () => {
  expect(DateTime.parseValue('0001-01-01T00:00:00Z').getTime()).toBe(Date.parse('0001-01-01T00:00:00Z'));
  expect(DateTime.parseValue('9999-12-31T23:59:59Z').getTime()).toBe(Date.parse('9999-12-31T23:59:59Z'));
  for (const text of [
    '0000-06-01T00:00:00Z',
    '0001-01-01T00:00:00+08:00',
    '2026-02-30T00:00:00Z',
    '9999-12-31T23:00:00-08:00',
    '-000001-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
  ]) {
    expect(() => DateTime.parseValue(text)).toThrow('is not an instant');
  }
});

test('an instant falls on a day of the calendar, written so that days compare as text', () => {
  fc.assert(
    fc.property(instant, instant, (one, other) => {
      const [day, otherDay] = [legalDate(one), legalDate(other)];
      expect(isCalendarDay(day)).toBe(true);
      if (one <= other) expect(day <= otherDay).toBe(true);
    }),
  );
  expect(legalDate(new Date('0001-01-01T00:00:00Z'))).toBe('0001-01-01');
  expect(legalDate(new Date('0099-01-01T00:00:00Z'))).toBe('0099-01-01');
  expect(legalDate(new Date('9999-12-31T15:59:59Z'))).toBe('9999-12-31');
  expect(legalDate(new Date('9999-12-31T23:59:59Z'))).toBe('9999-12-31');
});
