import type { Logger } from './logging.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Stops once on SIGTERM or SIGINT and exits: 0 when `stop` succeeded, 1 when it did not. A second signal
 * exits at once.
 */
export function stopOnSignals(stop: () => Promise<void>, log: Logger): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    stop().then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

/**
 * Runs `make` and takes away the signal handlers that it put up. Libraries that dispose themselves on SIGTERM
 * would break the requests that are still running.
 */
export async function withoutSignalHandlers<T>(make: () => Promise<T>): Promise<T> {
  const events = [...SIGNALS, 'exit'] as const;
  const before = new Map(events.map((event) => [event, new Set(process.listeners(event as 'exit'))]));
  try {
    return await make();
  } finally {
    for (const event of events) {
      for (const listener of process.listeners(event as 'exit')) {
        if (!before.get(event)?.has(listener)) process.removeListener(event, listener);
      }
    }
  }
}
