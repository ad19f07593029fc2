/** Dates of law are days in this zone; instants are UTC. */
export const LEGAL_TIME_ZONE = 'Asia/Shanghai';

const LEGAL_DATE = new Intl.DateTimeFormat('en-CA', {
  timeZone: LEGAL_TIME_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** No period begins or ends after it, so that on every later day the same is in force. */
const LAST_DAY = '9999-12-31';

/**
 * The day in Asia/Shanghai on which `instant` falls, as `YYYY-MM-DD`: in four digits of the year days compare as text.
 * The last hours of the year 9999 in Greenwich are its last day here as well.
 */
export function legalDate(instant: Date): string {
  const day = LEGAL_DATE.format(instant).padStart(LAST_DAY.length, '0');
  return day.length > LAST_DAY.length ? LAST_DAY : day;
}

const DAY_MS = 86_400_000;

/**
 * How fast something grew by `difference` from one sighting to the next, a day. Null where both fall on one day in
 * Asia/Shanghai: two sightings an hour apart tell their accuracy, not a rate. Less than 24 hours count as a day.
 */
export function perDay(difference: number, from: Date, to: Date): number | null {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days <= 0 || (days < 1 && legalDate(from) === legalDate(to))) return null;
  return difference / Math.max(1, days);
}
