import type { Knex } from 'knex';

/** What ST_Buffer leaves uncovered is believed only where it is as far away as it should be. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Greatest distance from a point of piece to reference, metres of their plane, right to 1 %, and a point where
    -- it is reached. known_metres is a lower bound (the greatest distance of a vertex of piece), known_point its place,
    -- grid the size to which overlays round (src/judgement/overlay-grid.ts).
    -- The farthest point may lie inside piece (a filled hole) or on an edge (the mouth of a notch), so the distance is
    -- bracketed: what lies beyond the best distance so far is cut out, and its own farthest points are tried.
    create or replace function judgement.greatest_distance(
      piece geometry, reference geometry, known_metres double precision, known_point geometry, grid double precision,
      out metres double precision, out place geometry
    ) language plpgsql immutable parallel safe set plan_cache_mode = force_generic_plan as $$
      declare
        fine constant double precision := 1.005;
        most_rounds constant integer := 100;
        factor double precision := fine;
        high double precision := 'infinity';
        tried double precision;
        beyond geometry := piece;
        outside geometry;
        found double precision;
        found_place geometry;
      begin
        metres := known_metres;
        place := known_point;
        -- The centre of the largest inscribed circle is the farthest point of a filled hole: worth its price
        -- where the piece is far wider than its vertices are away.
        if known_metres < 0.1 * sqrt(ST_Area(piece)) then
          select ST_Distance(c.center, reference), c.center into found, found_place from ST_MaximumInscribedCircle(piece) c;
          if found > metres then
            metres := found;
            place := found_place;
          end if;
        end if;
        for round in 1 .. most_rounds loop
          exit when metres * fine + 1e-6 >= high;
          tried := least(metres * factor + 1e-6, (metres + high) / 2);
          outside := ST_CollectionExtract(ST_Difference(beyond, ST_Buffer(reference, tried, 'quad_segs=16'), grid), 3);
          select v.metres, v.geom into found, found_place from (
            -- What was cut off lies evenly around the farthest point of an edge: its middle is all but that point.
            select ST_Distance(p.geom, reference) as metres, p.geom
            from ST_DumpPoints(ST_Segmentize(outside, greatest(1e-3, 0.13 * (ST_XMax(outside) - ST_XMin(outside) + ST_YMax(outside) - ST_YMin(outside))))) p
            union all
            select ST_Distance(c, reference), c from ST_PointOnSurface(outside) c
          ) v where ST_Area(outside) >= 1e-9 order by v.metres desc limit 1;
          -- An arc of 16 segments a quadrant falls short by 0.12 %. What is left nearer than that, GEOS left by mistake:
          -- where the sides of a filled hole have just met, it leaves a hole turned inside out.
          if found >= 0.998 * tried - 1e-7 then
            beyond := outside;
            factor := 1 + 2 * (factor - 1);
            if found > metres then
              metres := found;
              place := found_place;
            end if;
          else
            exit when tried <= metres * fine + 1e-6;
            high := tried;
            factor := fine;
          end if;
        end loop;
      end
      $$;

    -- Whether no point of piece is farther from reference than that many metres of their plane.
    create function judgement.lies_within(piece geometry, reference geometry, metres double precision, grid double precision)
      returns boolean language plpgsql immutable parallel safe set plan_cache_mode = force_generic_plan as $$
      declare
        grown constant geometry := ST_Buffer(reference, metres, 'quad_segs=64');
      begin
        return ST_CoveredBy(piece, grown) or not exists (
          -- As above; an arc of 64 segments a quadrant falls short by 0.008 %.
          select from ST_DumpPoints(ST_CollectionExtract(ST_Difference(piece, grown, grid), 3)) p
          where ST_Distance(p.geom, reference) >= 0.9999 * metres);
      end
      $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function judgement.lies_within(geometry, geometry, double precision, double precision);
    create or replace function judgement.greatest_distance(
      piece geometry, reference geometry, known_metres double precision, known_point geometry, grid double precision,
      out metres double precision, out place geometry
    ) language plpgsql immutable parallel safe set plan_cache_mode = force_generic_plan as $$
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
            select ST_Distance(p.geom, reference), p.geom
            from ST_DumpPoints(ST_Segmentize(beyond, greatest(1e-3, 0.13 * (ST_XMax(beyond) - ST_XMin(beyond) + ST_YMax(beyond) - ST_YMin(beyond))))) p
            where cut
            union all
            select ST_Distance(c, reference), c from ST_PointOnSurface(beyond) c where cut
            union all
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
