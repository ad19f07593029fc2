import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema judgement;

    -- The plane in which activity at a place is judged: the CGCS2000 3-degree Gauss-Krueger zone without prefix,
    -- outside 73.5-136.5 E the WGS 84 UTM zone. src/spatial/crs.ts says the same; a test compares them.
    create function judgement.judging_srid(longitude double precision, latitude double precision) returns integer
      language sql immutable parallel safe as $$
        select case
          when longitude between 73.5 and 136.5 then least(4554, 4534 + floor((longitude - 75) / 3 + 0.5)::int)
          else (case when latitude >= 0 then 32600 else 32700 end) + least(60, floor((longitude + 180) / 6)::int + 1)
        end
      $$;

    -- Greatest distance from a point of piece to reference, metres of their plane, right to 0.5 %, and a point
    -- where it is reached. known_metres is a lower bound (the greatest distance of a vertex of piece).
    -- The farthest point may lie inside piece (a filled hole) or on an edge (the mouth of a notch), so the distance
    -- is bracketed by growing reference until it covers piece.
    create function judgement.greatest_distance(
      piece geometry, reference geometry, known_metres double precision, known_point geometry,
      out metres double precision, out place geometry
    ) language plpgsql immutable parallel safe as $$
      declare
        low double precision;
        high double precision;
        middle double precision;
        candidate geometry;
        beyond geometry := piece;
        outside geometry;
      begin
        -- The centre of the largest inscribed circle is the farthest point of a filled hole.
        metres := known_metres;
        place := known_point;
        candidate := (ST_MaximumInscribedCircle(piece)).center;
        if ST_Distance(candidate, reference) > metres then
          metres := ST_Distance(candidate, reference);
          place := candidate;
        end if;
        -- No point of piece is farther from one of its vertices than its extent is long.
        high := known_metres + sqrt((ST_XMax(piece) - ST_XMin(piece)) ^ 2 + (ST_YMax(piece) - ST_YMin(piece)) ^ 2);
        low := metres;
        middle := low * 1.005 + 1e-6;
        while low * 1.005 + 1e-6 < high loop
          outside := ST_CollectionExtract(ST_Difference(beyond, ST_Buffer(reference, middle, 'quad_segs=64')), 3);
          if ST_IsEmpty(outside) then
            high := middle;
          else
            beyond := outside;
            select v.metres, v.geom into metres, place from (
              select ST_Distance(p.geom, reference) as metres, p.geom from ST_DumpPoints(beyond) p
              union all select ST_Distance(c, reference), c from ST_PointOnSurface(beyond) c
            ) v order by v.metres desc limit 1;
            low := greatest(middle, metres);
          end if;
          middle := (low + high) / 2;
        end loop;
        metres := greatest(metres, low);
      end
      $$;

  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema judgement cascade');
}
