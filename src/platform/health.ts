/** One thing that must hold before this process can answer. Returns what is wrong, or null. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<string | null>;
}

export interface Readiness {
  readonly status: 'ready' | 'not-ready';
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail?: string }>>;
}

const PATIENCE_MS = 2_000;

/** Runs every check at once; one that throws or takes longer than two seconds has failed. */
export async function readiness(checks: readonly HealthCheck[]): Promise<Readiness> {
  const outcomes = await Promise.all(
    checks.map(async ({ name, check }) => {
      const detail = await withPatience(check());
      return [name, detail === null ? { ok: true } : { ok: false, detail }] as const;
    }),
  );
  const ready = outcomes.every(([, { ok }]) => ok);
  return { status: ready ? 'ready' : 'not-ready', checks: Object.fromEntries(outcomes) };
}

async function withPatience(check: Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${PATIENCE_MS} ms`), PATIENCE_MS);
  });
  try {
    return await Promise.race([check, tooLate]);
  } catch {
    // The reason may hold host names or SQL; it stands in the log of whoever failed.
    return 'the check failed';
  } finally {
    clearTimeout(timer);
  }
}
