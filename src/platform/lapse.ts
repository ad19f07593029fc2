import { DatabaseFault } from './database-fault.js';
import type { Logger } from './logging.js';

/**
 * What a loop that tries again logs of its failures: of a database that is away or read-only one line when that begins
 * and one when it is over, of anything else each.
 */
export class Lapse {
  private tries = 0;

  constructor(
    private readonly log: Logger,
    /** What does not work, for the log. */
    private readonly what: string,
    private readonly fields: Readonly<Record<string, string>> = {},
  ) {}

  failed(error: unknown): void {
    if (!(error instanceof DatabaseFault) || error.kind === 'statement') {
      this.log.warn({ ...this.fields, err: error }, this.what);
      return;
    }
    this.tries += 1;
    const line = { ...this.fields, reason: error.message };
    if (this.tries === 1) this.log.warn(line, this.what);
    else this.log.debug(line, this.what);
  }

  /** It works. */
  over(): void {
    if (this.tries === 0) return;
    this.log.info({ ...this.fields, tries: this.tries, was: this.what }, 'it works again');
    this.tries = 0;
  }
}
