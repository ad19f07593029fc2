/**
 * Whether a text is a day written as `YYYY-MM-DD` that the calendar has: 31 February is none, though JavaScript makes it
 * one in March. Nor is any day of the year 0000, which PostgreSQL does not know.
 */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001') return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}

/**
 * Whether an instant lies in the years 1 to 9999 of Greenwich: PostgreSQL knows no year 0, RFC 3339 none of five digits.
 * 0001-01-01T00:00:00+08:00 is before them, 9999-12-31T23:00:00-08:00 after.
 */
export function isCalendarInstant(instant: Date): boolean {
  const year = instant.getUTCFullYear();
  return year >= 1 && year <= 9999;
}
