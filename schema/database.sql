--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: boundaries; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA boundaries;

--
-- Name: enforcement; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA enforcement;

--
-- Name: judgement; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA judgement;

--
-- Name: licences; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA licences;

--
-- Name: platform; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA platform;

--
-- Name: registry; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA registry;

--
-- Name: updates; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA updates;

--
-- Name: btree_gist; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

--
-- Name: EXTENSION btree_gist; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

--
-- Name: postgis; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;

--
-- Name: EXTENSION postgis; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION postgis IS 'PostGIS geometry and geography spatial types and functions';

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: permitted_area; Type: TABLE; Schema: boundaries; Owner: -
--

CREATE TABLE boundaries.permitted_area (
    id uuid NOT NULL,
    version integer NOT NULL,
    mine_id uuid NOT NULL,
    licence_id uuid,
    kind text NOT NULL,
    name text,
    geom public.geometry(MultiPolygon,4490) NOT NULL,
    plane_geom public.geometry(MultiPolygon) NOT NULL,
    corners jsonb NOT NULL,
    source_srid integer NOT NULL,
    crs_class text NOT NULL,
    ceiling_m double precision,
    floor_m double precision,
    area_m2 double precision NOT NULL,
    plane_area_m2 double precision NOT NULL,
    stated_area_m2 double precision,
    sigma_m double precision NOT NULL,
    sigma_z_m double precision DEFAULT 0 NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    recorded_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone,
    authority text NOT NULL,
    document_number text,
    content_digest text NOT NULL,
    change text DEFAULT 'RECORDED'::text NOT NULL,
    change_reason text,
    change_document_number text,
    withdrawal_reason text,
    withdrawal_document_number text,
    CONSTRAINT permitted_area_area_m2_check CHECK ((area_m2 > (0)::double precision)),
    CONSTRAINT permitted_area_change_check CHECK ((change = ANY (ARRAY['RECORDED'::text, 'CORRECTED'::text, 'RENEWED'::text, 'ENDED'::text, 'REINSTATED'::text]))),
    CONSTRAINT permitted_area_check CHECK ((floor_m <= ceiling_m)),
    CONSTRAINT permitted_area_check1 CHECK ((valid_to > valid_from)),
    CONSTRAINT permitted_area_check2 CHECK ((superseded_at >= recorded_at)),
    CONSTRAINT permitted_area_check3 CHECK (((superseded_at IS NOT NULL) OR (withdrawal_reason IS NULL))),
    CONSTRAINT permitted_area_crs_class_check CHECK ((crs_class = ANY (ARRAY['EXACT'::text, 'BALLPARK'::text]))),
    CONSTRAINT permitted_area_geom_check CHECK ((NOT public.st_isempty(geom))),
    CONSTRAINT permitted_area_kind_check CHECK ((kind = ANY (ARRAY['MINING_RIGHT'::text, 'STRIPPING_LAND'::text, 'DUMP_SITE'::text, 'INDUSTRIAL_SITE'::text, 'RED_LINE'::text, 'PROHIBITED_ZONE'::text]))),
    CONSTRAINT permitted_area_plane_area_m2_check CHECK ((plane_area_m2 > (0)::double precision)),
    CONSTRAINT permitted_area_sigma_m_check CHECK ((sigma_m >= (0)::double precision)),
    CONSTRAINT permitted_area_sigma_z_m_check CHECK ((sigma_z_m >= (0)::double precision)),
    CONSTRAINT permitted_area_stated_area_m2_check CHECK ((stated_area_m2 > (0)::double precision)),
    CONSTRAINT permitted_area_version_check CHECK ((version > 0))
);

--
-- Name: find_area_overlaps(boundaries.permitted_area[]); Type: FUNCTION; Schema: boundaries; Owner: -
--

CREATE FUNCTION boundaries.find_area_overlaps(areas boundaries.permitted_area[]) RETURNS void
    LANGUAGE sql
    SET enable_seqscan TO 'off'
    SET enable_memoize TO 'off'
    AS $$
      insert into boundaries.area_overlap (area_id, other_area_id, area_m2)
      select least(a.id, o.id), greatest(a.id, o.id), max(part.area_m2)
      from unnest(areas) a
      cross join lateral (select * from boundaries.permitted_area o where o.geom && a.geom offset 0) o
      cross join lateral (
        -- 1e-11 degrees are a micrometre; without a grid an overlay of edges in common can fail in the embedded database.
        select case when ST_Intersects(a.geom, o.geom)
                    then ST_Area(ST_CollectionExtract(ST_Intersection(a.geom, o.geom, 1e-11), 3)::geography) end as area_m2
        where o.id <> a.id and o.superseded_at is null and o.kind = a.kind
          and (o.mine_id = a.mine_id or a.kind = 'MINING_RIGHT')
          and daterange(o.valid_from, o.valid_to) && daterange(a.valid_from, a.valid_to)
          and (a.floor_m >= o.ceiling_m or o.floor_m >= a.ceiling_m) is not true
        offset 0
      ) part
      where part.area_m2 >= 1
      group by 1, 2
      on conflict (area_id, other_area_id) do update set area_m2 = excluded.area_m2
    $$;

--
-- Name: ground_at_last(double precision, uuid[], date); Type: FUNCTION; Schema: boundaries; Owner: -
--

CREATE FUNCTION boundaries.ground_at_last(stated double precision, areas uuid[], before date) RETURNS TABLE(day date, area_m2 double precision, plane_area_m2 double precision)
    LANGUAGE sql STABLE
    AS $$
      with area as materialized (select * from boundaries.permitted_area where id = any(areas) and superseded_at is null)
      select change.day, ground.area_m2, ground.plane_area_m2
      from (
        select max(day) as day from (select valid_from as day from area union select valid_to from area) change
        where day < before and exists (select from area where valid_from <= day and coalesce(valid_to, 'infinity') > day)
      ) change
      cross join lateral (
        select array_agg(geom) as shapes, array_agg(area.area_m2) as areas, array_agg(area.plane_area_m2) as plane_areas
        from area where valid_from <= change.day and coalesce(valid_to, 'infinity') > change.day
      ) in_force
      cross join lateral boundaries.ground_of(stated, in_force.shapes, in_force.areas, in_force.plane_areas) ground
      where change.day is not null
      $$;

--
-- Name: ground_nearest_to(double precision, uuid[]); Type: FUNCTION; Schema: boundaries; Owner: -
--

CREATE FUNCTION boundaries.ground_nearest_to(stated double precision, areas uuid[]) RETURNS TABLE(day date, area_m2 double precision, plane_area_m2 double precision)
    LANGUAGE sql STABLE
    AS $$
      with area as materialized (select * from boundaries.permitted_area where id = any(areas) and superseded_at is null)
      select change.day, ground.area_m2, ground.plane_area_m2
      from (select valid_from as day from area union select valid_to from area) change
      cross join lateral (
        select array_agg(geom) as shapes, array_agg(area.area_m2) as areas, array_agg(area.plane_area_m2) as plane_areas
        from area where valid_from <= change.day and coalesce(valid_to, 'infinity') > change.day
      ) in_force
      cross join lateral boundaries.ground_of(stated, in_force.shapes, in_force.areas, in_force.plane_areas) ground
      where in_force.shapes is not null
      order by least(abs(ground.area_m2 - stated), abs(ground.plane_area_m2 - stated)), change.day limit 1
      $$;

--
-- Name: ground_of(double precision, public.geometry[], double precision[], double precision[]); Type: FUNCTION; Schema: boundaries; Owner: -
--

CREATE FUNCTION boundaries.ground_of(stated double precision, shapes public.geometry[], areas double precision[], plane_areas double precision[]) RETURNS TABLE(area_m2 double precision, plane_area_m2 double precision)
    LANGUAGE sql STABLE
    AS $$
      with outline as materialized (
        select (array_agg(shape))[1] as shape, min(area) as area_m2, min(plane_area) as plane_area_m2
        from unnest(shapes, areas, plane_areas) as t (shape, area, plane_area) group by shape::bytea
      )
      select total.area_m2 * share, total.plane_area_m2 * share
      from (select count(*) as count, sum(o.area_m2) as area_m2, sum(o.plane_area_m2) as plane_area_m2 from outline o) total
      cross join lateral (
        select case when total.count > 1
                     and least(abs(total.area_m2 - stated), abs(total.plane_area_m2 - stated)) > 50 + 5e-6 * stated
                    then boundaries.share_of_ground(array(select shape from outline)) else 1 end as share
        offset 0
      ) ground
      $$;

--
-- Name: keep_area_overlaps(); Type: FUNCTION; Schema: boundaries; Owner: -
--

CREATE FUNCTION boundaries.keep_area_overlaps() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      declare
        ids uuid[];
        standing boundaries.permitted_area[];
      begin
        select array_agg(distinct id), array_agg(row(changed.*)::boundaries.permitted_area) filter (where superseded_at is null)
        into ids, standing from changed;
        if ids is null then return null; end if;
        -- Of two transactions that write at once neither sees the other's areas: those near each other, by whole degrees of
        -- longitude, take turns from here to their end.
        perform pg_advisory_xact_lock(hashtextextended('area-overlap ' || degree, 0))
        from (select distinct generate_series(floor(ST_XMin(geom))::int, floor(ST_XMax(geom))::int) as degree
              from unnest(standing) order by 1) near;
        -- Of an area whose past alone was written another version may stand.
        if tg_op = 'UPDATE' then
          select array_agg(row(a.*)::boundaries.permitted_area) into standing
          from boundaries.permitted_area a where a.id = any(ids) and a.superseded_at is null;
        else
          select array_agg(id) into ids from unnest(standing);
        end if;
        delete from boundaries.area_overlap where area_id = any(ids);
        delete from boundaries.area_overlap where other_area_id = any(ids);
        perform boundaries.find_area_overlaps(standing);
        return null;
      end
      $$;

--
-- Name: keep_past_observation(); Type: FUNCTION; Schema: boundaries; Owner: -
--

CREATE FUNCTION boundaries.keep_past_observation() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      begin
        -- Whoever waited for a lock may carry an earlier instant than the change it waited for.
        new.recorded_at := greatest(new.recorded_at, old.recorded_at, old.withdrawn_at);
        insert into boundaries.past_observation (id, version, provider, provider_ref, mine_id, activity, method, observed_at, observed_on, geom, sigma_m,
             z_min_m, z_max_m, sigma_z_m, seam, area_m2, recorded_at, superseded_at)
        values (old.id, old.version, old.provider, old.provider_ref, old.mine_id, old.activity, old.method, old.observed_at, old.observed_on, old.geom, old.sigma_m,
             old.z_min_m, old.z_max_m, old.sigma_z_m, old.seam, old.area_m2, old.recorded_at, coalesce(old.withdrawn_at, new.recorded_at));
        return new;
      end
      $$;

--
-- Name: redraw_areas(uuid[], timestamp with time zone, text); Type: FUNCTION; Schema: boundaries; Owner: -
--

CREATE FUNCTION boundaries.redraw_areas(mine_ids uuid[], at timestamp with time zone, reason text) RETURNS TABLE(id uuid, version integer, mine_id uuid, kind text, valid_from date, valid_to date, content_digest text)
    LANGUAGE plpgsql
    AS $$
    begin
      perform pg_advisory_xact_lock(hashtextextended('permitted-areas ' || asked.id, 0))
      from (select every.id from unnest(mine_ids) as every (id) order by 1) asked;
      return query
      with moved as materialized (
        select a.id, place.zone
        from unnest(mine_ids) as asked (id)
        join registry.published_mine m on m.id = asked.id
        join boundaries.permitted_area a on a.mine_id = m.id and a.superseded_at is null
        join spatial_ref_sys given on given.srid = a.source_srid
        cross join lateral (
          select judgement.judging_srid(coalesce(ST_X(m.location), ST_X(ST_Centroid(a.geom))),
                                        coalesce(ST_Y(m.location), ST_Y(ST_Centroid(a.geom)))) as zone
        ) place
        where given.srtext not like 'PROJCS%' and ST_SRID(a.plane_geom) <> place.zone
      ),
      former as (
        update boundaries.permitted_area a set superseded_at = greatest(a.recorded_at, at)
        from moved where a.id = moved.id and a.superseded_at is null
        returning a.*, moved.zone
      )
      insert into boundaries.permitted_area (id, version, mine_id, licence_id, kind, name, geom, plane_geom, corners, source_srid,
        crs_class, ceiling_m, floor_m, area_m2, plane_area_m2, stated_area_m2, sigma_m, sigma_z_m, valid_from, valid_to,
        recorded_at, authority, document_number, content_digest, change, change_reason)
      select f.id, f.version + 1, f.mine_id, f.licence_id, f.kind, f.name,
             ST_Multi(case when ST_IsValid(d.geom) then d.geom else ST_CollectionExtract(ST_MakeValid(d.geom), 3) end),
             p.geom, f.corners, f.source_srid, f.crs_class, f.ceiling_m, f.floor_m, f.area_m2, ST_Area(p.geom), f.stated_area_m2,
             f.sigma_m, f.sigma_z_m, f.valid_from, f.valid_to, f.superseded_at, f.authority, f.document_number,
             f.content_digest, 'CORRECTED', reason
      from former f
      cross join lateral (select ST_Transform(f.plane_geom, f.zone) as geom offset 0) t
      cross join lateral (
        select ST_Multi(case when ST_IsValid(t.geom) then t.geom else ST_CollectionExtract(ST_MakeValid(t.geom), 3) end) as geom offset 0
      ) p
      cross join lateral (select ST_Transform(ST_Segmentize(p.geom, 100), 4490) as geom offset 0) d
      returning permitted_area.id, permitted_area.version, permitted_area.mine_id, permitted_area.kind, permitted_area.valid_from,
                permitted_area.valid_to, permitted_area.content_digest;
    end $$;

--
-- Name: share_of_ground(public.geometry[]); Type: FUNCTION; Schema: boundaries; Owner: -
--

CREATE FUNCTION boundaries.share_of_ground(shapes public.geometry[]) RETURNS double precision
    LANGUAGE sql STABLE
    AS $$
      with boxed as materialized (
        select shape::box as box, place from unnest(shapes) with ordinality as t (shape, place)
      )
      select case when exists (select from boxed a join boxed b on a.place < b.place and a.box && b.box)
                  -- 1e-11 degrees are a micrometre; without a grid an overlay of edges in common can fail in the embedded database.
                  then (select ST_Area(ST_Union(shape, 1e-11)::geography) / sum(ST_Area(shape::geography)) from unnest(shapes) as shape)
                  else 1 end
      $$;

--
-- Name: keep_past_violation(); Type: FUNCTION; Schema: enforcement; Owner: -
--

