import type { Knex } from 'knex';
import { createJudging } from '../src/judgement/judging.js';
import { createRequestContext } from '../src/platform/context.js';
import { createLogger } from '../src/platform/logging.js';
import { createTransact } from '../src/platform/transact.js';
import { fill, fillCountry, settle } from './support/country.js';
import { openBenchDatabase } from './support/database.js';
import { percentile, report, rounded } from './support/report.js';

const AREAS = Number(process.env['BENCH_REJUDGE_AREAS'] ?? 60_000);
const OBSERVATIONS = Number(process.env['BENCH_REJUDGE_OBSERVATIONS'] ?? 200_000);
/** Mines whose boundary is corrected; each has this many observations, half of them across its edge. */
const MINES = 100;
const OF_EACH = 50;
const WARM_UP = 20;
const MEASURED = 200;

/** They lie apart: a boundary of one draws no footprint to it that nobody was named for near another. */
const APART = Math.floor(AREAS / MINES);

const log = createLogger('silent');
const judging = createJudging();

/** One boundary corrected among many: what the whole transaction takes, with everything it touches judged again. */
export async function rejudge(): Promise<void> {
  const database = await openBenchDatabase();
  try {
    const { knex } = database;
    await fillCountry(knex, { mines: AREAS, licencesPerMine: 0 });
    await fillJudged(knex);
    await settle(knex);
    for (const table of ['judgement', 'finding', 'violation', 'violation_finding']) {
      await knex.raw(`vacuum analyze enforcement.${table}`);
    }
    const latencies: number[] = [];
    let observations = 0;
    let changed = 0;
    const before = await untouched(knex);
    for (let i = 0; i < WARM_UP + MEASURED; i += 1) {
      const start = performance.now();
      const answer = await correct(knex, (i % MINES) * APART, 1 + Math.floor(i / MINES));
      if (i < WARM_UP) continue;
      latencies.push(performance.now() - start);
      observations += answer.observations;
      changed += answer.changed;
    }
    report('rejudge', {
      areas: AREAS,
      observations: OBSERVATIONS,
      corrected: MEASURED,
      judgedEach: rounded(observations / MEASURED),
      changedEach: rounded(changed / MEASURED),
      othersTouched: (await untouched(knex)) - before,
      p50Ms: rounded(percentile(latencies, 0.5)),
      p95Ms: rounded(percentile(latencies, 0.95)),
      p99Ms: rounded(percentile(latencies, 0.99)),
    });
  } finally {
    await database.close();
  }
}

/** The right grows and shrinks by a tenth: what crosses its edge crosses it by more or less. */
async function correct(knex: Knex, mine: number, version: number) {
  const context = createRequestContext({ log });
  const factor = version % 2 === 1 ? 1.1 : 1 / 1.1;
  const { diffId, observations } = await createTransact(knex)(context, async (tx) => {
    const at = context.clock.now();
    const { rows } = await tx.sql.raw(
      `with old as (
         update boundaries.permitted_area set superseded_at = :at where id = md5('area' || :mine::int)::uuid and superseded_at is null returning *
       ), shape as (
         select ST_Multi(ST_Scale(plane_geom, ST_MakePoint(:factor::float8, :factor::float8), ST_Centroid(plane_geom))) as plane from old
       )
       insert into boundaries.permitted_area (id, version, mine_id, kind, geom, plane_geom, corners, source_srid, crs_class, area_m2,
           plane_area_m2, sigma_m, valid_from, recorded_at, authority, content_digest)
       select id, version + 1, mine_id, kind, ST_Multi(ST_Transform(ST_Segmentize(plane, 100), 4490)), plane, '[]', source_srid, crs_class,
              ST_Area(plane), ST_Area(plane), sigma_m, valid_from, :at, authority, ''
       from old, shape returning id, mine_id`,
      { at, mine, factor },
    );
    const [area] = rows as { id: string; mine_id: string }[];
    if (!area) throw new Error(`there is no area ${mine}`);
    return judging.rejudgement.request(context, tx, {
      kind: 'AREA_CORRECTED',
      subjects: [{ id: area.id, version: version + 1 }],
      mineIds: [area.mine_id],
      areas: [
        { id: area.id, version },
        { id: area.id, version: version + 1 },
      ],
      validity: { from: '2020-01-01', to: null },
      reason: 'bench',
    });
  });
  const diff = await knex('enforcement.judgement_diff').where({ id: diffId }).first('changed');
  return { observations, changed: diff?.changed as number };
}

