import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import { AppError } from '../../src/platform/errors.js';
import { loopbackNames } from '../../src/platform/loopback.js';
import { SETTINGS } from '../../src/settings.js';

/** The message of a refused configuration. */
function refusal(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('CONFIGURATION_INVALID');
    return (error as AppError).message;
  }
  throw new Error('the configuration was accepted');
}

test('nothing set is a hub on loopback with the embedded database and the demo', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    databaseUrl: null,
    seed: 'demo',
    extent: [73, 3, 136, 54],
  });
});

test('a variable that is set to nothing counts as not set', () => {
  expect(readConfig({ DATABASE_URL: '', PORT: '' })).toMatchObject({ databaseUrl: null, port: 4000 });
});

test('everything that is wrong is told at once, a line each, with the value', () => {
  const message = refusal({
    PORT: '70000',
    MINEBOUND_SEED: 'real',
    LOG_LEVEL: 'loud',
    MINEBOUND_EXTENT: '1,2,3',
  });
  expect(
    message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(':')[0]),
  ).toEqual(['- PORT=70000', '- MINEBOUND_SEED=real', '- MINEBOUND_EXTENT=1,2,3', '- LOG_LEVEL=loud']);
});

test.each(['0.0.0.0', '192.168.1.5', '::'])(
  '%s is refused while everybody would be an administrator',
  (HOST) => {
    expect(refusal({ HOST })).toContain('MINEBOUND_ANONYMOUS_ADMIN=true');
    expect(readConfig({ HOST, MINEBOUND_ANONYMOUS_ADMIN: 'true' }).host).toBe(HOST);
  },
);

