/**
 * Whether a text is a day written as `YYYY-MM-DD` that the calendar has: 31 February is none, though JavaScript makes it
 * one in March. Nor is any day of the year 0000, which PostgreSQL does not know.
 */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001') return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}
