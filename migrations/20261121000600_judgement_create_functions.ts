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

    -- Greatest distance from a point of piece to reference, metres of their plane, right to 1 %, and a point where
    -- it is reached. known_metres is a lower bound (the greatest distance of a vertex of piece), known_point its place,
    -- grid the size to which overlays round (src/judgement/overlay-grid.ts).
    -- The farthest point may lie inside piece (a filled hole) or on an edge (the mouth of a notch), so the distance is
    -- bracketed: what lies beyond the best distance so far is cut out, and its own farthest points are tried.
    create function judgement.greatest_distance(
      piece geometry, reference geometry, known_metres double precision, known_point geometry, grid double precision,
      out metres double precision, out place geometry
    ) language plpgsql immutable parallel safe as $$
      declare
        fine constant double precision := 1.005;
        factor double precision := fine;
        high double precision := 'infinity';
        tried double precision;
        cut boolean := false;
        beyond geometry := piece;
        outside geometry;
      begin
        metres := known_metres;
        place := known_point;
        loop
          select v.metres, v.geom into metres, place from (
            select metres, place as geom
            union all
            -- What was cut off lies evenly around the farthest point of an edge: its middle is all but that point.
            select ST_Distance(p.geom, reference), p.geom
            from ST_DumpPoints(ST_Segmentize(beyond, greatest(1e-3, 0.13 * (ST_XMax(beyond) - ST_XMin(beyond) + ST_YMax(beyond) - ST_YMin(beyond))))) p
            where cut
            union all
            select ST_Distance(c, reference), c from ST_PointOnSurface(beyond) c where cut
            union all
            -- The centre of the largest inscribed circle is the farthest point of a filled hole: worth its price
            -- where the piece is far wider than its vertices are away.
            select ST_Distance(c.center, reference), c.center from ST_MaximumInscribedCircle(beyond) c
            where not cut and known_metres < 0.1 * sqrt(ST_Area(piece))
          ) v order by v.metres desc limit 1;
          exit when metres * fine + 1e-6 >= high;
          tried := least(metres * factor + 1e-6, (metres + high) / 2);
          outside := ST_CollectionExtract(ST_Difference(beyond, ST_Buffer(reference, tried, 'quad_segs=16'), grid), 3);
          if ST_IsEmpty(outside) or ST_Area(outside) < 1e-9 then
            exit when tried <= metres * fine + 1e-6;
            high := tried;
            factor := fine;
          else
            beyond := outside;
            cut := true;
            factor := 1 + 2 * (factor - 1);
          end if;
        end loop;
      end
      $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema judgement cascade');
}