CREATE FUNCTION enforcement.keep_past_violation() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      declare
        ended timestamptz;
      begin
        if tg_op = 'UPDATE' then
          -- Whoever waited for a lock may carry an earlier instant than the change it waited for.
          new.updated_at := greatest(new.updated_at, old.updated_at);
          ended := new.updated_at;
        else
          -- A violation goes only by being taken over by another, and the alias says when.
          ended := coalesce((select created_at from enforcement.violation_alias where old_id = old.id), now());
        end if;
        -- What was known for no time at all nobody can ask for.
        if ended > old.updated_at then
          insert into enforcement.past_violation (id, mine_id, other_mine_id, kind, verdict, state, reason, geom, area_m2, first_area_m2, overrun_m,
  depth_overrun_m, first_observed_at, last_observed_at, growth_m2_per_day, opened_at, recorded_at, superseded_at)
          values (old.id, old.mine_id, old.other_mine_id, old.kind, old.verdict, old.state, old.reason, old.geom, old.area_m2, old.first_area_m2, old.overrun_m,
  old.depth_overrun_m, old.first_observed_at, old.last_observed_at, old.growth_m2_per_day, old.opened_at, old.updated_at, ended);
        end if;
        return coalesce(new, old);
      end
      $$;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: enforcement; Owner: -
--

CREATE FUNCTION enforcement.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      begin
        raise exception 'enforcement.% is only added to', tg_table_name;
      end
      $$;

--
-- Name: closed(public.geometry); Type: FUNCTION; Schema: judgement; Owner: -
--

CREATE FUNCTION judgement.closed(surface public.geometry) RETURNS public.geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        select ST_Buffer(ST_Buffer(surface, 0.0005, 'join=mitre'), -0.0005, 'join=mitre')
      $$;

--
-- Name: finding_text(bigint, text, text, integer, uuid, double precision, double precision, double precision, public.geometry); Type: FUNCTION; Schema: judgement; Owner: -
--

CREATE FUNCTION judgement.finding_text(ordinal bigint, kind text, reason text, class integer, other_mine_id uuid, area_m2 double precision, overrun_m double precision, depth_overrun_m double precision, geom public.geometry) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
        select concat_ws('|', ordinal, kind, reason, class, other_mine_id, round(area_m2::numeric, 2), round(overrun_m::numeric, 3),
                         round(depth_overrun_m::numeric, 3), md5(ST_AsBinary(geom)))
      $$;

--
-- Name: greatest_distance(public.geometry, public.geometry, double precision, public.geometry, double precision); Type: FUNCTION; Schema: judgement; Owner: -
--

CREATE FUNCTION judgement.greatest_distance(piece public.geometry, reference public.geometry, known_metres double precision, known_point public.geometry, grid double precision, OUT metres double precision, OUT place public.geometry) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

--
-- Name: judging_srid(double precision, double precision); Type: FUNCTION; Schema: judgement; Owner: -
--

CREATE FUNCTION judgement.judging_srid(longitude double precision, latitude double precision) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        select case
          when longitude between 73.5 and 136.5 then least(4554, 4534 + floor((longitude - 75) / 3 + 0.5)::int)
          else (case when latitude >= 0 then 32600 else 32700 end) + least(60, floor((longitude + 180) / 6)::int + 1)
        end
      $$;

--
-- Name: lies_within(public.geometry, public.geometry, double precision, double precision); Type: FUNCTION; Schema: judgement; Owner: -
--

CREATE FUNCTION judgement.lies_within(piece public.geometry, reference public.geometry, metres double precision, grid double precision) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
      declare
        grown constant geometry := ST_Buffer(reference, metres, 'quad_segs=64');
      begin
        return ST_CoveredBy(piece, grown) or not exists (
          -- As above; an arc of 64 segments a quadrant falls short by 0.008 %.
          select from ST_DumpPoints(ST_CollectionExtract(ST_Difference(piece, grown, grid), 3)) p
          where ST_Distance(p.geom, reference) >= 0.9999 * metres);
      end
      $$;

--
-- Name: parted(public.geometry, double precision); Type: FUNCTION; Schema: judgement; Owner: -
--

CREATE FUNCTION judgement.parted(piece public.geometry, grid double precision) RETURNS SETOF public.geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
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

--
-- Name: reach(public.geometry); Type: FUNCTION; Schema: judgement; Owner: -
--

CREATE FUNCTION judgement.reach(footprint public.geometry) RETURNS public.geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        select ST_Expand(footprint, 0.003 * (ST_XMax(footprint) - ST_XMin(footprint) + ST_YMax(footprint) - ST_YMin(footprint)) ^ 2)
      $$;

--
-- Name: verdict_digest(uuid, integer, uuid, text, integer, integer, double precision, bigint, text, integer, text); Type: FUNCTION; Schema: judgement; Owner: -
--

CREATE FUNCTION judgement.verdict_digest(observation_id uuid, observation_version integer, mine_id uuid, attribution text, judging_srid integer, depth_class integer, depth_overrun_m double precision, sliver_count bigint, areas text, policy_version integer, findings text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
        select encode(sha256(convert_to(concat_ws('#', observation_id, observation_version, mine_id, attribution, judging_srid,
                 depth_class, round(depth_overrun_m::numeric, 3), sliver_count, areas, policy_version, findings), 'UTF8')), 'hex')
      $$;

--
-- Name: takes_the_place_of(uuid, uuid); Type: FUNCTION; Schema: licences; Owner: -
--

CREATE FUNCTION licences.takes_the_place_of(successor uuid, predecessor uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $$
      declare
        reached uuid := successor;
        passed uuid[] := '{}';
      begin
        loop
          select supersedes_id into reached from licences.licence where id = reached and superseded_at is null;
          if reached is null or reached = predecessor or reached = any(passed) then
            return coalesce(reached = predecessor, false);
          end if;
          passed := passed || reached;
        end loop;
      end
      $$;

--
-- Name: check_event_epoch(); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.check_event_epoch() RETURNS integer
    LANGUAGE plpgsql
    AS $$
  declare
    claimed integer := platform.event_epoch_now();
    youngest xid8;
  begin
    select xid into youngest from platform.event where epoch = claimed order by epoch desc, xid desc, seq desc limit 1;
    if youngest is null or youngest < pg_current_xact_id() then
      return platform.claim_event_epoch();
    end if;
    -- No writer may still be in the old epoch when the first event of the new one is read.
    lock table platform.event in share mode;
    insert into platform.event_epoch (epoch, system_identifier, timeline)
    select claimed + 1, h.system_identifier, h.timeline from platform.cluster_history() h
    on conflict do nothing;
    return platform.event_epoch_now();
  end $$;

--
-- Name: claim_event_epoch(); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.claim_event_epoch() RETURNS integer
    LANGUAGE plpgsql
    AS $$
    declare
      claimed integer := platform.event_epoch_now();
    begin
      perform 1 from platform.event_epoch where epoch = claimed;
      if not found then
        insert into platform.event_epoch (epoch, system_identifier, timeline)
        select claimed, h.system_identifier, h.timeline from platform.cluster_history() h
        on conflict do nothing;
      end if;
      return claimed;
    end $$;

--
-- Name: cluster_history(); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.cluster_history(OUT system_identifier text, OUT timeline text) RETURNS record
    LANGUAGE sql STABLE
    AS $$
      select (select system_identifier::text from pg_control_system()),
             case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_lsn()), 8) end
    $$;

--
-- Name: describe_subjects(text[], text[]); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.describe_subjects(types text[], ids text[]) RETURNS TABLE(subject_type text, subject_id text, facets jsonb, told jsonb, told_digest text)
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $_$
    begin
      return query
      with asked as materialized (
        select given.type, given.id, case when given.id ~ '^[0-9a-f-]{36}$' then given.id::uuid end as key
        from (select distinct * from unnest(types, ids) as every (type, id)) given
      ),
      subject as materialized (
        select a.type, a.id, m.id as mine_id, m.resource as kind, null::text as severity, m.location as place
        from asked a cross join lateral (select * from registry.mine m where m.id = a.key offset 0) m
        where a.type = 'Mine'
        union all
        select a.type, a.id, l.mine_id, l.kind, null, null
        from asked a cross join lateral (select * from licences.licence l where l.id = a.key order by l.version desc limit 1) l
        where a.type = 'Licence'
        union all
        select a.type, a.id, p.mine_id, p.kind, null, p.geom
        from asked a cross join lateral (select * from boundaries.permitted_area p where p.id = a.key order by p.version desc limit 1) p
        where a.type = 'PermittedArea'
        union all
        select a.type, a.id, o.mine_id, o.activity, null, o.geom
        from asked a cross join lateral (select * from boundaries.observation o where o.id = a.key offset 0) o
        where a.type = 'Observation'
        union all
        select a.type, a.id, j.mine_id, o.activity, j.plan_verdict, o.geom
        from asked a cross join lateral (select * from enforcement.judgement j where j.id = a.key offset 0) j
        left join lateral (select * from boundaries.observation o where o.id = j.observation_id offset 0) o on true
        where a.type = 'Judgement'
        union all
        select a.type, a.id, v.mine_id, v.kind, v.verdict, v.geom
        from asked a cross join lateral (select * from enforcement.violation v where v.id = a.key offset 0) v
        where a.type = 'Violation'
      )
      select a.type, a.id,
             case when s.id is not null then jsonb_strip_nulls(jsonb_build_object(
               'mineId', s.mine_id, 'divisionCode', m.division_code, 'kind', s.kind, 'severity', s.severity,
               'outline', platform.outline(s.place), 'extent', case when not ST_IsEmpty(s.place)
                 then jsonb_build_array(ST_XMin(s.place), ST_YMin(s.place), ST_XMax(s.place), ST_YMax(s.place)) end)) end,
             last.facets, last.digest
      from asked a
      left join subject s using (type, id)
      left join lateral (select m.division_code from registry.mine m where m.id = s.mine_id offset 0) m on true
      left join lateral (
        select jsonb_strip_nulls(coalesce(e.facets, '{}') || jsonb_build_object('mineId', e.mine_id, 'divisionCode', e.division_code)) as facets,
               e.after_digest as digest
        from platform.event e
        where e.subject_type = a.type and e.subject_id = a.id
        order by (e.epoch, e.xid, e.seq) desc limit 1
      ) last on true;
    end $_$;

--
-- Name: event_epoch_now(); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.event_epoch_now() RETURNS integer
    LANGUAGE sql STABLE
    AS $$
      select coalesce((
        select e.epoch + case when e.system_identifier = h.system_identifier and e.timeline = coalesce(h.timeline, e.timeline)
                              then 0 else 1 end
        from platform.event_epoch e cross join platform.cluster_history() h
        order by e.epoch desc limit 1), 1)
    $$;

