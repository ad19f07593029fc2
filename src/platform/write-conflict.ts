import { AppError } from './errors.js';

/** SQLSTATEs of a write that another one, at the same moment, left no room for. */
const CONFLICTS: ReadonlySet<unknown> = new Set([
  '23505', // unique_violation
  '23P01', // exclusion_violation
  '40001', // serialization_failure
  '40P01', // deadlock_detected
]);

/**
 * What the caller of a transaction is told: `CONFLICT` where its constraints kept two writers from recording the same
 * at one instant, any other error as it is.
 */
export function asConflict(error: unknown): unknown {
  if (!CONFLICTS.has((error as { code?: unknown } | null)?.code)) return error;
  const message =
    'Somebody else changed the same at the same moment, and nothing of this was written; read it again and repeat.';
  return new AppError('CONFLICT', message, {}, { cause: error });
}
