import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The parts of piece without what is thinner than a micrometre, and without what holds them together and is thinner
    -- than a millimetre (metres of their plane); grid the size to which overlays round.
    create function judgement.parted(piece geometry, grid double precision)
      returns setof geometry language sql immutable parallel safe as $$
        with solid as (
          select d.geom, ST_Buffer(d.geom, -0.0005, 'join=mitre') as core
          from ST_Dump(ST_CollectionExtract(ST_ReducePrecision(piece, 1e-6), 3)) d
        )
        select geom from solid where ST_NumGeometries(core) <= 1
        union all
        select part.geom
        from solid
        cross join lateral ST_Dump(core) c
        cross join lateral ST_Dump(ST_CollectionExtract(ST_Intersection(solid.geom, ST_Buffer(c.geom, 0.00075, 'join=mitre'), grid), 3)) part
        where ST_NumGeometries(core) > 1
      $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function judgement.parted(geometry, double precision)');
}