--
-- Name: make_event_partitions(integer); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.make_event_partitions(days_ahead integer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
  declare
    month date;
    name text;
    made integer := 0;
  begin
    for month in
      select generate_series(date_trunc('month', now() at time zone 'UTC'),
                             (now() at time zone 'UTC') + make_interval(days => days_ahead), '1 month')::date
    loop
      name := 'event_' || to_char(month, 'YYYY_MM');
      continue when to_regclass('platform.' || name) is not null;
      execute format('create table platform.%I (like platform.event including defaults including constraints)', name);
      -- What came while there was no such month.
      execute format(
        'with moved as (delete from platform.event_default where logged_at >= %L and logged_at < %L returning *)
         insert into platform.%I select * from moved',
        month || ' 00:00Z', (month + interval '1 month')::date || ' 00:00Z', name);
      execute format('alter table platform.event attach partition platform.%I for values from (%L) to (%L)',
        name, month || ' 00:00Z', (month + interval '1 month')::date || ' 00:00Z');
      made := made + 1;
    end loop;
    return made;
  end $$;

--
-- Name: outline(public.geometry); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.outline(geom public.geometry) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    AS $$
    declare
      size constant double precision := greatest(ST_XMax(geom) - ST_XMin(geom), ST_YMax(geom) - ST_YMin(geom));
      tolerance double precision := size / 1000;
      kept geometry := geom;
    begin
      if ST_Dimension(geom) <> 2 then return null; end if;
      if ST_NPoints(geom) > 256 then
        loop
          kept := ST_Simplify(geom, tolerance, true);
          -- The careful way takes five times as long, and is seldom needed.
          if not ST_IsValid(kept) then kept := ST_SimplifyPreserveTopology(geom, tolerance); end if;
          exit when ST_NPoints(kept) <= 100;
          tolerance := tolerance * 5;
          if tolerance > size / 5 then return null; end if;
        end loop;
        -- Arcs of two segments a quarter are nearer than the distance, by 8 % at most.
        kept := ST_Buffer(kept, tolerance * 1.1, 'quad_segs=2');
      end if;
      return ST_AsGeoJSON(kept, 9, 0);
    end $$;

--
-- Name: raise_event_floor(integer, xid8, bigint); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.raise_event_floor(to_epoch integer, to_xid xid8, to_seq bigint) RETURNS void
    LANGUAGE sql
    AS $$
    update platform.event_log set floor_epoch = to_epoch, floor_xid = to_xid, floor_seq = to_seq
    where (floor_epoch, floor_xid, floor_seq) < (to_epoch, to_xid, to_seq)
  $$;

--
-- Name: remove_events_before(timestamp with time zone); Type: FUNCTION; Schema: platform; Owner: -
--

CREATE FUNCTION platform.remove_events_before(cutoff timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    AS $_$
  declare
    part record;
    gone bigint := 0;
    removed bigint;
  begin
    for part in
      select c.oid::regclass as name
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'platform.event'::regclass and c.relname ~ '^event_\d{4}_\d{2}$'
        and (to_date(substr(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' <= cutoff
      order by c.relname
    loop
      -- The parent first, as readers and writers take them.
      lock table platform.event in access exclusive mode;
      execute format('select count(*) from %s', part.name) into removed;
      execute format('select platform.raise_event_floor(max_epoch, max_xid, max_seq)
        from (select epoch, xid, seq from %s order by epoch desc, xid desc, seq desc limit 1) m (max_epoch, max_xid, max_seq)',
        part.name);
      execute format('drop table %s', part.name);
      gone := gone + removed;
    end loop;
    if exists (select 1 from platform.event_default where logged_at < cutoff) then
      with removed_rows as (delete from platform.event_default where logged_at < cutoff returning epoch, xid, seq),
           highest as (select epoch, xid, seq from removed_rows order by epoch desc, xid desc, seq desc limit 1),
           raised as (select platform.raise_event_floor(epoch, xid, seq) from highest)
      select count(*) into removed from removed_rows where (select count(*) from raised) > 0;
      gone := gone + removed;
    end if;
    return gone;
  end $_$;

--
-- Name: is_credit_code(text); Type: FUNCTION; Schema: registry; Owner: -
--

CREATE FUNCTION registry.is_credit_code(credit_code text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
      select credit_code ~ '^[0-9ABCDEFGHJKLMNPQRTUWXY]{18}$'
         and substr('0123456789ABCDEFGHJKLMNPQRTUWXY', 1 + (31 - (
               select sum((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(credit_code, place, 1)) - 1)
                          * (array[1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])[place])
               from generate_series(1, 17) as place)::int % 31) % 31, 1) = substr(credit_code, 18, 1)
      $_$;

--
-- Name: keep_mine_location(); Type: FUNCTION; Schema: registry; Owner: -
--

CREATE FUNCTION registry.keep_mine_location() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin
      insert into registry.past_mine_location (mine_id, location, superseded_at) values (old.id, old.location, new.updated_at);
      return null;
    end $$;

--
-- Name: area_overlap; Type: TABLE; Schema: boundaries; Owner: -
--

CREATE TABLE boundaries.area_overlap (
    area_id uuid NOT NULL,
    other_area_id uuid NOT NULL,
    area_m2 double precision NOT NULL,
    CONSTRAINT area_overlap_check CHECK ((other_area_id > area_id))
);

--
-- Name: bulk_import; Type: TABLE; Schema: boundaries; Owner: -
--

CREATE TABLE boundaries.bulk_import (
    id uuid NOT NULL,
    file_sha256 text NOT NULL,
    file_name text NOT NULL,
    layer text NOT NULL,
    options_digest text NOT NULL,
    row_count integer NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    recorded integer DEFAULT 0 NOT NULL,
    corrected integer DEFAULT 0 NOT NULL,
    unchanged integer DEFAULT 0 NOT NULL,
    rejected integer DEFAULT 0 NOT NULL,
    actor text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT bulk_import_check CHECK ((("position" >= 0) AND ("position" <= row_count))),
    CONSTRAINT bulk_import_row_count_check CHECK ((row_count >= 0))
);

--
-- Name: bulk_import_rejection; Type: TABLE; Schema: boundaries; Owner: -
--

CREATE TABLE boundaries.bulk_import_rejection (
    import_id uuid NOT NULL,
    ordinal integer NOT NULL,
    row_number bigint NOT NULL,
    mine_code text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    ring integer,
    vertex integer
);

--
-- Name: data_quality_finding; Type: TABLE; Schema: boundaries; Owner: -
--

CREATE TABLE boundaries.data_quality_finding (
    id uuid NOT NULL,
    mine_id uuid NOT NULL,
    area_id uuid,
    area_version integer,
    code text NOT NULL,
    severity text NOT NULL,
    message text NOT NULL,
    advice text NOT NULL,
    line integer,
    ring integer,
    vertex integer,
    found_at timestamp with time zone NOT NULL,
    intake_key uuid NOT NULL,
    superseded_at timestamp with time zone,
    CONSTRAINT data_quality_finding_check CHECK ((superseded_at >= found_at)),
    CONSTRAINT data_quality_finding_severity_check CHECK ((severity = ANY (ARRAY['INFO'::text, 'WARNING'::text, 'ERROR'::text])))
);

--
-- Name: licence; Type: TABLE; Schema: licences; Owner: -
--

CREATE TABLE licences.licence (
    id uuid NOT NULL,
    mine_id uuid NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    issuer text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    suspended_from date,
    suspended_to date,
    revoked_on date,
    stated_area_km2 double precision,
    capacity_tonnes_per_year double precision,
    seams text[] DEFAULT '{}'::text[] NOT NULL,
    supersedes_id uuid,
    recorded_at timestamp with time zone CONSTRAINT licence_updated_at_not_null NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    superseded_at timestamp with time zone,
    change text DEFAULT 'ISSUED'::text NOT NULL,
    change_reason text,
    change_document_number text,
    withdrawal_reason text,
    withdrawal_document_number text,
    CONSTRAINT licence_capacity_tonnes_per_year_check CHECK ((capacity_tonnes_per_year >= (0)::double precision)),
    CONSTRAINT licence_change_check CHECK ((change = ANY (ARRAY['ISSUED'::text, 'CORRECTED'::text, 'RENEWED'::text, 'SUSPENDED'::text, 'RESUMED'::text, 'REVOKED'::text]))),
    CONSTRAINT licence_check CHECK ((valid_to > valid_from)),
    CONSTRAINT licence_check1 CHECK ((suspended_to > suspended_from)),
    CONSTRAINT licence_check2 CHECK ((superseded_at >= recorded_at)),
    CONSTRAINT licence_check3 CHECK (((superseded_at IS NOT NULL) OR (withdrawal_reason IS NULL))),
    CONSTRAINT licence_kind_check CHECK ((kind = ANY (ARRAY['MINING_LICENCE'::text, 'SAFETY_PERMIT'::text]))),
    CONSTRAINT licence_stated_area_km2_check CHECK ((stated_area_km2 > (0)::double precision)),
    CONSTRAINT licence_version_check CHECK ((version > 0))
);

--
-- Name: published_data_quality; Type: VIEW; Schema: licences; Owner: -
--

CREATE VIEW licences.published_data_quality AS
 WITH current_licence AS NOT MATERIALIZED (
         SELECT licence.id,
            licence.mine_id,
            licence.kind,
            licence.number,
            licence.issuer,
            licence.valid_from,
            licence.valid_to,
            licence.suspended_from,
            licence.suspended_to,
            licence.revoked_on,
            licence.stated_area_km2,
            licence.capacity_tonnes_per_year,
            licence.seams,
            licence.supersedes_id,
            licence.recorded_at,
            licence.version,
            licence.superseded_at,
            licence.change,
            licence.change_reason,
            licence.change_document_number,
            licence.withdrawal_reason,
            licence.withdrawal_document_number,
            COALESCE(LEAST(licence.valid_to, licence.revoked_on), 'infinity'::date) AS ends
           FROM licences.licence
          WHERE (licence.superseded_at IS NULL)
        ), licence_in_force AS NOT MATERIALIZED (
         SELECT current_licence.id,
            current_licence.mine_id,
            current_licence.kind,
            current_licence.number,
            current_licence.issuer,
            current_licence.valid_from,
            current_licence.valid_to,
            current_licence.suspended_from,
            current_licence.suspended_to,
            current_licence.revoked_on,
            current_licence.stated_area_km2,
            current_licence.capacity_tonnes_per_year,
            current_licence.seams,
            current_licence.supersedes_id,
            current_licence.recorded_at,
            current_licence.version,
            current_licence.superseded_at,
            current_licence.change,
            current_licence.change_reason,
            current_licence.change_document_number,
            current_licence.withdrawal_reason,
            current_licence.withdrawal_document_number,
            current_licence.ends
           FROM current_licence
          WHERE (current_licence.valid_from < current_licence.ends)
        ), chain AS NOT MATERIALIZED (
         SELECT l.id,
            l.mine_id,
            l.kind,
            l.number,
            l.issuer,
            l.valid_from,
            l.valid_to,
            l.suspended_from,
            l.suspended_to,
            l.revoked_on,
            l.stated_area_km2,
            l.capacity_tonnes_per_year,
            l.seams,
            l.supersedes_id,
            l.recorded_at,
            l.version,
            l.superseded_at,
            l.change,
            l.change_reason,
            l.change_document_number,
            l.withdrawal_reason,
            l.withdrawal_document_number,
            l.ends,
            max(l.ends) OVER (PARTITION BY l.mine_id, l.kind ORDER BY l.valid_from, l.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_to,
            lead(l.valid_from) OVER (PARTITION BY l.mine_id, l.kind ORDER BY l.valid_from, l.id) AS next_from
           FROM licence_in_force l
        )
 SELECT (md5(('LICENCE_NUMBER_FORMAT/'::text || current_licence.id)))::uuid AS id,
    current_licence.mine_id,
    current_licence.id AS licence_id,
    'LICENCE_NUMBER_FORMAT'::text AS code,
    jsonb_build_object('number', current_licence.number, 'kind', current_licence.kind) AS facts,
    current_licence.recorded_at AS found_at
   FROM current_licence
  WHERE
        CASE current_licence.kind
            WHEN 'MINING_LICENCE'::text THEN ((current_licence.number !~ '^C[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-9]{10}$'::text) AND (current_licence.number !~ '^[1-9][0-9]{12}$'::text))
            ELSE (current_licence.number !~ '安许证字.*(19|20)[0-9]{2}.*[0-9]'::text)
        END
UNION ALL
 SELECT (md5(('LICENCES_OVERLAP_IN_TIME/'::text || l.id)))::uuid AS id,
    l.mine_id,
    l.id AS licence_id,
    'LICENCES_OVERLAP_IN_TIME'::text AS code,
    jsonb_build_object('number', l.number, 'otherNumber', o.number, 'from', o.valid_from, 'to', NULLIF(LEAST(l.ends, o.ends), 'infinity'::date), 'more', o.more) AS facts,
    GREATEST(l.recorded_at, o.recorded_at) AS found_at
   FROM (chain l
     CROSS JOIN LATERAL ( SELECT next.number,
            next.valid_from,
            next.ends,
            next.recorded_at,
            (count(*) OVER () - 1) AS more
           FROM ( SELECT licence_in_force.id,
                    licence_in_force.number,
                    licence_in_force.valid_from,
                    licence_in_force.ends,
                    licence_in_force.supersedes_id,
                    licence_in_force.recorded_at
                   FROM licence_in_force
                  WHERE ((licence_in_force.mine_id = l.mine_id) AND (licence_in_force.kind = l.kind) AND (ROW(licence_in_force.valid_from, licence_in_force.id) > ROW(l.valid_from, l.id)) AND (licence_in_force.valid_from < l.ends))
                  ORDER BY licence_in_force.valid_from, licence_in_force.id
                 LIMIT 20) next
          WHERE ((NOT ((next.supersedes_id IS NOT NULL) AND licences.takes_the_place_of(next.id, l.id))) AND (NOT ((l.supersedes_id IS NOT NULL) AND licences.takes_the_place_of(l.id, next.id))))
          ORDER BY next.valid_from, next.id
         LIMIT 1) o)
  WHERE (l.next_from < l.ends)
UNION ALL
 SELECT (md5(('LICENCE_GAP/'::text || chain.id)))::uuid AS id,
    chain.mine_id,
    chain.id AS licence_id,
    'LICENCE_GAP'::text AS code,
    jsonb_build_object('number', chain.number, 'kind', chain.kind, 'from', chain.covered_to, 'to', chain.valid_from) AS facts,
    chain.recorded_at AS found_at
   FROM chain
  WHERE (chain.covered_to < chain.valid_from);

--
-- Name: published_licence; Type: VIEW; Schema: licences; Owner: -
--

CREATE VIEW licences.published_licence AS
 SELECT id,
    mine_id,
    kind,
    number,
    issuer,
    valid_from,
    valid_to,
    suspended_from,
    suspended_to,
    revoked_on,
    stated_area_km2,
    capacity_tonnes_per_year,
    seams,
    supersedes_id,
    recorded_at AS updated_at
   FROM licences.licence
  WHERE (superseded_at IS NULL);

--
-- Name: published_licence_version; Type: VIEW; Schema: licences; Owner: -
--

CREATE VIEW licences.published_licence_version AS
 SELECT id,
    mine_id,
    kind,
    number,
    issuer,
    valid_from,
    valid_to,
    suspended_from,
    suspended_to,
    revoked_on,
    stated_area_km2,
    capacity_tonnes_per_year,
    seams,
    supersedes_id,
    version,
    recorded_at,
    superseded_at
   FROM licences.licence;

--
-- Name: mine; Type: TABLE; Schema: registry; Owner: -
--

CREATE TABLE registry.mine (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    resource text NOT NULL,
    method text NOT NULL,
    scale text NOT NULL,
    status text NOT NULL,
    capacity_tonnes_per_year double precision,
    location public.geometry(Point,4490),
    operator_id uuid NOT NULL,
    division_code text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT mine_capacity_tonnes_per_year_check CHECK ((capacity_tonnes_per_year >= (0)::double precision)),
    CONSTRAINT mine_method_check CHECK ((method = ANY (ARRAY['OPEN_PIT'::text, 'UNDERGROUND'::text, 'OPEN_PIT_TO_UNDERGROUND'::text, 'UNDERGROUND_TO_OPEN_PIT'::text]))),
    CONSTRAINT mine_resource_check CHECK ((resource = ANY (ARRAY['COAL'::text, 'METAL'::text, 'NON_METAL'::text]))),
    CONSTRAINT mine_scale_check CHECK ((scale = ANY (ARRAY['LARGE'::text, 'MEDIUM'::text, 'SMALL'::text]))),
    CONSTRAINT mine_status_check CHECK ((status = ANY (ARRAY['PRODUCING'::text, 'BUILDING'::text, 'SUSPENDED'::text, 'LONG_SUSPENDED'::text, 'UPGRADING'::text, 'CLOSING'::text, 'CLOSED'::text])))
);

--
-- Name: operator; Type: TABLE; Schema: registry; Owner: -
--

CREATE TABLE registry.operator (
    id uuid NOT NULL,
    credit_code text NOT NULL,
    name text NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

--
-- Name: published_data_quality; Type: VIEW; Schema: registry; Owner: -
--

CREATE VIEW registry.published_data_quality AS
 SELECT (md5(('CREDIT_CODE_INVALID/'::text || mine.id)))::uuid AS id,
    mine.id AS mine_id,
    'CREDIT_CODE_INVALID'::text AS code,
    jsonb_build_object('operator', operator.name, 'creditCode', operator.credit_code) AS facts,
    GREATEST(mine.updated_at, operator.updated_at) AS found_at
   FROM (registry.mine
     JOIN registry.operator ON ((operator.id = mine.operator_id)))
  WHERE (NOT registry.is_credit_code(operator.credit_code))
UNION ALL
 SELECT (md5(('LOCATION_FAR_FROM_DIVISION/'::text || mine.id)))::uuid AS id,
    mine.id AS mine_id,
    'LOCATION_FAR_FROM_DIVISION'::text AS code,
    jsonb_build_object('divisionCode', mine.division_code, 'kilometres', round((far.metres / (1000)::double precision)), 'mines', county.count) AS facts,
    mine.updated_at AS found_at
   FROM ((registry.mine
     CROSS JOIN LATERAL ( SELECT count(*) AS count,
            percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY (public.st_x(other.location))) AS longitude,
            percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY (public.st_y(other.location))) AS latitude
           FROM registry.mine other
          WHERE ((other.division_code = mine.division_code) AND (other.location IS NOT NULL))) county)
     CROSS JOIN LATERAL ( SELECT public.st_distance((mine.location)::public.geography, (public.st_setsrid(public.st_makepoint(county.longitude, county.latitude), 4490))::public.geography) AS metres) far)
  WHERE ((mine.location IS NOT NULL) AND (county.count > 5) AND (far.metres > (200000)::double precision));

--
-- Name: published_mine; Type: VIEW; Schema: registry; Owner: -
--

CREATE VIEW registry.published_mine AS
 SELECT id,
    code,
    name,
    resource,
    method,
    scale,
    status,
    capacity_tonnes_per_year,
    location,
    operator_id,
    division_code,
    updated_at
   FROM registry.mine;

--
-- Name: every_data_quality_finding; Type: VIEW; Schema: boundaries; Owner: -
--

CREATE VIEW boundaries.every_data_quality_finding AS
 SELECT finding.id,
    finding.mine_id,
    NULL::uuid AS other_mine_id,
    finding.area_id,
    area.version AS area_version,
    NULL::uuid AS licence_id,
    finding.code,
    finding.severity,
    finding.message,
    finding.advice,
    NULL::jsonb AS facts,
    finding.line,
    finding.ring,
    finding.vertex,
    finding.found_at
   FROM (boundaries.data_quality_finding finding
     LEFT JOIN boundaries.permitted_area area ON (((area.id = finding.area_id) AND (area.superseded_at IS NULL))))
  WHERE ((finding.superseded_at IS NULL) AND (finding.code !~~ 'STATED\_AREA\_%'::text) AND (finding.code <> 'CRS_BALLPARK'::text) AND ((finding.area_id IS NULL) OR (area.version = finding.area_version) OR ((finding.code <> ALL (ARRAY['SHORT_EDGE'::text, 'SPIKE'::text, 'RING_TOUCHES'::text])) AND (area.id IS NOT NULL) AND (EXISTS ( SELECT
           FROM boundaries.permitted_area noticed
          WHERE ((noticed.id = finding.area_id) AND (noticed.version = finding.area_version) AND
                CASE finding.code
                    WHEN 'AREA_NOT_IN_FILE'::text THEN (COALESCE(area.valid_to, 'infinity'::date) >= COALESCE(noticed.valid_to, 'infinity'::date))
                    WHEN 'KIND_UNKNOWN'::text THEN true
                    ELSE ((area.corners = noticed.corners) AND (NOT (area.floor_m IS DISTINCT FROM noticed.floor_m)) AND (NOT (area.ceiling_m IS DISTINCT FROM noticed.ceiling_m)))
                END))))))
UNION ALL
 SELECT (md5(((('CRS_BALLPARK/'::text || permitted_area.id) || '/'::text) || permitted_area.version)))::uuid AS id,
    permitted_area.mine_id,
    NULL::uuid AS other_mine_id,
    permitted_area.id AS area_id,
    permitted_area.version AS area_version,
    NULL::uuid AS licence_id,
    'CRS_BALLPARK'::text AS code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    jsonb_build_object('srid', permitted_area.source_srid) AS facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    permitted_area.recorded_at AS found_at
   FROM boundaries.permitted_area
  WHERE ((permitted_area.superseded_at IS NULL) AND (permitted_area.crs_class = 'BALLPARK'::text))
UNION ALL
 SELECT published_data_quality.id,
    published_data_quality.mine_id,
    NULL::uuid AS other_mine_id,
    NULL::uuid AS area_id,
    NULL::integer AS area_version,
    NULL::uuid AS licence_id,
    published_data_quality.code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    published_data_quality.facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    published_data_quality.found_at
   FROM registry.published_data_quality
UNION ALL
 SELECT published_data_quality.id,
    published_data_quality.mine_id,
    NULL::uuid AS other_mine_id,
    NULL::uuid AS area_id,
    NULL::integer AS area_version,
    published_data_quality.licence_id,
    published_data_quality.code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    published_data_quality.facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    published_data_quality.found_at
   FROM licences.published_data_quality
UNION ALL
 SELECT (md5(((('RIGHTS_OVERLAP/'::text || a.id) || '/'::text) || o.id)))::uuid AS id,
    a.mine_id,
    o.mine_id AS other_mine_id,
    a.id AS area_id,
    a.version AS area_version,
    NULL::uuid AS licence_id,
    'RIGHTS_OVERLAP'::text AS code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    jsonb_build_object('squareMetres', round(pair.area_m2), 'otherArea', COALESCE(o.name, (o.id)::text)) AS facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    GREATEST(a.recorded_at, o.recorded_at) AS found_at
   FROM ((( SELECT area_overlap.area_id,
            area_overlap.other_area_id,
            area_overlap.area_m2
           FROM boundaries.area_overlap
        UNION ALL
         SELECT area_overlap.other_area_id,
            area_overlap.area_id,
            area_overlap.area_m2
           FROM boundaries.area_overlap) pair
     JOIN boundaries.permitted_area a ON (((a.id = pair.area_id) AND (a.superseded_at IS NULL))))
     JOIN boundaries.permitted_area o ON (((o.id = pair.other_area_id) AND (o.superseded_at IS NULL))))
  WHERE (a.mine_id <> o.mine_id)
UNION ALL
 SELECT (md5(((('AREAS_OVERLAP_IN_TIME/'::text || a.id) || '/'::text) || o.id)))::uuid AS id,
    a.mine_id,
    NULL::uuid AS other_mine_id,
    a.id AS area_id,
    a.version AS area_version,
    NULL::uuid AS licence_id,
    'AREAS_OVERLAP_IN_TIME'::text AS code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    jsonb_build_object('squareMetres', round(pair.area_m2), 'kind', a.kind, 'otherArea', COALESCE(o.name, (o.id)::text), 'from', GREATEST(a.valid_from, o.valid_from), 'to', LEAST(a.valid_to, o.valid_to)) AS facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    GREATEST(a.recorded_at, o.recorded_at) AS found_at
   FROM ((boundaries.area_overlap pair
     JOIN boundaries.permitted_area a ON (((a.id = pair.area_id) AND (a.superseded_at IS NULL))))
     JOIN boundaries.permitted_area o ON (((o.id = pair.other_area_id) AND (o.superseded_at IS NULL))))
  WHERE (a.mine_id = o.mine_id)
UNION ALL
 SELECT (md5(((('AREA_GAP/'::text || chain.mine_id) || '/'::text) || upper(chain.before))))::uuid AS id,
    chain.mine_id,
    NULL::uuid AS other_mine_id,
    NULL::uuid AS area_id,
    NULL::integer AS area_version,
    NULL::uuid AS licence_id,
    'AREA_GAP'::text AS code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    jsonb_build_object('from', upper(chain.before), 'to', lower(chain.after)) AS facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    chain.found_at
   FROM ( SELECT of_mine.mine_id,
            of_mine.found_at,
            period.period AS before,
            lead(period.period) OVER (PARTITION BY of_mine.mine_id ORDER BY (lower(period.period))) AS after
           FROM (( SELECT permitted_area.mine_id,
                    range_agg(daterange(permitted_area.valid_from, permitted_area.valid_to)) AS periods,
                    max(permitted_area.recorded_at) AS found_at
                   FROM boundaries.permitted_area
                  WHERE ((permitted_area.superseded_at IS NULL) AND (permitted_area.kind = 'MINING_RIGHT'::text))
                  GROUP BY permitted_area.mine_id) of_mine
             CROSS JOIN LATERAL unnest(of_mine.periods) period(period))) chain
  WHERE (chain.after IS NOT NULL)
UNION ALL
 SELECT (md5(((('ELEVATION_IMPLAUSIBLE/'::text || permitted_area.id) || '/'::text) || permitted_area.version)))::uuid AS id,
    permitted_area.mine_id,
    NULL::uuid AS other_mine_id,
    permitted_area.id AS area_id,
    permitted_area.version AS area_version,
    NULL::uuid AS licence_id,
    'ELEVATION_IMPLAUSIBLE'::text AS code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    jsonb_build_object('ceiling', permitted_area.ceiling_m, 'floor', permitted_area.floor_m) AS facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    permitted_area.recorded_at AS found_at
   FROM boundaries.permitted_area
  WHERE ((permitted_area.superseded_at IS NULL) AND ((permitted_area.floor_m = permitted_area.ceiling_m) OR (permitted_area.floor_m < ('-2500'::integer)::double precision) OR (permitted_area.ceiling_m > (6500)::double precision) OR ((permitted_area.ceiling_m - permitted_area.floor_m) > (3000)::double precision)))
UNION ALL
 SELECT (md5(((('AREA_OUTLIVES_LICENCE/'::text || a.id) || '/'::text) || a.version)))::uuid AS id,
    a.mine_id,
    NULL::uuid AS other_mine_id,
    a.id AS area_id,
    a.version AS area_version,
    l.id AS licence_id,
    'AREA_OUTLIVES_LICENCE'::text AS code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    jsonb_build_object('number', COALESCE(l.number, withdrawn.number), 'areaFrom', a.valid_from, 'areaTo', a.valid_to, 'from', l.valid_from, 'to', LEAST(l.valid_to, l.revoked_on), 'withdrawn', (l.id IS NULL), 'revoked', COALESCE((l.revoked_on < COALESCE(l.valid_to, 'infinity'::date)), false)) AS facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    GREATEST(a.recorded_at, l.updated_at, withdrawn.superseded_at) AS found_at
   FROM ((boundaries.permitted_area a
     LEFT JOIN licences.published_licence l ON ((l.id = a.licence_id)))
     LEFT JOIN LATERAL ( SELECT v.number,
            v.superseded_at
           FROM licences.published_licence_version v
          WHERE ((v.id = a.licence_id) AND (l.id IS NULL))
          ORDER BY v.version DESC
         LIMIT 1) withdrawn ON (true))
  WHERE ((a.superseded_at IS NULL) AND ((withdrawn.number IS NOT NULL) OR (a.valid_from < l.valid_from) OR (COALESCE(a.valid_to, 'infinity'::date) > COALESCE(LEAST(l.valid_to, l.revoked_on), 'infinity'::date))))
UNION ALL
 SELECT (md5(((((((('STATED_AREA/'::text || document.mine_id) || '/'::text) || document.kind) || '/'::text) || document.document) || '/'::text) || document.stated)))::uuid AS id,
    document.mine_id,
    NULL::uuid AS other_mine_id,
        CASE
            WHEN (document.count = 1) THEN document.area_id
            ELSE NULL::uuid
        END AS area_id,
        CASE
            WHEN (document.count = 1) THEN document.area_version
            ELSE NULL::integer
        END AS area_version,
    NULL::uuid AS licence_id,
        CASE
            WHEN (abs((ground.area_m2 - document.stated)) <= ((50)::double precision + ((0.000005)::double precision * document.stated))) THEN 'STATED_AREA_ELLIPSOIDAL'::text
            WHEN (abs((ground.plane_area_m2 - document.stated)) <= ((50)::double precision + ((0.000005)::double precision * document.stated))) THEN 'STATED_AREA_PLANE'::text
            ELSE 'STATED_AREA_MISMATCH'::text
        END AS code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    jsonb_build_object('stated', document.stated, 'ellipsoidal', ground.area_m2, 'plane', ground.plane_area_m2, 'planeAgrees', (abs((ground.plane_area_m2 - document.stated)) <= ((50)::double precision + ((0.000005)::double precision * document.stated)))) AS facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    document.recorded_at AS found_at
   FROM (( SELECT of_statement.mine_id,
            of_statement.kind,
            of_statement.document,
            of_statement.stated,
            count(*) AS count,
            array_agg(of_statement.id) AS areas,
            (array_agg(of_statement.id))[1] AS area_id,
            max(of_statement.version) AS area_version,
            sum(of_statement.area_m2) AS area_m2,
            sum(of_statement.plane_area_m2) AS plane_area_m2,
            max(of_statement.recorded_at) AS recorded_at
           FROM ( SELECT staged.id,
                    staged.version,
                    staged.mine_id,
                    staged.kind,
                    staged.document_number,
                    staged.licence_id,
                    staged.document,
                    staged.valid_from,
                    staged.valid_to,
                    staged.stated_area_m2,
                    staged.area_m2,
                    staged.plane_area_m2,
                    staged.recorded_at,
                    staged.stated_since,
                    staged.begins,
                    staged.stage,
                        CASE
                            WHEN ((staged.document_number IS NULL) AND (staged.licence_id IS NULL)) THEN staged.stated_area_m2
                            ELSE first_value(staged.stated_area_m2) OVER (PARTITION BY staged.mine_id, staged.kind, staged.document, staged.stage ORDER BY (staged.stated_area_m2 IS NULL), staged.stated_since DESC, staged.stated_area_m2)
                        END AS stated
                   FROM ( SELECT begun.id,
                            begun.version,
                            begun.mine_id,
                            begun.kind,
                            begun.document_number,
                            begun.licence_id,
                            begun.document,
                            begun.valid_from,
                            begun.valid_to,
                            begun.stated_area_m2,
                            begun.area_m2,
                            begun.plane_area_m2,
                            begun.recorded_at,
                            begun.stated_since,
                            begun.begins,
                            count(*) FILTER (WHERE begun.begins) OVER (PARTITION BY begun.mine_id, begun.kind, begun.document ORDER BY begun.valid_from, begun.id) AS stage
                           FROM ( SELECT of_document.id,
                                    of_document.version,
                                    of_document.mine_id,
                                    of_document.kind,
                                    of_document.document_number,
                                    of_document.licence_id,
                                    of_document.document,
                                    of_document.valid_from,
                                    of_document.valid_to,
                                    of_document.stated_area_m2,
                                    of_document.area_m2,
                                    of_document.plane_area_m2,
                                    of_document.recorded_at,
                                    of_document.stated_since,
                                    (of_document.valid_from >= max(COALESCE(of_document.valid_to, 'infinity'::date)) OVER (PARTITION BY of_document.mine_id, of_document.kind, of_document.document ORDER BY of_document.valid_from, of_document.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS begins
                                   FROM ( SELECT area.id,
    area.version,
    area.mine_id,
    area.kind,
    area.document_number,
    area.licence_id,
    COALESCE(area.document_number, (area.licence_id)::text, (area.valid_from)::text) AS document,
    area.valid_from,
    area.valid_to,
    area.stated_area_m2,
    area.area_m2,
    area.plane_area_m2,
    area.recorded_at,
  CASE
   WHEN (area.version = 1) THEN area.recorded_at
   ELSE ( SELECT min(past.recorded_at) AS min
      FROM boundaries.permitted_area past
     WHERE ((past.id = area.id) AND (past.stated_area_m2 = area.stated_area_m2)))
  END AS stated_since
   FROM boundaries.permitted_area area
  WHERE ((area.superseded_at IS NULL) AND (NOT (EXISTS ( SELECT
     FROM (boundaries.data_quality_finding omitted
       JOIN boundaries.permitted_area noticed ON (((noticed.id = omitted.area_id) AND (noticed.version = omitted.area_version))))
    WHERE ((omitted.area_id = area.id) AND (omitted.code = 'AREA_NOT_IN_FILE'::text) AND (omitted.superseded_at IS NULL) AND (COALESCE(area.valid_to, 'infinity'::date) >= COALESCE(noticed.valid_to, 'infinity'::date)))))))) of_document) begun) staged) of_statement
          GROUP BY of_statement.mine_id, of_statement.kind, of_statement.document, of_statement.stated) document
     CROSS JOIN LATERAL ( SELECT NULL::date AS day,
            document.area_m2,
            document.plane_area_m2
          WHERE (document.count = 1)
        UNION ALL
         SELECT ground_nearest_to.day,
            ground_nearest_to.area_m2,
            ground_nearest_to.plane_area_m2
           FROM boundaries.ground_nearest_to(document.stated, document.areas) ground_nearest_to(day, area_m2, plane_area_m2)
          WHERE (document.count > 1)) ground)
  WHERE (document.stated IS NOT NULL)
UNION ALL
 SELECT (md5(('LICENCE_AREA_MISMATCH/'::text || l.id)))::uuid AS id,
    l.mine_id,
    NULL::uuid AS other_mine_id,
    NULL::uuid AS area_id,
    NULL::integer AS area_version,
    l.id AS licence_id,
    'LICENCE_AREA_MISMATCH'::text AS code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    jsonb_build_object('number', l.number, 'stated', l.stated_area_km2, 'day', ground.day, 'ellipsoidal', (ground.area_m2 / ('1000000'::numeric)::double precision), 'plane', (ground.plane_area_m2 / ('1000000'::numeric)::double precision)) AS facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    GREATEST(s.recorded_at, l.updated_at) AS found_at
   FROM ((licences.published_licence l
     CROSS JOIN LATERAL ( SELECT count(*) AS count,
            array_agg(a.id) AS areas,
            sum(a.area_m2) AS area_m2,
            sum(a.plane_area_m2) AS plane_area_m2,
            max(a.recorded_at) AS recorded_at
           FROM boundaries.permitted_area a
          WHERE ((a.licence_id = l.id) AND (a.kind = 'MINING_RIGHT'::text) AND (a.superseded_at IS NULL))) s)
     CROSS JOIN LATERAL ( SELECT NULL::date AS day,
            s.area_m2,
            s.plane_area_m2
          WHERE (s.count = 1)
        UNION ALL
         SELECT ground_at_last.day,
            ground_at_last.area_m2,
            ground_at_last.plane_area_m2
           FROM boundaries.ground_at_last((('1000000'::numeric)::double precision * l.stated_area_km2), s.areas, COALESCE(LEAST(l.valid_to, l.revoked_on), 'infinity'::date)) ground_at_last(day, area_m2, plane_area_m2)
          WHERE (s.count > 1)) ground)
  WHERE ((l.kind = 'MINING_LICENCE'::text) AND (LEAST(abs((ground.area_m2 - (('1000000'::numeric)::double precision * l.stated_area_km2))), abs((ground.plane_area_m2 - (('1000000'::numeric)::double precision * l.stated_area_km2)))) > ((50)::double precision + ((5)::double precision * l.stated_area_km2))))
UNION ALL
 SELECT (md5(('LOCATION_FAR_FROM_AREAS/'::text || m.id)))::uuid AS id,
    m.id AS mine_id,
    NULL::uuid AS other_mine_id,
    NULL::uuid AS area_id,
    NULL::integer AS area_version,
    NULL::uuid AS licence_id,
    'LOCATION_FAR_FROM_AREAS'::text AS code,
    NULL::text AS severity,
    NULL::text AS message,
    NULL::text AS advice,
    jsonb_build_object('kilometres', round((near.metres / (1000)::double precision))) AS facts,
    NULL::integer AS line,
    NULL::integer AS ring,
    NULL::integer AS vertex,
    GREATEST(m.updated_at, near.recorded_at) AS found_at
   FROM (registry.published_mine m
     CROSS JOIN LATERAL ( SELECT
                CASE
                    WHEN (min((GREATEST(abs((public.st_x(m.location) - public.st_xmin((a.geom)::public.box3d))), abs((public.st_x(m.location) - public.st_xmax((a.geom)::public.box3d)))) + GREATEST(abs((public.st_y(m.location) - public.st_ymin((a.geom)::public.box3d))), abs((public.st_y(m.location) - public.st_ymax((a.geom)::public.box3d)))))) > (0.04)::double precision) THEN ( SELECT min(public.st_distance((r.geom)::public.geography, (m.location)::public.geography)) AS min
                       FROM boundaries.permitted_area r
                      WHERE ((r.mine_id = m.id) AND (r.kind = 'MINING_RIGHT'::text) AND (r.superseded_at IS NULL)))
                    ELSE NULL::double precision
                END AS metres,
            max(a.recorded_at) AS recorded_at
           FROM boundaries.permitted_area a
          WHERE ((a.mine_id = m.id) AND (a.kind = 'MINING_RIGHT'::text) AND (a.superseded_at IS NULL))) near)
  WHERE ((m.location IS NOT NULL) AND (near.metres > (5000)::double precision));

--
-- Name: observation; Type: TABLE; Schema: boundaries; Owner: -
--

CREATE TABLE boundaries.observation (
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    provider text NOT NULL,
    provider_ref text,
    mine_id uuid,
    activity text NOT NULL,
    method text NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    observed_on date GENERATED ALWAYS AS (((observed_at AT TIME ZONE 'Asia/Shanghai'::text))::date) STORED NOT NULL,
    geom public.geometry(MultiPolygon,4490) NOT NULL,
    sigma_m double precision NOT NULL,
    z_min_m double precision,
    z_max_m double precision,
    sigma_z_m double precision,
    seam text,
    area_m2 double precision NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    content_digest text NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawal_reason text,
    withdrawal_document_number text,
    CONSTRAINT observation_activity_check CHECK ((activity = ANY (ARRAY['EXTRACTION'::text, 'STRIPPING'::text, 'DUMPING'::text, 'CONSTRUCTION'::text]))),
    CONSTRAINT observation_area_m2_check CHECK ((area_m2 > (0)::double precision)),
    CONSTRAINT observation_check CHECK ((z_max_m >= z_min_m)),
    CONSTRAINT observation_check1 CHECK ((withdrawn_at >= recorded_at)),
    CONSTRAINT observation_geom_check CHECK ((NOT public.st_isempty(geom))),
    CONSTRAINT observation_method_check CHECK ((method = ANY (ARRAY['SATELLITE'::text, 'UAV'::text, 'GNSS_SURVEY'::text, 'RADAR'::text, 'INSPECTION'::text]))),
    CONSTRAINT observation_sigma_m_check CHECK ((sigma_m >= (0)::double precision)),
    CONSTRAINT observation_sigma_z_m_check CHECK ((sigma_z_m >= (0)::double precision)),
    CONSTRAINT observation_version_check CHECK ((version > 0))
);

--
-- Name: past_observation; Type: TABLE; Schema: boundaries; Owner: -
--

CREATE TABLE boundaries.past_observation (
    id uuid NOT NULL,
    version integer NOT NULL,
    provider text NOT NULL,
    provider_ref text,
    mine_id uuid,
    activity text NOT NULL,
    method text NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    observed_on date NOT NULL,
    geom public.geometry(MultiPolygon,4490) NOT NULL,
    sigma_m double precision NOT NULL,
    z_min_m double precision,
    z_max_m double precision,
    sigma_z_m double precision,
    seam text,
    area_m2 double precision NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone NOT NULL,
    CONSTRAINT past_observation_check CHECK ((superseded_at >= recorded_at))
);

--
-- Name: published_area_corners; Type: VIEW; Schema: boundaries; Owner: -
--

CREATE VIEW boundaries.published_area_corners AS
 SELECT id,
    version,
    corners
   FROM boundaries.permitted_area;

--
-- Name: published_observation; Type: VIEW; Schema: boundaries; Owner: -
--

CREATE VIEW boundaries.published_observation AS
 SELECT id,
    version,
    provider,
    provider_ref,
    mine_id,
    activity,
    method,
    observed_at,
    observed_on,
    geom,
    sigma_m,
    z_min_m,
    z_max_m,
    sigma_z_m,
    seam,
    area_m2,
    recorded_at
   FROM boundaries.observation
  WHERE (withdrawn_at IS NULL);

--
-- Name: published_observation_version; Type: VIEW; Schema: boundaries; Owner: -
--

CREATE VIEW boundaries.published_observation_version AS
 SELECT past_observation.id,
    past_observation.version,
    past_observation.provider,
    past_observation.provider_ref,
    past_observation.mine_id,
    past_observation.activity,
    past_observation.method,
    past_observation.observed_at,
    past_observation.observed_on,
    past_observation.geom,
    past_observation.sigma_m,
    past_observation.z_min_m,
    past_observation.z_max_m,
    past_observation.sigma_z_m,
    past_observation.seam,
    past_observation.area_m2,
    past_observation.recorded_at,
    past_observation.superseded_at
   FROM boundaries.past_observation
UNION ALL
 SELECT observation.id,
    observation.version,
    observation.provider,
    observation.provider_ref,
    observation.mine_id,
    observation.activity,
    observation.method,
    observation.observed_at,
    observation.observed_on,
    observation.geom,
    observation.sigma_m,
    observation.z_min_m,
    observation.z_max_m,
    observation.sigma_z_m,
    observation.seam,
    observation.area_m2,
    observation.recorded_at,
    observation.withdrawn_at AS superseded_at
   FROM boundaries.observation;

--
-- Name: published_permitted_area; Type: VIEW; Schema: boundaries; Owner: -
--

CREATE VIEW boundaries.published_permitted_area AS
 SELECT id,
    version,
    mine_id,
    licence_id,
    kind,
    name,
    geom,
    plane_geom,
    source_srid,
    crs_class,
    ceiling_m,
    floor_m,
    area_m2,
    plane_area_m2,
    stated_area_m2,
    sigma_m,
    sigma_z_m,
    valid_from,
    valid_to,
    recorded_at,
    superseded_at,
    authority,
    document_number
   FROM boundaries.permitted_area;

--
-- Name: evidence_key; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.evidence_key (
    id text NOT NULL,
    public_key text NOT NULL,
    private_key text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT evidence_key_id_check CHECK ((id ~ '^[0-9a-f]{64}$'::text))
);

--
-- Name: evidence_pack; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.evidence_pack (
    sequence bigint NOT NULL,
    digest text NOT NULL,
    previous text,
    violation_id uuid NOT NULL,
    facts_digest text NOT NULL,
    key_id text NOT NULL,
    issued_by text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    CONSTRAINT evidence_pack_check CHECK (((sequence = 1) = (previous IS NULL))),
    CONSTRAINT evidence_pack_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT evidence_pack_sequence_check CHECK ((sequence > 0))
);

--
-- Name: finding; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.finding (
    id uuid NOT NULL,
    judgement_id uuid NOT NULL,
    observation_id uuid NOT NULL,
    ordinal integer NOT NULL,
    current boolean NOT NULL,
    mine_id uuid,
    other_mine_id uuid,
    kind text NOT NULL,
    verdict text NOT NULL,
    reason text,
    geom public.geometry(MultiPolygon,4490) NOT NULL,
    area_m2 double precision NOT NULL,
    share double precision NOT NULL,
    overrun_m double precision,
    overrun_point public.geometry(Point,4490),
    depth_overrun_m double precision,
    volume_m3 double precision,
    observed_at timestamp with time zone NOT NULL,
    CONSTRAINT finding_kind_check CHECK ((kind = ANY (ARRAY['MINING_OUT_OF_BOUNDS'::text, 'STRIPPING_OUT_OF_BOUNDS'::text, 'DUMPING_OUT_OF_BOUNDS'::text, 'ENCROACHMENT'::text, 'BEYOND_DEPTH'::text, 'UNAPPROVED_SEAM'::text, 'PROHIBITED_ZONE'::text, 'OUTSIDE_RED_LINE'::text, 'EXPIRED_RIGHT'::text, 'UNLICENSED'::text]))),
    CONSTRAINT finding_verdict_check CHECK ((verdict = ANY (ARRAY['WITHIN_ERROR'::text, 'PROBABLE'::text, 'CONFIRMED'::text])))
);

--
-- Name: judgement; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.judgement (
    id uuid NOT NULL,
    observation_id uuid NOT NULL,
    observation_version integer NOT NULL,
    sequence integer NOT NULL,
    mine_id uuid,
    attribution text NOT NULL,
    plan_verdict text NOT NULL,
    depth_verdict text,
    depth_overrun_m double precision,
    footprint_area_m2 double precision NOT NULL,
    within_area_m2 double precision NOT NULL,
    excess_area_m2 double precision NOT NULL,
    sliver_area_m2 double precision NOT NULL,
    sliver_count integer NOT NULL,
    judging_srid integer NOT NULL,
    areas jsonb NOT NULL,
    policy_version integer NOT NULL,
    engine jsonb NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    known_at timestamp with time zone NOT NULL,
    judged_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone,
    digest text NOT NULL,
    CONSTRAINT judgement_attribution_check CHECK ((attribution = ANY (ARRAY['GIVEN'::text, 'OVERLAP'::text, 'SUSPECTED'::text, 'NONE'::text]))),
    CONSTRAINT judgement_depth_verdict_check CHECK ((depth_verdict = ANY (ARRAY['WITHIN'::text, 'WITHIN_ERROR'::text, 'PROBABLE'::text, 'CONFIRMED'::text]))),
    CONSTRAINT judgement_plan_verdict_check CHECK ((plan_verdict = ANY (ARRAY['WITHIN'::text, 'WITHIN_ERROR'::text, 'PROBABLE'::text, 'CONFIRMED'::text, 'UNLICENSED'::text]))),
    CONSTRAINT judgement_sequence_check CHECK ((sequence > 0))
);

--
-- Name: judgement_diff; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.judgement_diff (
    id uuid NOT NULL,
    kind text NOT NULL,
    subjects jsonb NOT NULL,
    mine_ids uuid[] NOT NULL,
    areas jsonb NOT NULL,
    valid_from date,
    valid_to date,
    reason text,
    causes jsonb,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    observations integer NOT NULL,
    judged integer DEFAULT 0 NOT NULL,
    changed integer DEFAULT 0 NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT judgement_diff_check CHECK ((completed_at >= requested_at)),
    CONSTRAINT judgement_diff_kind_check CHECK ((kind = ANY (ARRAY['AREA_ADDED'::text, 'AREA_CORRECTED'::text, 'AREA_WITHDRAWN'::text, 'LICENCE_CHANGED'::text, 'OBSERVATION_CORRECTED'::text, 'OBSERVATION_WITHDRAWN'::text, 'POLICY_CHANGED'::text, 'MINE_MOVED'::text])))
);

--
-- Name: judgement_diff_entry; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.judgement_diff_entry (
    diff_id uuid NOT NULL,
    violation_id uuid NOT NULL,
    former_id uuid,
    mine_id uuid,
    kind text NOT NULL,
    change text NOT NULL,
    was_closed boolean NOT NULL,
    area_before_m2 double precision,
    area_after_m2 double precision,
    verdict_before text,
    verdict_after text,
    reason text,
    CONSTRAINT judgement_diff_entry_change_check CHECK ((change = ANY (ARRAY['APPEARED'::text, 'GREW'::text, 'SHRANK'::text, 'VERDICT_CHANGED'::text, 'AUTO_CLOSED'::text, 'REOPENED'::text]))),
    CONSTRAINT judgement_diff_entry_check CHECK (((area_before_m2 IS NULL) = (verdict_before IS NULL))),
    CONSTRAINT judgement_diff_entry_check1 CHECK (((area_after_m2 IS NULL) = (verdict_after IS NULL))),
    CONSTRAINT judgement_diff_entry_verdict_after_check CHECK ((verdict_after = ANY (ARRAY['PROBABLE'::text, 'CONFIRMED'::text]))),
    CONSTRAINT judgement_diff_entry_verdict_before_check CHECK ((verdict_before = ANY (ARRAY['PROBABLE'::text, 'CONFIRMED'::text])))
);

--
-- Name: judgement_run; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.judgement_run (
    id uuid NOT NULL,
    scope jsonb NOT NULL,
    state text NOT NULL,
    total integer NOT NULL,
    judged integer DEFAULT 0 NOT NULL,
    changed integer DEFAULT 0 NOT NULL,
    error text,
    requested_by text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    diff_id uuid,
    policy_version integer,
    attempts integer DEFAULT 0 NOT NULL,
    carried_on_at timestamp with time zone,
    CONSTRAINT judgement_run_state_check CHECK ((state = ANY (ARRAY['RUNNING'::text, 'DONE'::text, 'FAILED'::text, 'CANCELLED'::text])))
);

--
-- Name: judgement_run_part; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.judgement_run_part (
    run_id uuid NOT NULL,
    part integer NOT NULL,
    observation_ids uuid[] NOT NULL
);

--
-- Name: past_violation; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.past_violation (
    id uuid NOT NULL,
    mine_id uuid,
    other_mine_id uuid,
    kind text NOT NULL,
    verdict text NOT NULL,
    state text NOT NULL,
    reason text,
    geom public.geometry(MultiPolygon,4490) NOT NULL,
    area_m2 double precision NOT NULL,
    first_area_m2 double precision NOT NULL,
    overrun_m double precision,
    depth_overrun_m double precision,
    first_observed_at timestamp with time zone NOT NULL,
    last_observed_at timestamp with time zone NOT NULL,
    growth_m2_per_day double precision,
    opened_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone NOT NULL,
    CONSTRAINT past_violation_check CHECK ((superseded_at > recorded_at))
);

--
-- Name: past_violation_finding; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.past_violation_finding (
    finding_id uuid NOT NULL,
    violation_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone NOT NULL,
    CONSTRAINT past_violation_finding_check CHECK ((superseded_at > recorded_at))
);

--
-- Name: past_violation_transition; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.past_violation_transition (
    sequence bigint NOT NULL,
    violation_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone NOT NULL,
    CONSTRAINT past_violation_transition_check CHECK ((superseded_at > recorded_at))
);

--
-- Name: violation; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.violation (
    id uuid NOT NULL,
    mine_id uuid,
    other_mine_id uuid,
    kind text NOT NULL,
    verdict text NOT NULL,
    state text NOT NULL,
    reason text,
    geom public.geometry(MultiPolygon,4490) NOT NULL,
    area_m2 double precision NOT NULL,
    first_area_m2 double precision NOT NULL,
    overrun_m double precision,
    depth_overrun_m double precision,
    first_observed_at timestamp with time zone NOT NULL,
    last_observed_at timestamp with time zone NOT NULL,
    growth_m2_per_day double precision,
    opened_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT violation_kind_check CHECK ((kind = ANY (ARRAY['MINING_OUT_OF_BOUNDS'::text, 'STRIPPING_OUT_OF_BOUNDS'::text, 'DUMPING_OUT_OF_BOUNDS'::text, 'ENCROACHMENT'::text, 'BEYOND_DEPTH'::text, 'UNAPPROVED_SEAM'::text, 'PROHIBITED_ZONE'::text, 'OUTSIDE_RED_LINE'::text, 'EXPIRED_RIGHT'::text, 'UNLICENSED'::text]))),
    CONSTRAINT violation_state_check CHECK ((state = ANY (ARRAY['DETECTED'::text, 'UNDER_REVIEW'::text, 'CONFIRMED'::text, 'DISMISSED'::text, 'REFERRED'::text, 'RECTIFYING'::text, 'CLOSED'::text, 'AUTO_CLOSED'::text, 'REOPENED'::text]))),
    CONSTRAINT violation_verdict_check CHECK ((verdict = ANY (ARRAY['PROBABLE'::text, 'CONFIRMED'::text])))
);

--
-- Name: published_violation; Type: VIEW; Schema: enforcement; Owner: -
--

CREATE VIEW enforcement.published_violation AS
 SELECT id,
    mine_id,
    other_mine_id,
    kind,
    verdict,
    state,
    reason,
    geom,
    area_m2,
    overrun_m,
    depth_overrun_m,
    first_observed_at,
    last_observed_at,
    growth_m2_per_day,
    updated_at
   FROM enforcement.violation v;

--
-- Name: staged_finding; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.staged_finding (
    observation_id uuid NOT NULL,
    ordinal integer NOT NULL,
    mine_id uuid,
    other_mine_id uuid,
    kind text NOT NULL,
    verdict text NOT NULL,
    reason text,
    geom public.geometry(MultiPolygon,4490) NOT NULL,
    area_m2 double precision NOT NULL,
    share double precision NOT NULL,
    overrun_m double precision,
    overrun_point public.geometry(Point,4490),
    depth_overrun_m double precision,
    volume_m3 double precision,
    observed_at timestamp with time zone NOT NULL
);

--
-- Name: staged_judgement; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.staged_judgement (
    observation_id uuid NOT NULL,
    observation_version integer NOT NULL,
    mine_id uuid,
    attribution text NOT NULL,
    plan_verdict text NOT NULL,
    depth_verdict text,
    depth_overrun_m double precision,
    footprint_area_m2 double precision NOT NULL,
    within_area_m2 double precision NOT NULL,
    excess_area_m2 double precision NOT NULL,
    sliver_area_m2 double precision NOT NULL,
    sliver_count integer NOT NULL,
    judging_srid integer NOT NULL,
    areas jsonb NOT NULL,
    policy_version integer NOT NULL,
    engine jsonb NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    known_at timestamp with time zone NOT NULL,
    digest text NOT NULL
);

--
-- Name: tolerance_policy; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.tolerance_policy (
    version integer NOT NULL,
    k_probable double precision NOT NULL,
    k_confirmed double precision NOT NULL,
    min_area_m2 double precision NOT NULL,
    attribution_radius_m double precision NOT NULL,
    reason text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    state text DEFAULT 'PENDING'::text NOT NULL,
    adopted_at timestamp with time zone,
    replaced_at timestamp with time zone,
    CONSTRAINT tolerance_policy_attribution_radius_m_check CHECK ((attribution_radius_m >= (0)::double precision)),
    CONSTRAINT tolerance_policy_check CHECK ((k_confirmed >= k_probable)),
    CONSTRAINT tolerance_policy_check1 CHECK ((replaced_at >= adopted_at)),
    CONSTRAINT tolerance_policy_check2 CHECK (((state = ANY (ARRAY['IN_FORCE'::text, 'REPLACED'::text])) = (adopted_at IS NOT NULL))),
    CONSTRAINT tolerance_policy_check3 CHECK (((state = 'REPLACED'::text) = (replaced_at IS NOT NULL))),
    CONSTRAINT tolerance_policy_k_probable_check CHECK ((k_probable > (0)::double precision)),
    CONSTRAINT tolerance_policy_min_area_m2_check CHECK ((min_area_m2 >= (0)::double precision)),
    CONSTRAINT tolerance_policy_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'IN_FORCE'::text, 'REPLACED'::text, 'CANCELLED'::text, 'FAILED'::text])))
);

--
-- Name: violation_alias; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.violation_alias (
    old_id uuid NOT NULL,
    new_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);

--
-- Name: violation_finding; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.violation_finding (
    finding_id uuid NOT NULL,
    violation_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

--
-- Name: violation_finding_version; Type: VIEW; Schema: enforcement; Owner: -
--

CREATE VIEW enforcement.violation_finding_version AS
 SELECT past_violation_finding.finding_id,
    past_violation_finding.violation_id,
    past_violation_finding.recorded_at,
    past_violation_finding.superseded_at
   FROM enforcement.past_violation_finding
UNION ALL
 SELECT violation_finding.finding_id,
    violation_finding.violation_id,
    violation_finding.recorded_at,
    NULL::timestamp with time zone AS superseded_at
   FROM enforcement.violation_finding;

--
-- Name: violation_transition; Type: TABLE; Schema: enforcement; Owner: -
--

CREATE TABLE enforcement.violation_transition (
    sequence bigint NOT NULL,
    violation_id uuid NOT NULL,
    action text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    actor text NOT NULL,
    note text,
    at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT violation_transition_action_check CHECK ((action = ANY (ARRAY['START_REVIEW'::text, 'CONFIRM'::text, 'DISMISS'::text, 'START_RECTIFYING'::text, 'CLOSE'::text, 'REOPEN'::text, 'REFER'::text, 'AUTO_CLOSE'::text, 'AUTO_REOPEN'::text])))
);

--
-- Name: violation_transition_sequence_seq; Type: SEQUENCE; Schema: enforcement; Owner: -
--

ALTER TABLE enforcement.violation_transition ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME enforcement.violation_transition_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: violation_transition_version; Type: VIEW; Schema: enforcement; Owner: -
--

CREATE VIEW enforcement.violation_transition_version AS
 SELECT t.sequence,
    p.violation_id,
    t.action,
    t.from_state,
    t.to_state,
    t.actor,
    t.note,
    t.at,
    p.recorded_at,
    p.superseded_at
   FROM (enforcement.past_violation_transition p
     JOIN enforcement.violation_transition t USING (sequence))
UNION ALL
 SELECT violation_transition.sequence,
    violation_transition.violation_id,
    violation_transition.action,
    violation_transition.from_state,
    violation_transition.to_state,
    violation_transition.actor,
    violation_transition.note,
    violation_transition.at,
    violation_transition.recorded_at,
    NULL::timestamp with time zone AS superseded_at
   FROM enforcement.violation_transition;

--
-- Name: violation_version; Type: VIEW; Schema: enforcement; Owner: -
--

CREATE VIEW enforcement.violation_version AS
 SELECT past_violation.id,
    past_violation.mine_id,
    past_violation.other_mine_id,
    past_violation.kind,
    past_violation.verdict,
    past_violation.state,
    past_violation.reason,
    past_violation.geom,
    past_violation.area_m2,
    past_violation.first_area_m2,
    past_violation.overrun_m,
    past_violation.depth_overrun_m,
    past_violation.first_observed_at,
    past_violation.last_observed_at,
    past_violation.growth_m2_per_day,
    past_violation.opened_at,
    past_violation.recorded_at AS updated_at,
    past_violation.recorded_at,
    past_violation.superseded_at
   FROM enforcement.past_violation
UNION ALL
 SELECT violation.id,
    violation.mine_id,
    violation.other_mine_id,
    violation.kind,
    violation.verdict,
    violation.state,
    violation.reason,
    violation.geom,
    violation.area_m2,
    violation.first_area_m2,
    violation.overrun_m,
    violation.depth_overrun_m,
    violation.first_observed_at,
    violation.last_observed_at,
    violation.growth_m2_per_day,
    violation.opened_at,
    violation.updated_at,
    violation.updated_at AS recorded_at,
    NULL::timestamp with time zone AS superseded_at
   FROM enforcement.violation;

--
-- Name: event; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event (
    epoch integer DEFAULT platform.claim_event_epoch() NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() CONSTRAINT event_xid_not_null1 NOT NULL,
    seq bigint CONSTRAINT event_seq_not_null1 NOT NULL,
    id uuid DEFAULT gen_random_uuid() CONSTRAINT event_id_not_null1 NOT NULL,
    type text CONSTRAINT event_type_not_null1 NOT NULL,
    subject_type text CONSTRAINT event_subject_type_not_null1 NOT NULL,
    subject_id text CONSTRAINT event_subject_id_not_null1 NOT NULL,
    mine_id uuid,
    division_code text,
    before_digest text,
    after_digest text,
    cause_id uuid,
    actor text CONSTRAINT event_actor_not_null1 NOT NULL,
    request_id text CONSTRAINT event_request_id_not_null1 NOT NULL,
    occurred_at timestamp with time zone CONSTRAINT event_occurred_at_not_null1 NOT NULL,
    data jsonb DEFAULT '{}'::jsonb CONSTRAINT event_data_not_null1 NOT NULL,
    facets jsonb,
    previous_facets jsonb,
    logged_at timestamp with time zone DEFAULT now() NOT NULL
)
PARTITION BY RANGE (logged_at);

--
-- Name: event_seq; Type: SEQUENCE; Schema: platform; Owner: -
--

CREATE SEQUENCE platform.event_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: event_seq; Type: SEQUENCE OWNED BY; Schema: platform; Owner: -
--

ALTER SEQUENCE platform.event_seq OWNED BY platform.event.seq;

--
-- Name: event_default; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_default (
    epoch integer DEFAULT platform.claim_event_epoch() CONSTRAINT event_epoch_not_null NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() CONSTRAINT event_xid_not_null1 NOT NULL,
    seq bigint DEFAULT nextval('platform.event_seq'::regclass) CONSTRAINT event_seq_not_null1 NOT NULL,
    id uuid DEFAULT gen_random_uuid() CONSTRAINT event_id_not_null1 NOT NULL,
    type text CONSTRAINT event_type_not_null1 NOT NULL,
    subject_type text CONSTRAINT event_subject_type_not_null1 NOT NULL,
    subject_id text CONSTRAINT event_subject_id_not_null1 NOT NULL,
    mine_id uuid,
    division_code text,
    before_digest text,
    after_digest text,
    cause_id uuid,
    actor text CONSTRAINT event_actor_not_null1 NOT NULL,
    request_id text CONSTRAINT event_request_id_not_null1 NOT NULL,
    occurred_at timestamp with time zone CONSTRAINT event_occurred_at_not_null1 NOT NULL,
    data jsonb DEFAULT '{}'::jsonb CONSTRAINT event_data_not_null1 NOT NULL,
    facets jsonb,
    previous_facets jsonb,
    logged_at timestamp with time zone DEFAULT now() CONSTRAINT event_logged_at_not_null NOT NULL
);

--
-- Name: event_epoch; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_epoch (
    epoch integer NOT NULL,
    system_identifier text NOT NULL,
    timeline text NOT NULL,
    began_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: event_log; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.event_log (
    singleton boolean DEFAULT true NOT NULL,
    floor_epoch integer DEFAULT 0 NOT NULL,
    floor_xid xid8 DEFAULT '0'::xid8 NOT NULL,
    floor_seq bigint DEFAULT 0 NOT NULL,
    cursor_key bytea,
    CONSTRAINT event_log_singleton_check CHECK (singleton)
);

--
-- Name: migration; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.migration (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);

--
-- Name: migration_id_seq; Type: SEQUENCE; Schema: platform; Owner: -
--

CREATE SEQUENCE platform.migration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: migration_id_seq; Type: SEQUENCE OWNED BY; Schema: platform; Owner: -
--

ALTER SEQUENCE platform.migration_id_seq OWNED BY platform.migration.id;

--
-- Name: migration_lock; Type: TABLE; Schema: platform; Owner: -
--

CREATE TABLE platform.migration_lock (
    index integer NOT NULL,
    is_locked integer
);

--
-- Name: migration_lock_index_seq; Type: SEQUENCE; Schema: platform; Owner: -
--

CREATE SEQUENCE platform.migration_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: migration_lock_index_seq; Type: SEQUENCE OWNED BY; Schema: platform; Owner: -
--

ALTER SEQUENCE platform.migration_lock_index_seq OWNED BY platform.migration_lock.index;

--
-- Name: division; Type: TABLE; Schema: registry; Owner: -
--

CREATE TABLE registry.division (
    code text NOT NULL,
    name text NOT NULL,
    level text NOT NULL,
    parent_code text,
    CONSTRAINT division_code_check CHECK ((code ~ '^[1-9][0-9]{5}$'::text)),
    CONSTRAINT division_level_check CHECK ((level = ANY (ARRAY['PROVINCE'::text, 'CITY'::text, 'COUNTY'::text])))
);

--
-- Name: past_mine_location; Type: TABLE; Schema: registry; Owner: -
--

CREATE TABLE registry.past_mine_location (
    mine_id uuid NOT NULL,
    location public.geometry(Point,4490),
    superseded_at timestamp with time zone NOT NULL
);

--
-- Name: published_division; Type: VIEW; Schema: registry; Owner: -
--

CREATE VIEW registry.published_division AS
 SELECT code,
    name,
    level,
    parent_code
   FROM registry.division;

--
-- Name: published_operator; Type: VIEW; Schema: registry; Owner: -
--

CREATE VIEW registry.published_operator AS
 SELECT id,
    credit_code,
    name
   FROM registry.operator;

--
-- Name: published_past_mine_location; Type: VIEW; Schema: registry; Owner: -
--

CREATE VIEW registry.published_past_mine_location AS
 SELECT mine_id,
    location,
    superseded_at
   FROM registry.past_mine_location;

--
-- Name: bridge; Type: TABLE; Schema: updates; Owner: -
--

CREATE TABLE updates.bridge (
    name text NOT NULL,
    position_epoch integer,
    position_xid xid8,
    position_seq bigint,
    leased_by uuid,
    leased_until timestamp with time zone
);

--
-- Name: webhook; Type: TABLE; Schema: updates; Owner: -
--

CREATE TABLE updates.webhook (
    id uuid NOT NULL,
    url text NOT NULL,
    description text,
    filter jsonb,
    owner text NOT NULL,
    principal jsonb NOT NULL,
    state text NOT NULL,
    state_reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    replays integer DEFAULT 0 NOT NULL,
    position_epoch integer NOT NULL,
    position_xid xid8 NOT NULL,
    position_seq bigint NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    first_attempt_at timestamp with time zone,
    next_attempt_at timestamp with time zone,
    dead_in_a_row integer DEFAULT 0 NOT NULL,
    leased_by uuid,
    leased_until timestamp with time zone,
    CONSTRAINT webhook_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'PAUSED'::text, 'SUSPENDED'::text])))
);

--
-- Name: webhook_attempt; Type: TABLE; Schema: updates; Owner: -
--

CREATE TABLE updates.webhook_attempt (
    delivery_id uuid NOT NULL,
    number integer NOT NULL,
    outcome text NOT NULL,
    http_status integer,
    error text,
    started_at timestamp with time zone NOT NULL,
    milliseconds integer NOT NULL
);

--
-- Name: webhook_delivery; Type: TABLE; Schema: updates; Owner: -
--

CREATE TABLE updates.webhook_delivery (
    id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    position_epoch integer,
    position_xid xid8,
    position_seq bigint,
    is_test boolean DEFAULT false NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    first_attempt_at timestamp with time zone NOT NULL,
    last_attempt_at timestamp with time zone NOT NULL,
    next_attempt_at timestamp with time zone,
    CONSTRAINT webhook_delivery_state_check CHECK ((state = ANY (ARRAY['RETRYING'::text, 'DELIVERED'::text, 'DEAD_LETTERED'::text, 'FAILED'::text])))
);

--
-- Name: webhook_secret; Type: TABLE; Schema: updates; Owner: -
--

CREATE TABLE updates.webhook_secret (
    id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone
);

--
-- Name: event_default; Type: TABLE ATTACH; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ATTACH PARTITION platform.event_default DEFAULT;

--
-- Name: event seq; Type: DEFAULT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event ALTER COLUMN seq SET DEFAULT nextval('platform.event_seq'::regclass);

--
-- Name: migration id; Type: DEFAULT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.migration ALTER COLUMN id SET DEFAULT nextval('platform.migration_id_seq'::regclass);

--
-- Name: migration_lock index; Type: DEFAULT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.migration_lock ALTER COLUMN index SET DEFAULT nextval('platform.migration_lock_index_seq'::regclass);

--
-- Name: area_overlap area_overlap_pkey; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.area_overlap
    ADD CONSTRAINT area_overlap_pkey PRIMARY KEY (area_id, other_area_id);

--
-- Name: bulk_import bulk_import_file_sha256_layer_options_digest_key; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.bulk_import
    ADD CONSTRAINT bulk_import_file_sha256_layer_options_digest_key UNIQUE (file_sha256, layer, options_digest);

--
-- Name: bulk_import bulk_import_pkey; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.bulk_import
    ADD CONSTRAINT bulk_import_pkey PRIMARY KEY (id);

--
-- Name: bulk_import_rejection bulk_import_rejection_pkey; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.bulk_import_rejection
    ADD CONSTRAINT bulk_import_rejection_pkey PRIMARY KEY (import_id, ordinal);

--
-- Name: data_quality_finding data_quality_finding_pkey; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.data_quality_finding
    ADD CONSTRAINT data_quality_finding_pkey PRIMARY KEY (id);

--
-- Name: observation observation_pkey; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.observation
    ADD CONSTRAINT observation_pkey PRIMARY KEY (id);

--
-- Name: observation observation_provider_provider_ref_key; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.observation
    ADD CONSTRAINT observation_provider_provider_ref_key UNIQUE (provider, provider_ref);

--
-- Name: past_observation past_observation_known_once; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.past_observation
    ADD CONSTRAINT past_observation_known_once EXCLUDE USING gist (id WITH =, tstzrange(recorded_at, superseded_at) WITH &&);

--
-- Name: past_observation past_observation_pkey; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.past_observation
    ADD CONSTRAINT past_observation_pkey PRIMARY KEY (id, version);

--
-- Name: permitted_area permitted_area_known_once; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.permitted_area
    ADD CONSTRAINT permitted_area_known_once EXCLUDE USING gist (id WITH =, tstzrange(recorded_at, superseded_at) WITH &&);

--
-- Name: permitted_area permitted_area_pkey; Type: CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.permitted_area
    ADD CONSTRAINT permitted_area_pkey PRIMARY KEY (id, version);

--
-- Name: evidence_key evidence_key_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.evidence_key
    ADD CONSTRAINT evidence_key_pkey PRIMARY KEY (id);

--
-- Name: evidence_pack evidence_pack_digest_key; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.evidence_pack
    ADD CONSTRAINT evidence_pack_digest_key UNIQUE (digest);

--
-- Name: evidence_pack evidence_pack_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.evidence_pack
    ADD CONSTRAINT evidence_pack_pkey PRIMARY KEY (sequence);

--
-- Name: evidence_pack evidence_pack_previous_key; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.evidence_pack
    ADD CONSTRAINT evidence_pack_previous_key UNIQUE (previous);

--
-- Name: finding finding_judgement_id_ordinal_key; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.finding
    ADD CONSTRAINT finding_judgement_id_ordinal_key UNIQUE (judgement_id, ordinal);

--
-- Name: finding finding_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.finding
    ADD CONSTRAINT finding_pkey PRIMARY KEY (id);

--
-- Name: judgement_diff_entry judgement_diff_entry_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement_diff_entry
    ADD CONSTRAINT judgement_diff_entry_pkey PRIMARY KEY (diff_id, violation_id);

--
-- Name: judgement_diff judgement_diff_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement_diff
    ADD CONSTRAINT judgement_diff_pkey PRIMARY KEY (id);

--
-- Name: judgement judgement_observation_id_sequence_key; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement
    ADD CONSTRAINT judgement_observation_id_sequence_key UNIQUE (observation_id, sequence);

--
-- Name: judgement judgement_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement
    ADD CONSTRAINT judgement_pkey PRIMARY KEY (id);

--
-- Name: judgement_run_part judgement_run_part_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement_run_part
    ADD CONSTRAINT judgement_run_part_pkey PRIMARY KEY (run_id, part);

--
-- Name: judgement_run judgement_run_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement_run
    ADD CONSTRAINT judgement_run_pkey PRIMARY KEY (id);

--
-- Name: past_violation_finding past_violation_finding_known_once; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.past_violation_finding
    ADD CONSTRAINT past_violation_finding_known_once EXCLUDE USING gist (finding_id WITH =, tstzrange(recorded_at, superseded_at) WITH &&);

--
-- Name: past_violation past_violation_known_once; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.past_violation
    ADD CONSTRAINT past_violation_known_once EXCLUDE USING gist (id WITH =, tstzrange(recorded_at, superseded_at) WITH &&);

--
-- Name: past_violation_transition past_violation_transition_known_once; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.past_violation_transition
    ADD CONSTRAINT past_violation_transition_known_once EXCLUDE USING gist (sequence WITH =, tstzrange(recorded_at, superseded_at) WITH &&);

--
-- Name: staged_finding staged_finding_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.staged_finding
    ADD CONSTRAINT staged_finding_pkey PRIMARY KEY (observation_id, ordinal);

--
-- Name: staged_judgement staged_judgement_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.staged_judgement
    ADD CONSTRAINT staged_judgement_pkey PRIMARY KEY (observation_id);

--
-- Name: tolerance_policy tolerance_policy_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.tolerance_policy
    ADD CONSTRAINT tolerance_policy_pkey PRIMARY KEY (version);

--
-- Name: violation_alias violation_alias_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.violation_alias
    ADD CONSTRAINT violation_alias_pkey PRIMARY KEY (old_id);

--
-- Name: violation_finding violation_finding_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.violation_finding
    ADD CONSTRAINT violation_finding_pkey PRIMARY KEY (finding_id);

--
-- Name: violation violation_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.violation
    ADD CONSTRAINT violation_pkey PRIMARY KEY (id);

--
-- Name: violation_transition violation_transition_pkey; Type: CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.violation_transition
    ADD CONSTRAINT violation_transition_pkey PRIMARY KEY (sequence);

--
-- Name: licence licence_known_once; Type: CONSTRAINT; Schema: licences; Owner: -
--

ALTER TABLE ONLY licences.licence
    ADD CONSTRAINT licence_known_once EXCLUDE USING gist (id WITH =, tstzrange(recorded_at, superseded_at) WITH &&);

--
-- Name: licence licence_number_known_once; Type: CONSTRAINT; Schema: licences; Owner: -
--

ALTER TABLE ONLY licences.licence
    ADD CONSTRAINT licence_number_known_once EXCLUDE USING gist (number WITH =, tstzrange(recorded_at, superseded_at) WITH &&);

--
-- Name: licence licence_pkey; Type: CONSTRAINT; Schema: licences; Owner: -
--

ALTER TABLE ONLY licences.licence
    ADD CONSTRAINT licence_pkey PRIMARY KEY (id, version);

--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (epoch, xid, seq, logged_at);

--
-- Name: event_default event_default_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event_default
    ADD CONSTRAINT event_default_pkey PRIMARY KEY (epoch, xid, seq, logged_at);

--
-- Name: event_epoch event_epoch_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event_epoch
    ADD CONSTRAINT event_epoch_pkey PRIMARY KEY (epoch);

--
-- Name: event_log event_log_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.event_log
    ADD CONSTRAINT event_log_pkey PRIMARY KEY (singleton);

--
-- Name: migration_lock migration_lock_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.migration_lock
    ADD CONSTRAINT migration_lock_pkey PRIMARY KEY (index);

--
-- Name: migration migration_pkey; Type: CONSTRAINT; Schema: platform; Owner: -
--

ALTER TABLE ONLY platform.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (id);

--
-- Name: division division_pkey; Type: CONSTRAINT; Schema: registry; Owner: -
--

ALTER TABLE ONLY registry.division
    ADD CONSTRAINT division_pkey PRIMARY KEY (code);

--
-- Name: mine mine_code_key; Type: CONSTRAINT; Schema: registry; Owner: -
--

ALTER TABLE ONLY registry.mine
    ADD CONSTRAINT mine_code_key UNIQUE (code);

--
-- Name: mine mine_pkey; Type: CONSTRAINT; Schema: registry; Owner: -
--

ALTER TABLE ONLY registry.mine
    ADD CONSTRAINT mine_pkey PRIMARY KEY (id);

--
-- Name: operator operator_credit_code_key; Type: CONSTRAINT; Schema: registry; Owner: -
--

ALTER TABLE ONLY registry.operator
    ADD CONSTRAINT operator_credit_code_key UNIQUE (credit_code);

--
-- Name: operator operator_pkey; Type: CONSTRAINT; Schema: registry; Owner: -
--

ALTER TABLE ONLY registry.operator
    ADD CONSTRAINT operator_pkey PRIMARY KEY (id);

--
-- Name: bridge bridge_pkey; Type: CONSTRAINT; Schema: updates; Owner: -
--

ALTER TABLE ONLY updates.bridge
    ADD CONSTRAINT bridge_pkey PRIMARY KEY (name);

--
-- Name: webhook_attempt webhook_attempt_pkey; Type: CONSTRAINT; Schema: updates; Owner: -
--

ALTER TABLE ONLY updates.webhook_attempt
    ADD CONSTRAINT webhook_attempt_pkey PRIMARY KEY (delivery_id, number);

--
-- Name: webhook_delivery webhook_delivery_pkey; Type: CONSTRAINT; Schema: updates; Owner: -
--

ALTER TABLE ONLY updates.webhook_delivery
    ADD CONSTRAINT webhook_delivery_pkey PRIMARY KEY (id);

--
-- Name: webhook webhook_pkey; Type: CONSTRAINT; Schema: updates; Owner: -
--

ALTER TABLE ONLY updates.webhook
    ADD CONSTRAINT webhook_pkey PRIMARY KEY (id);

--
-- Name: webhook_secret webhook_secret_pkey; Type: CONSTRAINT; Schema: updates; Owner: -
--

ALTER TABLE ONLY updates.webhook_secret
    ADD CONSTRAINT webhook_secret_pkey PRIMARY KEY (id);

--
-- Name: area_overlap_other; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX area_overlap_other ON boundaries.area_overlap USING btree (other_area_id);

--
-- Name: data_quality_finding_intake; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX data_quality_finding_intake ON boundaries.data_quality_finding USING btree (intake_key);

--
-- Name: data_quality_finding_mine; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX data_quality_finding_mine ON boundaries.data_quality_finding USING btree (mine_id);

--
-- Name: observation_geom; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX observation_geom ON boundaries.observation USING gist (geom);

--
-- Name: observation_mine; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX observation_mine ON boundaries.observation USING btree (mine_id, observed_at);

--
-- Name: past_observation_geom; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX past_observation_geom ON boundaries.past_observation USING gist (geom);

--
-- Name: past_observation_mine; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX past_observation_mine ON boundaries.past_observation USING btree (mine_id, observed_at);

--
-- Name: permitted_area_current; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE UNIQUE INDEX permitted_area_current ON boundaries.permitted_area USING btree (id) WHERE (superseded_at IS NULL);

--
-- Name: permitted_area_geom; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX permitted_area_geom ON boundaries.permitted_area USING gist (geom);

--
-- Name: permitted_area_licence; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX permitted_area_licence ON boundaries.permitted_area USING btree (licence_id);

--
-- Name: permitted_area_mine; Type: INDEX; Schema: boundaries; Owner: -
--

CREATE INDEX permitted_area_mine ON boundaries.permitted_area USING btree (mine_id, kind);

--
-- Name: evidence_pack_violation; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX evidence_pack_violation ON enforcement.evidence_pack USING btree (violation_id, sequence);

--
-- Name: finding_current_geom; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX finding_current_geom ON enforcement.finding USING gist (geom) WHERE (current AND (verdict <> 'WITHIN_ERROR'::text));

--
-- Name: finding_observation; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX finding_observation ON enforcement.finding USING btree (observation_id);

--
-- Name: judgement_current; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE UNIQUE INDEX judgement_current ON enforcement.judgement USING btree (observation_id) WHERE (superseded_at IS NULL);

--
-- Name: judgement_diff_entry_mine; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX judgement_diff_entry_mine ON enforcement.judgement_diff_entry USING btree (mine_id);

--
-- Name: judgement_diff_entry_violation; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX judgement_diff_entry_violation ON enforcement.judgement_diff_entry USING btree (violation_id);

--
-- Name: judgement_diff_mines; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX judgement_diff_mines ON enforcement.judgement_diff USING gin (mine_ids);

--
-- Name: judgement_diff_newest; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX judgement_diff_newest ON enforcement.judgement_diff USING btree (requested_at DESC, id);

--
-- Name: judgement_mine; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX judgement_mine ON enforcement.judgement USING btree (mine_id);

--
-- Name: judgement_run_running; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX judgement_run_running ON enforcement.judgement_run USING btree (started_at) WHERE (state = 'RUNNING'::text);

--
-- Name: past_violation_finding_violation; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX past_violation_finding_violation ON enforcement.past_violation_finding USING btree (violation_id);

--
-- Name: past_violation_geom; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX past_violation_geom ON enforcement.past_violation USING gist (geom);

--
-- Name: past_violation_mine; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX past_violation_mine ON enforcement.past_violation USING btree (mine_id);

--
-- Name: past_violation_transition_violation; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX past_violation_transition_violation ON enforcement.past_violation_transition USING btree (violation_id);

--
-- Name: staged_judgement_mine; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX staged_judgement_mine ON enforcement.staged_judgement USING btree (mine_id);

--
-- Name: tolerance_policy_standing; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE UNIQUE INDEX tolerance_policy_standing ON enforcement.tolerance_policy USING btree (state) WHERE (state = ANY (ARRAY['PENDING'::text, 'IN_FORCE'::text]));

--
-- Name: violation_alias_new; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX violation_alias_new ON enforcement.violation_alias USING btree (new_id);

--
-- Name: violation_area; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX violation_area ON enforcement.violation USING btree (area_m2 DESC, id);

--
-- Name: violation_finding_violation; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX violation_finding_violation ON enforcement.violation_finding USING btree (violation_id);

--
-- Name: violation_geom; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX violation_geom ON enforcement.violation USING gist (geom);

--
-- Name: violation_last_observed; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX violation_last_observed ON enforcement.violation USING btree (last_observed_at DESC, id);

--
-- Name: violation_mine; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX violation_mine ON enforcement.violation USING btree (mine_id, kind);

--
-- Name: violation_state; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX violation_state ON enforcement.violation USING btree (state, kind);

--
-- Name: violation_transition_violation; Type: INDEX; Schema: enforcement; Owner: -
--

CREATE INDEX violation_transition_violation ON enforcement.violation_transition USING btree (violation_id, sequence);

--
-- Name: licence_mine; Type: INDEX; Schema: licences; Owner: -
--

CREATE INDEX licence_mine ON licences.licence USING btree (mine_id, kind, valid_from, id) WHERE (superseded_at IS NULL);

--
-- Name: licence_mine_version; Type: INDEX; Schema: licences; Owner: -
--

CREATE INDEX licence_mine_version ON licences.licence USING btree (mine_id, kind) WHERE (superseded_at IS NOT NULL);

--
-- Name: licence_number; Type: INDEX; Schema: licences; Owner: -
--

CREATE INDEX licence_number ON licences.licence USING btree (number);

--
-- Name: licence_revoked; Type: INDEX; Schema: licences; Owner: -
--

CREATE INDEX licence_revoked ON licences.licence USING btree (revoked_on) WHERE ((superseded_at IS NULL) AND (revoked_on IS NOT NULL));

--
-- Name: licence_suspended; Type: INDEX; Schema: licences; Owner: -
--

CREATE INDEX licence_suspended ON licences.licence USING btree (suspended_from) WHERE ((superseded_at IS NULL) AND (suspended_from IS NOT NULL));

--
-- Name: licence_valid_to; Type: INDEX; Schema: licences; Owner: -
--

CREATE INDEX licence_valid_to ON licences.licence USING btree (COALESCE(valid_to, '9999-12-31'::date), id) WHERE (superseded_at IS NULL);

--
-- Name: event_subject; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_subject ON ONLY platform.event USING btree (subject_type, subject_id);

--
-- Name: event_default_subject_type_subject_id_idx; Type: INDEX; Schema: platform; Owner: -
--

CREATE INDEX event_default_subject_type_subject_id_idx ON platform.event_default USING btree (subject_type, subject_id);

--
-- Name: mine_division; Type: INDEX; Schema: registry; Owner: -
--

CREATE INDEX mine_division ON registry.mine USING btree (division_code text_pattern_ops);

--
-- Name: mine_location; Type: INDEX; Schema: registry; Owner: -
--

CREATE INDEX mine_location ON registry.mine USING gist (location);

--
-- Name: mine_name; Type: INDEX; Schema: registry; Owner: -
--

CREATE INDEX mine_name ON registry.mine USING btree (name, id);

--
-- Name: mine_operator; Type: INDEX; Schema: registry; Owner: -
--

CREATE INDEX mine_operator ON registry.mine USING btree (operator_id);

--
-- Name: mine_updated; Type: INDEX; Schema: registry; Owner: -
--

CREATE INDEX mine_updated ON registry.mine USING btree (updated_at DESC, id);

--
-- Name: past_mine_location_mine; Type: INDEX; Schema: registry; Owner: -
--

CREATE INDEX past_mine_location_mine ON registry.past_mine_location USING btree (mine_id, superseded_at);

--
-- Name: webhook_claimable; Type: INDEX; Schema: updates; Owner: -
--

CREATE INDEX webhook_claimable ON updates.webhook USING btree (leased_until) WHERE (state = 'ACTIVE'::text);

--
-- Name: webhook_delivery_age; Type: INDEX; Schema: updates; Owner: -
--

CREATE INDEX webhook_delivery_age ON updates.webhook_delivery USING btree (last_attempt_at);

--
-- Name: webhook_delivery_failed; Type: INDEX; Schema: updates; Owner: -
--

CREATE INDEX webhook_delivery_failed ON updates.webhook_delivery USING btree (webhook_id, first_attempt_at DESC, id) WHERE (state <> 'DELIVERED'::text);

--
-- Name: webhook_delivery_newest; Type: INDEX; Schema: updates; Owner: -
--

CREATE INDEX webhook_delivery_newest ON updates.webhook_delivery USING btree (webhook_id, first_attempt_at DESC, id);

--
-- Name: webhook_owner; Type: INDEX; Schema: updates; Owner: -
--

CREATE INDEX webhook_owner ON updates.webhook USING btree (owner);

--
-- Name: webhook_secret_current; Type: INDEX; Schema: updates; Owner: -
--

CREATE UNIQUE INDEX webhook_secret_current ON updates.webhook_secret USING btree (webhook_id) WHERE (expires_at IS NULL);

--
-- Name: webhook_secret_webhook; Type: INDEX; Schema: updates; Owner: -
--

CREATE INDEX webhook_secret_webhook ON updates.webhook_secret USING btree (webhook_id);

--
-- Name: event_default_pkey; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_pkey ATTACH PARTITION platform.event_default_pkey;

--
-- Name: event_default_subject_type_subject_id_idx; Type: INDEX ATTACH; Schema: platform; Owner: -
--

ALTER INDEX platform.event_subject ATTACH PARTITION platform.event_default_subject_type_subject_id_idx;

--
-- Name: mine_nature; Type: STATISTICS; Schema: registry; Owner: -
--

CREATE STATISTICS registry.mine_nature (mcv) ON resource, method, scale FROM registry.mine;

--
-- Name: permitted_area keep_area_overlaps_of_changed; Type: TRIGGER; Schema: boundaries; Owner: -
--

CREATE TRIGGER keep_area_overlaps_of_changed AFTER UPDATE ON boundaries.permitted_area REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION boundaries.keep_area_overlaps();

--
-- Name: permitted_area keep_area_overlaps_of_new; Type: TRIGGER; Schema: boundaries; Owner: -
--

CREATE TRIGGER keep_area_overlaps_of_new AFTER INSERT ON boundaries.permitted_area REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION boundaries.keep_area_overlaps();

--
-- Name: observation keep_past_observation; Type: TRIGGER; Schema: boundaries; Owner: -
--

CREATE TRIGGER keep_past_observation BEFORE UPDATE ON boundaries.observation FOR EACH ROW WHEN ((old.version <> new.version)) EXECUTE FUNCTION boundaries.keep_past_observation();

--
-- Name: evidence_pack evidence_pack_stays; Type: TRIGGER; Schema: enforcement; Owner: -
--

CREATE TRIGGER evidence_pack_stays BEFORE DELETE OR UPDATE ON enforcement.evidence_pack FOR EACH ROW EXECUTE FUNCTION enforcement.refuse_change();

--
-- Name: violation keep_past_violation; Type: TRIGGER; Schema: enforcement; Owner: -
--

CREATE TRIGGER keep_past_violation BEFORE DELETE OR UPDATE ON enforcement.violation FOR EACH ROW EXECUTE FUNCTION enforcement.keep_past_violation();

--
-- Name: violation_transition violation_transition_stays; Type: TRIGGER; Schema: enforcement; Owner: -
--

CREATE TRIGGER violation_transition_stays BEFORE DELETE ON enforcement.violation_transition FOR EACH ROW EXECUTE FUNCTION enforcement.refuse_change();

--
-- Name: mine keep_mine_location; Type: TRIGGER; Schema: registry; Owner: -
--

CREATE TRIGGER keep_mine_location AFTER UPDATE OF location ON registry.mine FOR EACH ROW WHEN (((old.location)::bytea IS DISTINCT FROM (new.location)::bytea)) EXECUTE FUNCTION registry.keep_mine_location();

--
-- Name: bulk_import_rejection bulk_import_rejection_import_id_fkey; Type: FK CONSTRAINT; Schema: boundaries; Owner: -
--

ALTER TABLE ONLY boundaries.bulk_import_rejection
    ADD CONSTRAINT bulk_import_rejection_import_id_fkey FOREIGN KEY (import_id) REFERENCES boundaries.bulk_import(id) ON DELETE CASCADE;

--
-- Name: evidence_pack evidence_pack_key_id_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.evidence_pack
    ADD CONSTRAINT evidence_pack_key_id_fkey FOREIGN KEY (key_id) REFERENCES enforcement.evidence_key(id);

--
-- Name: evidence_pack evidence_pack_previous_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.evidence_pack
    ADD CONSTRAINT evidence_pack_previous_fkey FOREIGN KEY (previous) REFERENCES enforcement.evidence_pack(digest);

--
-- Name: finding finding_judgement_id_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.finding
    ADD CONSTRAINT finding_judgement_id_fkey FOREIGN KEY (judgement_id) REFERENCES enforcement.judgement(id);

--
-- Name: judgement_diff_entry judgement_diff_entry_diff_id_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement_diff_entry
    ADD CONSTRAINT judgement_diff_entry_diff_id_fkey FOREIGN KEY (diff_id) REFERENCES enforcement.judgement_diff(id);

--
-- Name: judgement judgement_policy_version_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement
    ADD CONSTRAINT judgement_policy_version_fkey FOREIGN KEY (policy_version) REFERENCES enforcement.tolerance_policy(version);

--
-- Name: judgement_run judgement_run_diff_id_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement_run
    ADD CONSTRAINT judgement_run_diff_id_fkey FOREIGN KEY (diff_id) REFERENCES enforcement.judgement_diff(id);

--
-- Name: judgement_run_part judgement_run_part_run_id_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement_run_part
    ADD CONSTRAINT judgement_run_part_run_id_fkey FOREIGN KEY (run_id) REFERENCES enforcement.judgement_run(id) ON DELETE CASCADE;

--
-- Name: judgement_run judgement_run_policy_version_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.judgement_run
    ADD CONSTRAINT judgement_run_policy_version_fkey FOREIGN KEY (policy_version) REFERENCES enforcement.tolerance_policy(version);

--
-- Name: staged_finding staged_finding_observation_id_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.staged_finding
    ADD CONSTRAINT staged_finding_observation_id_fkey FOREIGN KEY (observation_id) REFERENCES enforcement.staged_judgement(observation_id) ON DELETE CASCADE;

--
-- Name: staged_judgement staged_judgement_policy_version_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.staged_judgement
    ADD CONSTRAINT staged_judgement_policy_version_fkey FOREIGN KEY (policy_version) REFERENCES enforcement.tolerance_policy(version);

--
-- Name: violation_finding violation_finding_finding_id_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.violation_finding
    ADD CONSTRAINT violation_finding_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES enforcement.finding(id);

--
-- Name: violation_finding violation_finding_violation_id_fkey; Type: FK CONSTRAINT; Schema: enforcement; Owner: -
--

ALTER TABLE ONLY enforcement.violation_finding
    ADD CONSTRAINT violation_finding_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES enforcement.violation(id);

--
-- Name: division division_parent_code_fkey; Type: FK CONSTRAINT; Schema: registry; Owner: -
--

ALTER TABLE ONLY registry.division
    ADD CONSTRAINT division_parent_code_fkey FOREIGN KEY (parent_code) REFERENCES registry.division(code);

--
-- Name: mine mine_division_code_fkey; Type: FK CONSTRAINT; Schema: registry; Owner: -
--

ALTER TABLE ONLY registry.mine
    ADD CONSTRAINT mine_division_code_fkey FOREIGN KEY (division_code) REFERENCES registry.division(code);

--
-- Name: mine mine_operator_id_fkey; Type: FK CONSTRAINT; Schema: registry; Owner: -
--

ALTER TABLE ONLY registry.mine
    ADD CONSTRAINT mine_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES registry.operator(id);

--
-- Name: past_mine_location past_mine_location_mine_id_fkey; Type: FK CONSTRAINT; Schema: registry; Owner: -
--

ALTER TABLE ONLY registry.past_mine_location
    ADD CONSTRAINT past_mine_location_mine_id_fkey FOREIGN KEY (mine_id) REFERENCES registry.mine(id);

--
-- Name: webhook_attempt webhook_attempt_delivery_id_fkey; Type: FK CONSTRAINT; Schema: updates; Owner: -
--

ALTER TABLE ONLY updates.webhook_attempt
    ADD CONSTRAINT webhook_attempt_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES updates.webhook_delivery(id) ON DELETE CASCADE;

--
-- Name: webhook_delivery webhook_delivery_webhook_id_fkey; Type: FK CONSTRAINT; Schema: updates; Owner: -
--

ALTER TABLE ONLY updates.webhook_delivery
    ADD CONSTRAINT webhook_delivery_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES updates.webhook(id) ON DELETE CASCADE;

--
-- Name: webhook_secret webhook_secret_webhook_id_fkey; Type: FK CONSTRAINT; Schema: updates; Owner: -
--

ALTER TABLE ONLY updates.webhook_secret
    ADD CONSTRAINT webhook_secret_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES updates.webhook(id) ON DELETE CASCADE;

--
-- PostgreSQL database dump complete
--
