import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A built hub in a process of its own. */
export interface HubProcess {
  readonly url: string;
  readonly pid: number;
  /** Everything it has written to standard error so far. */
  readonly log: () => string;
  /** Sends a signal and waits for the end; its exit code, or the signal that killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

const READY = /^minebound is ready[\s\S]*?(http:\/\/[^/\s]+)\//m;
const PATIENCE_MS = 240_000;

/** Runs `bin/minebound.js serve` with nothing of this process's settings, and waits until it is ready. */
export async function startHubProcess(
  environment: Record<string, string>,
  role = 'all',
): Promise<HubProcess> {
  const child = runHub(['serve', '--role', role], environment);
  let output = '';
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => fail('took too long to start'), PATIENCE_MS);
    const fail = (what: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`role ${role} ${what}:\n${output}${log}`));
    };
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
      const ready = READY.exec(output)?.[1];
      if (ready === undefined) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(ready);
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    log: () => log,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
      const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
      child.kill(signal);
      const [code, by] = await ended;
      return code ?? by;
    },
  };
}

/** The command line in a process of its own. */
export function runHub(args: readonly string[], environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['bin/minebound.js', ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: '0',
      MINEBOUND_SEED: 'none',
      LOG_LEVEL: 'info',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
