import { SingleBar } from 'cli-progress';
import type { Io } from './io.js';

/** How far long work has come. */
export interface Progress {
  /** `done` of `total` steps; `what` names the step in hand. */
  at(done: number, total: number, what: string): void;
  stop(): void;
}

const SILENT: Progress = { at: () => {}, stop: () => {} };

/** A bar on standard error while somebody watches; nothing in a pipe, a log or with `--json`. */
export function createProgress(io: Io, json: boolean): Progress {
  if (json || io.stderr.isTTY !== true) return SILENT;
  const bar = new SingleBar({
    format: '{bar} {value}/{total} {what}',
    stream: io.stderr as NodeJS.WriteStream,
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    at(done, total, what) {
      if (!started) bar.start(total, 0, { what });
      started = true;
      bar.setTotal(total);
      bar.update(done, { what });
    },
    stop() {
      if (started) bar.stop();
    },
  };
}
