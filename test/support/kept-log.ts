import { pino } from 'pino';
import type { Logger } from '../../src/platform/logging.js';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly reason?: string;
}

export const WARN = 40;

/** A log that is kept, from the level of information on. `told`: how many of its lines say just this. */
export function keptLog(): { log: Logger; lines: LogLine[]; told(text: string): number } {
  const lines: LogLine[] = [];
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) },
  );
  return { log, lines, told: (text) => lines.filter(({ msg }) => msg === text).length };
}
