import type { Knex } from 'knex';

/** Rows made in SQL: what is measured is reading and judging them, not writing them. */
export interface Country {
  readonly mines: number;
  readonly licencesPerMine: number;
}

/** Ring of a star: as many corners as `corners`, radius between `least` and `least + spread` metres. */
const star = (
  corners: number,
  least: number,
  spread: number,
  phase: string,
  x: string,
  y: string,
): string => `
  ST_SetSRID(ST_MakePolygon(ST_MakeLine(array(
    select ST_MakePoint(${x} + r * cos(t), ${y} + r * sin(t))
    from (select k, 2 * pi() * (k % ${corners}) / ${corners} as t, ${least} + ${spread} * abs(sin(i * ${phase} + (k % ${corners}) * 3.7)) as r
          from generate_series(0, ${corners}) k order by k) q))), 4549)`;

const column = '(500000 + (i % 150 - 75) * 1500)';
const row = '(4700000 + (i / 150) * 1500)';

/**
 * Rows as a restored dump brings them: without triggers. Nothing that is filled overlaps, so that there is nothing for them
 * to keep, and looking for it would take longer than everything else.
 */
export async function fill(knex: Knex, statement: string, bindings: Knex.RawBinding[] = []): Promise<void> {
  await knex.transaction(async (sql) => {
    await sql.raw('set local session_replication_role = replica');
    await sql.raw(statement, bindings);
  });
}

/** Mines on a grid of 1.5 km at 120°E, each with licences and one mining right of twelve corners. */
export async function fillCountry(knex: Knex, { mines, licencesPerMine }: Country): Promise<void> {
  await fill(
    knex,
    `insert into registry.division values ('150000', '内蒙古自治区', 'PROVINCE', null) on conflict do nothing;
    insert into registry.operator values (md5('operator')::uuid, '911504211000000000', 'Bench operator', now()) on conflict do nothing;
    insert into registry.mine
      select md5('mine' || i)::uuid, 'BENCH-' || i, 'Mine ' || i, 'COAL', 'OPEN_PIT', 'SMALL', 'PRODUCING', 300000,
             ST_Transform(ST_SetSRID(ST_MakePoint(${column}, ${row}), 4549), 4490), md5('operator')::uuid, '150000', now(), now()
      from generate_series(0, ${mines - 1}) i;
    insert into licences.licence (id, mine_id, kind, number, issuer, valid_from, valid_to, recorded_at)
      select md5('licence' || i || '/' || n)::uuid, md5('mine' || i)::uuid, case n when 1 then 'MINING_LICENCE' else 'SAFETY_PERMIT' end,
             'L-' || i || '-' || n, 'Bench issuer', '2020-01-01', '2030-01-01', now()
      from generate_series(0, ${mines - 1}) i, generate_series(1, ${licencesPerMine}) n;
    insert into boundaries.permitted_area (id, version, mine_id, kind, geom, plane_geom, corners, source_srid, crs_class, area_m2,
        plane_area_m2, sigma_m, valid_from, recorded_at, authority, content_digest)
      select md5('area' || i)::uuid, 1, md5('mine' || i)::uuid, 'MINING_RIGHT', ST_Multi(ST_Transform(ST_Segmentize(g, 100), 4490)),
             ST_Multi(g), '[]', 4549, 'EXACT', ST_Area(g), ST_Area(g), 0.5, '2020-01-01', '2020-01-01', 'Bench authority', ''
      from (select i, ${star(12, 200, 200, '7.13', column, row)} as g from generate_series(0, ${mines - 1}) i) s`,
  );
}

/** One footprint a mine, without naming it: `insideShare` of them wholly inside its right, the others across its edge. */
export async function fillFootprints(knex: Knex, count: number, insideShare: number): Promise<void> {
  const inside = `(i % 100 < ${Math.round(insideShare * 100)})`;
  const crossing = star(16, 160, 160, '3.13', `${column} + 150`, `${row} + 60`);
  const within = star(16, 70, 70, '3.13', column, row);
  await knex.raw(`
    insert into boundaries.observation (id, provider, provider_ref, activity, method, observed_at, geom, sigma_m, area_m2, recorded_at, content_digest)
      select md5('observation' || i)::uuid, 'bench', i::text, 'STRIPPING', 'SATELLITE', '2026-05-01', ST_Multi(ST_Transform(g, 4490)), 1,
             ST_Area(ST_Transform(ST_Segmentize(g, 100), 4490)::geography), now(), ''
      from (select i, case when ${inside} then ${within} else ${crossing} end as g from generate_series(0, ${count - 1}) i) s`);
}

/** Footprints number `from` to `to` of one place beyond the first mine's right, twelve hours apart; their ids. */
export async function fillVisits(knex: Knex, from: number, to: number): Promise<readonly string[]> {
  const { rows } = await knex.raw(
    `insert into boundaries.observation (id, provider, provider_ref, activity, method, observed_at, geom, sigma_m, area_m2, recorded_at, content_digest)
     select md5('visit' || i)::uuid, 'bench', 'visit ' || i, 'STRIPPING', 'UAV', timestamptz '2010-01-01' + i * interval '12 hours',
            ST_Multi(ST_Transform(g, 4490)), 1, ST_Area(ST_Transform(ST_Segmentize(g, 100), 4490)::geography), now(), ''
     from (select i, ST_Buffer(ST_SetSRID(ST_MakePoint(387850 + 60 * sin(i), 4700000 + 60 * cos(i)), 4549), 80 + i * 0.005, 4) as g
           from generate_series(?::int, ?::int - 1) i) s
     returning id`,
    [from, to],
  );
  return rows.map(({ id }: { id: string }) => id);
}

/** Statistics as a database has them once autovacuum has been round. */
export async function settle(knex: Knex): Promise<void> {
  for (const table of [
    'registry.mine',
    'licences.licence',
    'boundaries.permitted_area',
    'boundaries.observation',
  ]) {
    await knex.raw(`vacuum analyze ${table}`);
  }
}

export async function forgetJudgements(knex: Knex): Promise<void> {
  await knex.raw(`truncate enforcement.violation_alias, enforcement.violation_finding, enforcement.violation, enforcement.finding,
    enforcement.judgement, platform.event`);
}
