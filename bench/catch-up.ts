import { openBenchDatabase } from './support/database.js';
import { subscribeToFrames } from './support/frames.js';
import { freePort, peakMegabytes, startProcess } from './support/process.js';
import { report, rounded } from './support/report.js';
import { cpuMilliseconds, residentKilobytes } from './support/usage.js';

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);

const FOLLOW = `subscription { registryUpdates(after: "BEGIN") {
  cursor type occurredAt mineId divisionCode data subjectType subjectId
} }`;

/** The whole log replayed to one subscriber over WebSocket. */
export async function catchUp(): Promise<void> {
  const database = await openBenchDatabase();
  await database.knex.raw(
    `insert into platform.event (epoch, type, subject_type, subject_id, mine_id, division_code, before_digest, after_digest,
       actor, request_id, occurred_at, data)
     select (select platform.claim_event_epoch()), 'mine.updated', 'Mine', gen_random_uuid(), gen_random_uuid(), '150421',
       encode(sha256(n::text::bytea), 'hex'), encode(sha256((n + 1)::text::bytea), 'hex'), 'bench', 'bench', now(), jsonb_build_object('number', n)
     from generate_series(1, ?::integer) n`,
    [EVENTS],
  );
  await database.knex.raw('vacuum analyze platform.event');
  const port = await freePort();
  const hub = await startProcess(
    process.execPath,
    ['--max-semi-space-size=64', 'bin/minebound.js', 'serve'],
    { DATABASE_URL: database.url, PORT: String(port), MINEBOUND_SEED: 'none', LOG_LEVEL: 'error' },
    port,
    '/readyz',
  );
  try {
    const before = await residentKilobytes(hub.pid);
    const spent = { hub: await cpuMilliseconds(hub.pid), subscriber: process.cpuUsage() };
    const half = { kilobytes: 0 };
    const started = performance.now();
    await replayed(`${hub.url}/graphql`, () => {
      void residentKilobytes(hub.pid).then((kilobytes) => {
        half.kilobytes = kilobytes;
      });
    });
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(spent.subscriber);
    const hubMilliseconds = (await cpuMilliseconds(hub.pid)) - spent.hub;
    report('catch-up', {
      events: EVENTS,
      seconds: rounded(seconds),
      eventsPerSecond: Math.round(EVENTS / seconds),
      hubMicrosecondsPerEvent: rounded((hubMilliseconds * 1000) / EVENTS),
      hubCores: rounded(hubMilliseconds / 1000 / seconds),
      subscriberCores: rounded((user + system) / 1e6 / seconds),
      megabytesBefore: Math.round(before / 1024),
      megabytesHalfWay: Math.round(half.kilobytes / 1024),
      megabytesAtEnd: Math.round((await residentKilobytes(hub.pid)) / 1024),
      peakMegabytes: await peakMegabytes(hub.pid),
    });
  } finally {
    await hub.stop();
    await database.close();
  }
}

const NUMBER = Buffer.from('"number":');

/** Subscribes, and waits until every event has come, each behind the one before it. */
async function replayed(url: string, atHalf: () => void): Promise<void> {
  let stop = (): void => {};
  await new Promise<void>((resolve, reject) => {
    let last = 0;
    subscribeToFrames(url, { query: FOLLOW }, (bytes, start, end) => {
      const found = bytes.indexOf(NUMBER, start);
      if (found < 0 || found >= end) return checkOther(bytes.toString('utf8', start, end), reject);
      const number = numberAt(bytes, found + NUMBER.length);
      if (number !== last + 1) reject(new Error(`${number} came after ${last}`));
      last = number;
      if (last === Math.floor(EVENTS / 2)) atHalf();
      if (last === EVENTS) resolve();
    }).then((close) => {
      stop = close;
    }, reject);
  });
  stop();
}

/** What is no event: the protocol's own messages, heartbeats, and errors. */
function checkOther(text: string, reject: (error: Error) => void): void {
  const { type, payload } = JSON.parse(text);
  if (type === 'error' || payload?.errors) reject(new Error(text.slice(0, 500)));
}

function numberAt(bytes: Buffer, from: number): number {
  let number = 0;
  for (let at = from; ; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return number;
    number = number * 10 + digit;
  }
}
