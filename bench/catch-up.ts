import { openBenchDatabase } from './support/database.js';
import { freePort, peakMegabytes, startProcess } from './support/process.js';
import { report, rounded } from './support/report.js';
import { subscribeBarely } from './support/sockets.js';
import { residentKilobytes } from './support/usage.js';

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
    const half = { kilobytes: 0 };
    const started = performance.now();
    await new Promise<void>((resolve, reject) => {
      let last = 0;
      void subscribeBarely(`${hub.url}/graphql`, { query: FOLLOW }, ({ data, errors }) => {
        if (errors) return reject(new Error(JSON.stringify(errors).slice(0, 500)));
        const { type, data: details } = (
          data as { registryUpdates: { type: string; data: { number: number } } }
        ).registryUpdates;
        if (type === 'heartbeat') return;
        if (details.number !== last + 1) reject(new Error(`${details.number} came after ${last}`));
        last = details.number;
        if (last === Math.floor(EVENTS / 2)) {
          void residentKilobytes(hub.pid).then((kilobytes) => {
            half.kilobytes = kilobytes;
          });
        }
        if (last === EVENTS) resolve();
      }).catch(reject);
    });
    const seconds = (performance.now() - started) / 1000;
    report('catch-up', {
      events: EVENTS,
      seconds: rounded(seconds),
      eventsPerSecond: Math.round(EVENTS / seconds),
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
