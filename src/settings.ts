import { z } from 'zod';
import { AppError } from './platform/errors.js';
import { type Network, parseNetworks } from './webhooks/address-rules.js';

/** One environment variable: how it is read, and what the README's configuration table says of it. */
interface Setting<S extends z.ZodType> {
  readonly schema: S;
  readonly description: string;
  readonly defaultText: string;
  /** Whether it may hold a password, so that it is not repeated even where it is wrong. */
  readonly isSecret: boolean;
}

const setting = <S extends z.ZodType>(schema: S, defaultText: string, description: string): Setting<S> => ({
  schema,
  defaultText,
  description,
  isSecret: false,
});

const secret = <S extends z.ZodType>(schema: S, defaultText: string, description: string): Setting<S> => ({
  ...setting(schema, defaultText, description),
  isSecret: true,
});

/** Timers that are set for longer go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const DAY_MS = 86_400_000;
/** A hundred years; days that are subtracted from today must leave a date. */
const MOST_DAYS = 36_500;

/** `tooLittle` says of what is below `least` why that is the least. */
const wholeNumber = (least: number, most: number, tooLittle?: string) =>
  z.string().transform((text, issue) => {
    const number = numberOf(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    const message = `must be a whole number from ${least} to ${most}`;
    issue.addIssue({ code: 'custom', message: number < least ? (tooLittle ?? message) : message });
    return z.NEVER;
  });

/** What is blank is no number, other than in JavaScript. */
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Of the embedded database as well: whose turn it is there, the lock keeps a connection of the pool. */
const LEAST_CONNECTIONS = 2;
const TOO_FEW_CONNECTIONS = `must be at least ${LEAST_CONNECTIONS}: one connection holds the lock under which the schema and the event log are made ready, another does the work`;

/** `minLon,minLat,maxLon,maxLat` in degrees, or `null` for the whole world. */
const extent = z.string().transform((text, issue): readonly [number, number, number, number] | null => {
  if (text === 'world') return null;
  const numbers = text.split(',').map(numberOf);
  const [west, south, east, north] = numbers;
  if (
    numbers.length !== 4 ||
    west === undefined ||
    south === undefined ||
    east === undefined ||
    north === undefined ||
    !(west >= -180 && west < east && east <= 180) ||
    !(south >= -90 && south < north && north <= 90)
  ) {
    issue.addIssue({
      code: 'custom',
      message: 'must be "world" or four numbers west,south,east,north in degrees, like 73,3,136,54',
    });
    return z.NEVER;
  }
  return [west, south, east, north];
});

/** Networks in CIDR notation, separated by commas. */
const networks = z.string().transform((text, issue): readonly Network[] => {
  try {
    const found = parseNetworks(text);
    if (found.length > 0) return found;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  issue.addIssue({
    code: 'custom',
    message: 'must be networks or addresses separated by commas, like 10.20.0.0/16,fd00:1::/32',
  });
  return z.NEVER;
});

/** Every setting the hub has. The README's table is checked against this list. */
export const SETTINGS = {
  HOST: setting(
    z.string().min(1).default('127.0.0.1'),
    '127.0.0.1',
    'Address to listen on. Anything but loopback needs `MINEBOUND_ANONYMOUS_ADMIN=true` while no identity is configured.',
  ),
  PORT: setting(wholeNumber(0, 65_535).default(4000), '4000', 'Port to listen on; 0 picks a free one.'),
  DATABASE_URL: secret(
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    '(embedded)',
    'PostgreSQL 15+ with PostGIS 3.3+; absent: the embedded database.',
  ),
  DATABASE_POOL: setting(
    wholeNumber(LEAST_CONNECTIONS, 200, TOO_FEW_CONNECTIONS).default(10),
    '10',
    `Most connections to the database this process holds, at least ${LEAST_CONNECTIONS}.`,
  ),
  JUDGING_CONNECTIONS: setting(
    wholeNumber(1, 64).default(2),
    '2',
    'Parts of a judging run that this process judges side by side; the embedded database does one at a time.',
  ),
  MINEBOUND_DATA_DIR: setting(
    z.string().min(1).default('.minebound'),
    '.minebound',
    'Folder of the embedded database.',
  ),
  MINEBOUND_SEED: setting(
    z.enum(['demo', 'none']).default('demo'),
    'demo',
    'What an empty registry is filled with at start: `demo` or `none`.',
  ),
  MINEBOUND_EXTENT: setting(
    extent.default([73, 3, 136, 54]),
    '73,3,136,54',
    'Box `west,south,east,north` that geometries must lie in; `world` switches it off.',
  ),
  MINEBOUND_ANONYMOUS_ADMIN: setting(
    flag.default(false),
    'false',
    'Accept that everybody who reaches a port that is not loopback is an administrator, as when a container publishes it to loopback.',
  ),
  MINEBOUND_SUBGRAPH_ENDPOINTS: setting(
    flag.default(true),
    'true',
    'Serve each subgraph at `/subgraphs/<name>/graphql` in the role `all`.',
  ),
  MINEBOUND_SUBGRAPH_URLS: setting(
    z.string().optional(),
    '(none)',
    'Role `gateway`: `name=url` pairs, separated by commas, of the subgraphs to route to.',
  ),
  MINEBOUND_SUPERGRAPH: setting(
    z.string().optional(),
    '(built in)',
    'Path of a supergraph SDL to serve in place of the built-in one, for a graph with partner subgraphs.',
  ),
  MINEBOUND_HMAC_SECRET: secret(
    z.string().min(16).optional(),
    '(none)',
    'Shared secret that signs gateway-to-subgraph requests; subgraphs refuse unsigned ones when it is set.',
  ),
  WEBHOOK_ALLOWED_NETWORKS: setting(
    networks.optional(),
    '(none)',
    'Networks that webhooks may be sent to besides public addresses, like `10.20.0.0/16,fd00:1::/32`; plain http is accepted there only.',
  ),
  WEBHOOK_DEADLINE_MS: setting(
    wholeNumber(1, 60_000).default(15_000),
    '15000',
    'Longest time one attempt to deliver a webhook may take, in milliseconds.',
  ),
  WEBHOOK_HISTORY_DAYS: setting(
    wholeNumber(1, MOST_DAYS).default(30),
    '30',
    'How long the history of deliveries is kept, in days.',
  ),
  NATS_URL: secret(
    z.url({ protocol: /^(nats|tls)$/ }).optional(),
    '(none)',
    'NATS server whose JetStream gets every event of the log, like `nats://user:password@nats.example:4222`.',
  ),
  NATS_STREAM: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/)
      .default('MINEBOUND'),
    'MINEBOUND',
    'JetStream stream to publish to; created if it is not there.',
  ),
  NATS_SUBJECT: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/)
      .default('minebound'),
    'minebound',
    'Start of the subjects: `<this>.<event type>`, like `minebound.mine.updated`.',
  ),
  MQTT_URL: secret(
    z.url({ protocol: /^(mqtts?|wss?)$/ }).optional(),
    '(none)',
    'MQTT broker that gets every event of the log, like `mqtts://user:password@broker.example`.',
  ),
  MQTT_TOPIC: setting(
    z
      .string()
      .regex(/^[^#+\s]+$/)
      .default('minebound'),
    'minebound',
    'Start of the topics: `<this>/<division code or ->/<event type>`.',
  ),
  EVENTS_RETENTION_DAYS: setting(
    wholeNumber(0, MOST_DAYS).default(400),
    '400',
    'How long events stay in the log, in days; whole months go at a time, 0 keeps them for ever.',
  ),
  EVENTS_HEARTBEAT_MS: setting(
    wholeNumber(1, LONGEST_TIMER_MS).default(15_000),
    '15000',
    'How often a subscriber hears a heartbeat with the current cursor, in milliseconds.',
  ),
  EVENTS_POLL_MS: setting(
    wholeNumber(1, LONGEST_TIMER_MS).default(1_000),
    '1000',
    'How often the event log is looked at without having heard of a change, in milliseconds.',
  ),
  EVENTS_QUEUE: setting(
    wholeNumber(1, 1_000_000).default(1_000),
    '1000',
    'How many events may wait for a subscriber that reads slowly before it is ended with SLOW_CONSUMER.',
  ),
  CHROMIUM_PATH: setting(
    z.string().optional(),
    '(found on PATH)',
    'Chromium that prints evidence reports as PDF; `none`: reports stay HTML.',
  ),
  LIMIT_DEPTH: setting(wholeNumber(1, 1_000).default(15), '15', 'Deepest selection accepted.'),
  LIMIT_ALIASES: setting(wholeNumber(1, 100_000).default(30), '30', 'Most aliases in one operation.'),
  LIMIT_COST: setting(
    wholeNumber(1, 1_000_000_000).default(50_000),
    '50000',
    'Highest estimated cost of one operation: fields times the list sizes around them.',
  ),
  LIMIT_BODY_BYTES: setting(
    // Above, the body as one text would be longer than JavaScript has them; below, no query fits.
    wholeNumber(1_000, 500_000_000).default(20_000_000),
    '20000000',
    'Largest request body, in bytes.',
  ),
  LIMIT_TIMEOUT_MS: setting(
    wholeNumber(1, DAY_MS).default(30_000),
    '30000',
    'Longest time one request may take, and a download may send nothing, in milliseconds.',
  ),
  LOG_LEVEL: setting(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    'info',
    'Least severe log line written.',
  ),
  DEBUG_SQL: setting(
    z
      .enum(['0', '1'])
      .default('0')
      .transform((text) => text === '1'),
    '0',
    '1 logs every SQL statement with its bindings and time.',
  ),
} as const;

/** What was set, read and checked. */
export type Settings = { readonly [K in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[K]['schema']> };
