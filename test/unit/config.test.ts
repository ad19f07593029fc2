import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import { AppError } from '../../src/platform/errors.js';

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

test.each(['127.0.0.1', '::1', 'localhost'])('%s is loopback', (HOST) => {
  expect(readConfig({ HOST }).host).toBe(HOST);
});

test('an extent is a box that has an inside, or the world', () => {
  expect(readConfig({ MINEBOUND_EXTENT: 'world' }).extent).toBeNull();
  expect(readConfig({ MINEBOUND_EXTENT: '-141.5,59,-120,70' }).extent).toEqual([-141.5, 59, -120, 70]);
  for (const box of ['136,3,73,54', '73,54,136,3', '73,3,136', 'a,b,c,d', '73,3,136,NaN']) {
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
  expect(refusal({ MINEBOUND_SUBGRAPH_URLS: 'registry=nowhere' })).toContain('is not name=url');
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
