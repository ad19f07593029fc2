/** Days in Asia/Shanghai as `YYYY-MM-DD`, half-open: `to` is the first day not covered; null: without beginning or end. */
export interface Days {
  readonly from: string | null;
  readonly to: string | null;
}

/** The shortest period that covers all of them; null: there are none. */
export function hull(periods: readonly Days[]): Days | null {
  return periods.reduce<Days | null>((all, { from, to }) => {
    if (!all) return { from, to };
    const first = all.from === null || from === null ? null : all.from < from ? all.from : from;
    return { from: first, to: laterEnd(all.to, to) };
  }, null);
}

/**
 * The days on which something differs that was in force in one period and is now in another (null: in none): those by
 * which the period grew or shrank where it is the same thing (`alike`), else all of both; null: it differs on none.
 */
export function changedDays(before: Days | null, after: Days | null, alike: boolean): Days | null {
  if (!before || !after || !alike) return hull([before, after].filter((days) => days !== null));
  if (before.from === after.from && before.to === after.to) return null;
  if (before.from === after.from)
    return { from: earlierEnd(before.to, after.to), to: laterEnd(before.to, after.to) };
  return hull([before, after]);
}

const laterEnd = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : a > b ? a : b;

const earlierEnd = (a: string | null, b: string | null): string | null =>
  a === null ? b : b === null ? a : a < b ? a : b;
