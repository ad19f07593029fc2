import { resolve, sep } from 'node:path';
import { AppError } from './platform/errors.js';
import { findExecutable, isExecutable } from './platform/executable.js';
import { loopbackNames } from './platform/loopback.js';
import { SETTINGS, type Settings } from './settings.js';
import type { Network } from './webhooks/address-rules.js';

export type Extent = readonly [west: number, south: number, east: number, north: number] | null;

/** The configuration of one process, validated and frozen. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string | null;
  readonly databasePool: number;
  /** Parts of a judging run that are judged side by side. */
  readonly judgingConnections: number;
  readonly dataDir: string;
  readonly seed: 'demo' | 'none';
  readonly extent: Extent;
  readonly subgraphEndpoints: boolean;
  readonly subgraphUrls: Readonly<Record<string, string>>;
  readonly supergraphPath: string | null;
  readonly hmacSecret: string | null;
  readonly webhooks: WebhookConfig;
  /** Null: no such bridge. */
  readonly nats: { readonly url: string; readonly stream: string; readonly subject: string } | null;
  readonly mqtt: { readonly url: string; readonly topic: string } | null;
  readonly events: EventSettings;
  /** Executable that prints reports; null: none. */
  readonly chromium: string | null;
  readonly limits: Limits;
  readonly logLevel: Settings['LOG_LEVEL'];
  readonly debugSql: boolean;
}

export interface WebhookConfig {
  readonly allowedNetworks: readonly Network[];
  readonly deadlineMs: number;
  readonly historyDays: number;
}

export interface EventSettings {
  /** null: for ever. */
  readonly retentionDays: number | null;
  readonly heartbeatMs: number;
  readonly pollMs: number;
  readonly queue: number;
}

export interface Limits {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
  readonly bodyBytes: number;
  readonly timeoutMs: number;
}

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** This process's own; everybody else is handed one. */
export const processEnvironment = (): Environment => process.env;

/** Reads and checks the environment; throws `CONFIGURATION_INVALID` with one line for each thing wrong. */
export function readConfig(environment: Environment = processEnvironment()): Config {
  const wrong: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, isSecret }] of Object.entries(SETTINGS)) {
    const given = environment[name];
    const parsed = schema.safeParse(given === '' ? undefined : given);
    if (parsed.success) values[name] = parsed.data;
    else {
      const shown = isSecret ? '(not shown)' : (given ?? '');
      wrong.push(...parsed.error.issues.map((issue) => `${name}=${shown}: ${issue.message}`));
    }
  }
  const settings = values as Settings;
  const subgraphUrls = parseUrls(settings.MINEBOUND_SUBGRAPH_URLS, wrong);
  const chromium = chromiumOf(settings.CHROMIUM_PATH, environment['PATH'], wrong);
  if (
    settings.HOST !== undefined &&
    loopbackNames(settings.HOST) === null &&
    settings.MINEBOUND_ANONYMOUS_ADMIN === false
  ) {
    wrong.push(
      `HOST=${settings.HOST}: with no identity configured everybody would be an administrator, so only loopback ` +
        'is allowed; set MINEBOUND_ANONYMOUS_ADMIN=true if the port is protected in another way',
    );
  }
  if (wrong.length > 0) {
    throw new AppError(
      'CONFIGURATION_INVALID',
      `The configuration is not valid:\n${wrong.map((w) => `  - ${w}`).join('\n')}`,
    );
  }
  return Object.freeze({
    host: settings.HOST,
    port: settings.PORT,
    databaseUrl: settings.DATABASE_URL ?? null,
    databasePool: settings.DATABASE_POOL,
    judgingConnections: settings.JUDGING_CONNECTIONS,
    dataDir: resolve(settings.MINEBOUND_DATA_DIR),
    seed: settings.MINEBOUND_SEED,
    extent: settings.MINEBOUND_EXTENT,
    subgraphEndpoints: settings.MINEBOUND_SUBGRAPH_ENDPOINTS,
    subgraphUrls,
    supergraphPath: settings.MINEBOUND_SUPERGRAPH ?? null,
    hmacSecret: settings.MINEBOUND_HMAC_SECRET ?? null,
    ...outletsOf(settings),
    events: Object.freeze({
      retentionDays: settings.EVENTS_RETENTION_DAYS || null,
      heartbeatMs: settings.EVENTS_HEARTBEAT_MS,
      pollMs: settings.EVENTS_POLL_MS,
      queue: settings.EVENTS_QUEUE,
    }),
    chromium,
    limits: Object.freeze({
      depth: settings.LIMIT_DEPTH,
      aliases: settings.LIMIT_ALIASES,
      cost: settings.LIMIT_COST,
      bodyBytes: settings.LIMIT_BODY_BYTES,
      timeoutMs: settings.LIMIT_TIMEOUT_MS,
    }),
    logLevel: settings.LOG_LEVEL,
    debugSql: settings.DEBUG_SQL,
  });
}

/** Where events leave the hub besides its graph. */
const outletsOf = (settings: Settings): Pick<Config, 'webhooks' | 'nats' | 'mqtt'> => ({
  webhooks: Object.freeze({
    allowedNetworks: settings.WEBHOOK_ALLOWED_NETWORKS ?? [],
    deadlineMs: settings.WEBHOOK_DEADLINE_MS,
    historyDays: settings.WEBHOOK_HISTORY_DAYS,
  }),
  nats:
    settings.NATS_URL === undefined
      ? null
      : Object.freeze({
          url: settings.NATS_URL,
          stream: settings.NATS_STREAM,
          subject: settings.NATS_SUBJECT,
        }),
  mqtt:
    settings.MQTT_URL === undefined
      ? null
      : Object.freeze({ url: settings.MQTT_URL, topic: settings.MQTT_TOPIC }),
});

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** By its path or, as every other program, by its name. */
function chromiumOf(
  given: string | undefined,
  searchPath: string | undefined,
  wrong: string[],
): string | null {
  if (given === 'none') return null;
  if (given === undefined) return findExecutable(CHROMIUM_NAMES, searchPath);
  const found = given.includes(sep) ? isExecutable(given) && given : findExecutable([given], searchPath);
  if (found) return found;
  wrong.push(
    `CHROMIUM_PATH=${given}: there is no such executable; give the path of a Chromium, or none for reports without PDF`,
  );
  return null;
}

function parseUrls(text: string | undefined, wrong: string[]): Readonly<Record<string, string>> {
  const urls: Record<string, string> = {};
  const refuse = (why: string): void => void wrong.push(`MINEBOUND_SUBGRAPH_URLS: ${why}`);
  for (const pair of (text ?? '').split(',').map((part) => part.trim())) {
    if (pair === '') continue;
    const [, name = '', address = ''] = /^([^=]*?)\s*=\s*(.*)$/.exec(pair) ?? [];
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url !== null && (url.username !== '' || url.password !== '')) {
      // Which `fetch` does not take; nor is it repeated.
      refuse(`${name} has a user or password in its address, which requests to subgraphs cannot carry`);
    } else if (name === '' || !/^https?:$/.test(url?.protocol ?? '')) {
      refuse(`"${pair}" is not name=url with an address of http or https`);
    } else if (Object.hasOwn(urls, name)) refuse(`${name} is there twice`);
    else urls[name] = address;
  }
  return Object.freeze(urls);
}
