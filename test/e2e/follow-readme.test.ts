import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/hub.js';
import { type Deployment, deployWhole } from '../support/topology.js';

let hub: Deployment;
beforeAll(async () => {
  hub = await deployWhole({ EVENTS_HEARTBEAT_MS: '200', WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' });
  const { body } = await ask(hub.url, SUBMIT, { variables: { input: [FAR_FROM_EVERY_MINE] } });
  expect(body.data?.['submitObservations']).toMatchObject({ rejected: [], violations: [{}] });
});
afterAll(() => hub.stop());

const SUBMIT = `mutation ($input: [ObservationInput!]!) {
  submitObservations(input: $input) { violations { id } rejected { message } }
}`;

const FAR_FROM_EVERY_MINE = {
  provider: 'satellite',
  activity: 'STRIPPING',
  method: 'SATELLITE',
  observedAt: '2026-05-01T04:00:00Z',
  sigmaMetres: 2,
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [112, 39],
        [112.005, 39],
        [112.005, 39.005],
        [112, 39.005],
        [112, 39],
      ],
    ],
  },
};

/** Where the README's receiver listens in this test. */
const RECEIVER_PORT = 20_000 + (process.pid % 10_000);

/** The section's commands, as they are written in either language. */
const commands = (path: string): string[] => {
  const text = readFileSync(path, 'utf8');
  const section = text.slice(text.search(/^## (Follow the registry|订阅变更)$/m)).split(/^## /m)[1] ?? '';
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
};

/** Runs it as written, but for the ports, until it has said `word`. */
function until(command: string, word: string): Promise<string> {
  const { host, port } = new URL(hub.url);
  const here = command
    .replaceAll('127.0.0.1:4000', host)
    .replaceAll('127.0.0.1:5000', `127.0.0.1:${RECEIVER_PORT}`)
    .replaceAll('listen(5000)', `listen(${RECEIVER_PORT})`);
  const shell = spawn('sh', ['-c', here], { detached: true, env: { ...process.env, PORT: port } });
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
    shell.once('close', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
}

test('both READMEs show the same commands', () => {
  expect(commands('README.zh-CN.md')).toEqual(commands('README.md'));
});

/** The command that says `word`, of at most ten lines. */
function commandWith(word: string): string {
  const command = commands('README.md').find((each) => each.includes(word)) ?? '';
  expect(command.trim().split('\n').length).toBeLessThanOrEqual(10);
  return command;
}

test('the WebSocket lines of the README follow the registry', async () => {
  expect(await until(commandWith('graphql-ws'), 'violation.detected')).toContain('cursor');
});

test('the Server-Sent Events line of the README follows the registry', async () => {
  const command = commandWith('text/event-stream');
  const curl = command.slice(command.indexOf('curl'));
  expect(await until(curl, 'violation.detected')).toContain('event: next');
});

test('the command line of the README follows the registry', async () => {
  const command = commandWith('minebound tail');
  expect(await until(command.slice(0, command.indexOf('curl')), 'violation.detected')).not.toContain('error');
});

test('the webhook lines of the README register a webhook and take in what it is sent', async () => {
  const command = commandWith('registerWebhook');
  const receiver = command.indexOf('node ');
  const said = await until(command.slice(0, receiver), '"secret"');
  const secret = /whsec_[\w+/=]+/.exec(said)?.[0] ?? '';
  const heard = await until(command.slice(receiver).replace('whsec_…', secret), 'violation.detected');
  expect(heard).toMatch(/violation\.detected Violation\/[\da-f-]{36}/);
});
