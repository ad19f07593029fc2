import { createRequestContext } from '../src/platform/context.js';
import { EventHub } from '../src/platform/events/event-hub.js';
import { createLogger } from '../src/platform/logging.js';
import { createTransact } from '../src/platform/transact.js';
import { type BenchDatabase, openBenchDatabase } from './support/database.js';
import { type BenchProcess, freePort, startProcess } from './support/process.js';
import { percentile, report, rounded } from './support/report.js';
import { type BareSubscriber, subscribeBarely } from './support/sockets.js';
import { cpuMilliseconds, residentKilobytes } from './support/usage.js';

const SUBSCRIBERS = Number(process.env['BENCH_SUBSCRIBERS'] ?? 2_000);
const FILTERS = Math.min(200, SUBSCRIBERS);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60);
const PER_SECOND = 200;
const AT_ONCE = 50;
const SETTLE_MS = 3_000;

/** The young generation that `minebound` starts with, for both. */
const MEMORY = ['--max-semi-space-size=64'];

const FIELDS = 'cursor type occurredAt mineId divisionCode data subjectType subjectId';

interface Measured {
  readonly expected: number;
  readonly received: number;
  readonly latencies: readonly number[];
  readonly cpuMs: number;
  readonly kilobytesPerSubscriber: number;
}

/** One hub process and 2 000 WebSocket subscribers with 200 filters between them, against the least server there is. */
export async function fanout(): Promise<void> {
  const hub = await measureHub();
  const bare = await measureBare();
  report('fanout', {
    subscribers: SUBSCRIBERS,
    filters: FILTERS,
    eventsPerSecond: PER_SECOND,
    seconds: SECONDS,
    expected: hub.expected,
    received: hub.received,
    p50Ms: rounded(percentile(hub.latencies, 0.5)),
    p99Ms: rounded(percentile(hub.latencies, 0.99)),
    cpuShare: rounded(hub.cpuMs / (SECONDS * 1000)),
    bareReceived: bare.received,
    bareP99Ms: rounded(percentile(bare.latencies, 0.99)),
    bareCpuShare: rounded(bare.cpuMs / (SECONDS * 1000)),
    timesBareCpu: rounded(hub.cpuMs / bare.cpuMs),
    kilobytesPerSubscriber: rounded(hub.kilobytesPerSubscriber, 1),
    bareKilobytesPerSubscriber: rounded(bare.kilobytesPerSubscriber, 1),
  });
}

async function measureHub(): Promise<Measured> {
  const database = await openBenchDatabase();
  const port = await freePort();
  const hub = await startProcess(
    process.execPath,
    [...MEMORY, 'bin/minebound.js', 'serve'],
    { DATABASE_URL: database.url, PORT: String(port), MINEBOUND_SEED: 'none', LOG_LEVEL: 'error' },
    port,
    '/readyz',
  );
  try {
    const query = `subscription ($filter: UpdateFilter) { registryUpdates(filter: $filter) { ${FIELDS} } }`;
    return await measure(
      hub,
      (i) => ({ query, variables: { filter: { mineIds: [mineOf(i)] } } }),
      (committed) => writeEvents(database, committed),
      (update) => (update['data'] as { number: number }).number,
    );
  } finally {
    await hub.stop();
    await database.close();
  }
}

async function measureBare(): Promise<Measured> {
  const port = await freePort();
  const bare = await startProcess(
    process.execPath,
    [...MEMORY, 'bench/peers/bare-graphql-ws.js'],
    { PORT: String(port), FILTERS: String(FILTERS), RATE: String(PER_SECOND), NODE_ENV: 'production' },
    port,
    '/',
  );
  try {
    const query = `subscription ($filter: Int) { registryUpdates(filter: $filter) { ${FIELDS} } }`;
    return await measure(
      bare,
      (i) => ({ query, variables: { filter: i % FILTERS } }),
      async (committed) => {
        await fetch(`${bare.url}/start`);
        await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
        const sent = Number(await (await fetch(`${bare.url}/stop`)).text());
        for (let number = 0; number < sent; number++)
          if (!committed.has(number)) committed.set(number, Number.NaN);
      },
      (update, committed) => {
        const { number, at } = JSON.parse(update['data'] as string);
        committed.set(number, at);
        return number;
      },
    );
  } finally {
    await bare.stop();
  }
}

async function measure(
  server: BenchProcess,
  ask: (i: number) => object,
  send: (committed: Map<number, number>) => Promise<void>,
  numberOf: (update: Record<string, unknown>, committed: Map<number, number>) => number,
): Promise<Measured> {
  const committed = new Map<number, number>();
  const receipts: [number: number, at: number][] = [];
  const before = await residentKilobytes(server.pid);
  const subscribers = await connect(server.url, ask, ({ data, errors }) => {
    if (errors) throw new Error(JSON.stringify(errors).slice(0, 500));
    const update = (data as { registryUpdates: Record<string, unknown> }).registryUpdates;
    if (update['type'] === 'heartbeat') return;
    const at = performance.timeOrigin + performance.now();
    const number = numberOf(update, committed);
    receipts.push([number, at]);
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const kilobytes = (await residentKilobytes(server.pid)) - before;
  const cpu = await cpuMilliseconds(server.pid);
  await send(committed);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const cpuMs = (await cpuMilliseconds(server.pid)) - cpu;
  for (const subscriber of subscribers) subscriber.stop();
  return {
    expected: (committed.size * SUBSCRIBERS) / FILTERS,
    received: receipts.length,
    latencies: receipts.map(([number, at]) => at - (committed.get(number) ?? Number.NaN)),
    cpuMs,
    kilobytesPerSubscriber: kilobytes / SUBSCRIBERS,
  };
}

async function connect(
  url: string,
  ask: (i: number) => object,
  next: Parameters<typeof subscribeBarely>[2],
): Promise<readonly BareSubscriber[]> {
  const subscribers: BareSubscriber[] = [];
  for (let i = 0; i < SUBSCRIBERS; i += AT_ONCE) {
    const part = Array.from({ length: Math.min(AT_ONCE, SUBSCRIBERS - i) }, (_, k) =>
      subscribeBarely(`${url}/graphql`, ask(i + k), next),
    );
    subscribers.push(...(await Promise.all(part)));
  }
  return subscribers;
}

const mineOf = (i: number): string => `00000000-0000-4000-8000-${String(i % FILTERS).padStart(12, '0')}`;

/** As any writer does it: a transaction each, from another process than the hub. */
async function writeEvents({ knex }: BenchDatabase, committed: Map<number, number>): Promise<void> {
  const log = createLogger('silent');
  const events = new EventHub({ knex, kind: 'native', pollMs: 1_000, log });
  const transact = createTransact(knex, events.committed);
  const context = createRequestContext({ log });
  const started = performance.now();
  const writing = new Set<Promise<void>>();
  for (let number = 0; number < SECONDS * PER_SECOND; number++) {
    const due = started + (number * 1000) / PER_SECOND;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const write = transact(context, async (tx) => {
      tx.emit({
        type: 'mine.updated',
        subjectType: 'Mine',
        subjectId: mineOf(number),
        mineId: mineOf(number),
        divisionCode: '150421',
        data: { number },
      });
    }).then(() => {
      committed.set(number, performance.timeOrigin + performance.now());
      writing.delete(write);
    });
    writing.add(write);
  }
  await Promise.all(writing);
  await events.close();
}
