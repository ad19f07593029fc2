const TWO_DIGITS = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));
const DAY_MS = 86_400_000;
/** Years of four digits. */
const LATEST_MS = Date.UTC(9999, 11, 31);

/** Instants that are printed together mostly lie in one day. */
const printed = { day: Number.NaN, text: '' };

/** When something happened. It prints itself like any date, but in a third of the time, which shows in long replays. */
export class Instant extends Date {
  override toJSON(): string {
    const ms = this.getTime();
    if (!(ms >= 0 && ms < LATEST_MS)) return super.toJSON();
    const day = Math.floor(ms / DAY_MS);
    if (day !== printed.day) {
      printed.day = day;
      printed.text = this.toISOString().slice(0, 11);
    }
    const time = ms - day * DAY_MS;
    const seconds = Math.floor(time / 1000);
    const minutes = Math.floor(seconds / 60);
    const clock = `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
    return `${printed.text}${clock}.${String(1000 + time - seconds * 1000).slice(1)}Z`;
  }
}
