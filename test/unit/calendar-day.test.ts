import { expect, test } from 'vitest';
import { DateTime, LocalDate } from '../../src/graph/scalars.js';
import { isCalendarDay } from '../../src/platform/calendar-day.js';

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
  for (const text of ['0000-06-01T00:00:00Z', '0001-01-01T00:00:00+08:00', '2026-02-30T00:00:00Z']) {
    expect(() => DateTime.parseValue(text)).toThrow('is not an instant');
  }
});