test.each(['127.0.0.1', '127.0.0.2', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', 'localhost', 'LOCALHOST'])(
  '%s is loopback, and is asked by that name',
  (HOST) => {
    expect(readConfig({ HOST }).host).toBe(HOST);
    expect(loopbackNames(HOST)).toEqual(new Set(['127.0.0.1', '::1', 'localhost', HOST.toLowerCase()]));
  },
);

test.each(['0.0.0.0', '128.0.0.1', '127.0.0.1.example', 'localhost.example'])(
  '%s is not loopback',
  (HOST) => {
    expect(refusal({ HOST })).toContain('only loopback');
    expect(loopbackNames(HOST)).toBeNull();
  },
);

/** Every setting that is a number, with the least and the most that it may be. */
const NUMBERS: readonly (readonly [name: string, least: number, most: number])[] = [
  ['PORT', 0, 65_535],
  ['DATABASE_POOL', 2, 200],
  ['JUDGING_CONNECTIONS', 1, 64],
  ['WEBHOOK_DEADLINE_MS', 1, 60_000],
  ['WEBHOOK_HISTORY_DAYS', 1, 36_500],
  ['EVENTS_RETENTION_DAYS', 0, 36_500],
  ['EVENTS_HEARTBEAT_MS', 1, 2_147_483_647],
  ['EVENTS_POLL_MS', 1, 2_147_483_647],
  ['EVENTS_QUEUE', 1, 1_000_000],
  ['LIMIT_DEPTH', 1, 1_000],
  ['LIMIT_ALIASES', 1, 100_000],
  ['LIMIT_COST', 1, 1_000_000_000],
  ['LIMIT_BODY_BYTES', 1_000, 500_000_000],
  ['LIMIT_TIMEOUT_MS', 1, 86_400_000],
];

test('every number has bounds, and what lies beyond or is no whole number is refused with them', () => {
  const numbers = Object.entries(SETTINGS).filter(([, { defaultText }]) => /^\d+$/.test(defaultText));
  expect(numbers.map(([name]) => name).filter((name) => name !== 'DEBUG_SQL')).toEqual(
    NUMBERS.map(([name]) => name),
  );
  for (const [name, least, most] of NUMBERS) {
    for (const bound of [least, most]) expect(() => readConfig({ [name]: String(bound) })).not.toThrow();
    for (const wrong of [String(most + 1), '99999999999', '1e400', ' ', '2.5', 'many', 'NaN']) {
      expect(
        refusal({ [name]: wrong })
          .split('\n')
          .slice(1),
      ).toEqual([`  - ${name}=${wrong}: must be a whole number from ${least} to ${most}`]);
    }
    expect(refusal({ [name]: String(least - 1) })).toContain(`${name}=${least - 1}: must be`);
  }
});

test('an extent is a box that has an inside, or the world', () => {
  expect(readConfig({ MINEBOUND_EXTENT: 'world' }).extent).toBeNull();
  expect(readConfig({ MINEBOUND_EXTENT: '-141.5,59,-120,70' }).extent).toEqual([-141.5, 59, -120, 70]);
  for (const box of [
    '136,3,73,54',
    '73,54,136,3',
    '73,3,136',
    'a,b,c,d',
    '73,3,136,NaN',
    ',,1,1',
    '73, ,136,54',
    '-181,3,136,54',
    '73,3,136,91',
  ]) {
    expect(refusal({ MINEBOUND_EXTENT: box })).toContain('west,south,east,north');
  }
});

test.each(['1', '0', '-3'])(
  'a pool of %s connections is refused, with the least and why',
  (DATABASE_POOL) => {
    const why =
      'must be at least 2: one connection holds the lock under which the schema and the event log are made ready, another does the work';
    for (const DATABASE_URL of ['', 'postgres://hub@db.example/minebound']) {
      expect(refusal({ DATABASE_POOL, DATABASE_URL }).split('\n').slice(1)).toEqual([
        `  - DATABASE_POOL=${DATABASE_POOL}: ${why}`,
      ]);
    }
    expect(readConfig({ DATABASE_POOL: '2' }).databasePool).toBe(2);
  },
);

test('subgraph addresses are name=url pairs', () => {
  expect(
    readConfig({ MINEBOUND_SUBGRAPH_URLS: 'registry=http://a:1/graphql,power=https://b/?x=1' }).subgraphUrls,
  ).toEqual({ registry: 'http://a:1/graphql', power: 'https://b/?x=1' });
  expect(readConfig({ MINEBOUND_SUBGRAPH_URLS: ' registry = http://a:1/graphql , ' }).subgraphUrls).toEqual({
    registry: 'http://a:1/graphql',
  });
  for (const pair of [
    'registry=nowhere',
    'http://a:1/graphql',
    '=http://a',
    'registry=ftp://a',
    'registry=a:1',
  ]) {
    expect(refusal({ MINEBOUND_SUBGRAPH_URLS: pair })).toContain(
      `"${pair}" is not name=url with an address of http or https`,
    );
  }
  expect(refusal({ MINEBOUND_SUBGRAPH_URLS: 'registry=http://a,registry=http://b' })).toContain(
    'registry is there twice',
  );
  const message = refusal({ MINEBOUND_SUBGRAPH_URLS: 'registry=http://hub:pa55word@a' });
  expect(message).toContain('registry has a user or password in its address');
  expect(message).not.toContain('pa55word');
});

test('a Chromium that is named is there, by its path or on PATH, or there is none', () => {
  const PATH = dirname(process.execPath);
  const name = basename(process.execPath);
  expect(readConfig({ CHROMIUM_PATH: process.execPath }).chromium).toBe(process.execPath);
  expect(readConfig({ CHROMIUM_PATH: name, PATH }).chromium).toBe(process.execPath);
  expect(readConfig({ CHROMIUM_PATH: 'none', PATH }).chromium).toBeNull();
  expect(readConfig({ PATH: '' }).chromium).toBeNull();
  for (const CHROMIUM_PATH of ['/nonexistent', PATH, 'no-such-chromium']) {
    expect(refusal({ CHROMIUM_PATH, PATH })).toContain(
      `CHROMIUM_PATH=${CHROMIUM_PATH}: there is no such executable`,
    );
  }
});

test('a secret too short to sign with and a database that is no PostgreSQL are refused', () => {
  expect(refusal({ MINEBOUND_HMAC_SECRET: 'short' })).toContain('MINEBOUND_HMAC_SECRET');
  expect(refusal({ DATABASE_URL: 'mysql://x/y' })).toContain('DATABASE_URL');
});

test.each([
  ['DATABASE_URL', 'mysql://hub:pa55word@db.example/minebound'],
  ['NATS_URL', 'http://hub:pa55word@nats.example'],
  ['MQTT_URL', 'http://hub:pa55word@broker.example'],
  ['MINEBOUND_HMAC_SECRET', 'pa55word'],
])('what may hold a password is not repeated where it is wrong: %s', (name, value) => {
  const message = refusal({ [name]: value });
  expect(message).toContain(`${name}=(not shown)`);
  expect(message).not.toContain('pa55word');
});

test('a configuration cannot be changed afterwards', () => {
  const config = readConfig({});
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.limits)).toBe(true);
});