/** Judgements of observations that no correction may touch. */
async function untouched(knex: Knex): Promise<number> {
  const row = await knex('enforcement.judgement')
    .where({ digest: 'bulk' })
    .whereNull('superseded_at')
    .count('* as count')
    .first();
  return Number(row?.['count']);
}

/** Number of a mine that is not corrected, by the number of an observation. */
const others = (i: string): string =>
  `((${i} / ${APART - 1} * ${APART} + 1 + ${i} % ${APART - 1}) % ${MINES * APART})`;

/**
 * Observations of the mines to be corrected, judged by the engine; the others get a bulk-filled judgement each
 * (WITHIN), as judging them would take minutes and is not what is measured.
 */
async function fillJudged(knex: Knex): Promise<void> {
  const own = MINES * OF_EACH;
  const centre = 'ST_Centroid(a.plane_geom)';
  const insert = `insert into boundaries.observation (id, provider, provider_ref, mine_id, activity, method, observed_at, geom, sigma_m, area_m2,
      recorded_at, content_digest)`;
  await fill(
    knex,
    `${insert}
     select md5('own' || m || '/' || n)::uuid, 'bench', 'own-' || m || '-' || n, case when n % 2 = 0 then a.mine_id end, 'STRIPPING', 'UAV',
            timestamptz '2024-01-01' + n * interval '7 days', ST_Multi(ST_Transform(g, 4490)), 1, ST_Area(g), now(), ''
     from generate_series(0, ?::int - 1) m
     join boundaries.permitted_area a on a.id = md5('area' || m * ?)::uuid
     cross join generate_series(0, ?::int - 1) n
     cross join lateral (
       select ST_Buffer(ST_Translate(${centre}, r * cos(n * 2.4), r * sin(n * 2.4)), 25, 4) as g
       from (select case when n % 2 = 0 then 60 else 300 end as r) far
     ) s`,
    [MINES, APART, OF_EACH],
  );
  await fill(
    knex,
    `${insert}
     select md5('bulk' || i)::uuid, 'bench', 'bulk-' || i, null, 'STRIPPING', 'SATELLITE', timestamptz '2024-01-01' + i % 700 * interval '1 day',
            ST_Multi(ST_Transform(ST_Buffer(ST_Translate(${centre}, i % 7 * 10, i % 5 * 10), 30, 4), 4490)), 1, 2800, now(), ''
     from generate_series(0, ?::int - 1) i
     join boundaries.permitted_area a on a.id = md5('area' || ${others('i')})::uuid`,
    [OBSERVATIONS - own],
  );
  await fill(
    knex,
    `insert into enforcement.judgement (id, observation_id, observation_version, sequence, mine_id, attribution, plan_verdict, footprint_area_m2,
       within_area_m2, excess_area_m2, sliver_area_m2, sliver_count, judging_srid, areas, policy_version, engine, observed_at, known_at, judged_at, digest)
     select md5(o.id || '/judgement/1')::uuid, o.id, 1, 1, md5('mine' || ${others('substr(o.provider_ref, 6)::int')})::uuid, 'OVERLAP', 'WITHIN',
       o.area_m2, o.area_m2, 0, 0, 0, 4549, '[]', 1, '{}', o.observed_at, now(), now(), 'bulk'
     from boundaries.observation o where o.provider_ref like 'bulk-%'`,
  );
  await settle(knex);
  const context = createRequestContext({ log });
  const ids: string[] = await knex('boundaries.observation')
    .whereLike('provider_ref', 'own-%')
    .orderBy('id')
    .pluck('id');
  for (let start = 0; start < ids.length; start += 500) {
    await createTransact(knex)(context, (tx) =>
      judging.judge.judge(context, tx, ids.slice(start, start + 500)),
    );
  }
}
