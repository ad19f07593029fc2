/** Dates of law are days in this zone; instants are UTC. */
export const LEGAL_TIME_ZONE = 'Asia/Shanghai';

const LEGAL_DATE = new Intl.DateTimeFormat('en-CA', {
  timeZone: LEGAL_TIME_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The day in Asia/Shanghai on which `instant` falls, as `YYYY-MM-DD`. */
export const legalDate = (instant: Date): string => LEGAL_DATE.format(instant);
