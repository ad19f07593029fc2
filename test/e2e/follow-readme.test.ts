import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Deployment, deployWhole } from '../support/topology.js';

let hub: Deployment;
beforeAll(async () => {
  hub = await deployWhole({ EVENTS_HEARTBEAT_MS: '200' });
});
afterAll(() => hub.stop());

/** The section's commands, as they are written in either language. */
const commands = (path: string): string[] => {
  const text = readFileSync(path, 'utf8');
  const section = text.slice(text.search(/^## (Follow the registry|订阅变更)$/m)).split(/^## /m)[1] ?? '';
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
};

/** Runs it as written, but for the port, until it has said `word`. */
function until(command: string, word: string): Promise<string> {
  const shell = spawn('sh', ['-c', command.replaceAll('127.0.0.1:4000', new URL(hub.url).host)], {
    detached: true,
  });
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk;
      if (!said.includes(word)) return;
      process.kill(-(shell.pid ?? 0), 'SIGKILL');
      resolve(said);
    };
    shell.stdout.on('data', hear);
    shell.stderr.on('data', hear);
    shell.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
}

test('both READMEs show the same commands', () => {
  expect(commands('README.zh-CN.md')).toEqual(commands('README.md'));
});

test('the WebSocket lines of the README follow the registry', async () => {
  const command = commands('README.md').find((each) => each.includes('graphql-ws')) ?? '';
  expect(command.trim().split('\n').length).toBeLessThanOrEqual(10);
  expect(await until(command, 'heartbeat')).toContain('cursor');
});

test('the Server-Sent Events line of the README follows the registry', async () => {
  const command = commands('README.md').find((each) => each.includes('text/event-stream')) ?? '';
  const curl = command.slice(command.indexOf('curl'));
  expect(await until(curl, 'heartbeat')).toContain('event: next');
});
