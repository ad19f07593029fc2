import type { Knex } from 'knex';

/**
 * What is doubtful about the licences of one mine is read by its index, and without holding each of them against all others:
 * an overlap is told once a licence, with the first that it overlaps and the number of further ones, among the twenty that
 * begin next.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index licences.licence_mine;
    create index licence_mine on licences.licence (mine_id, kind, valid_from, id) where superseded_at is null;
    -- By licences that stand. Nothing keeps licences from superseding each other in a ring: one that comes again ends the walk.
    -- A loop, as its steps keep their plan, which a recursive query makes anew for each pair of licences.
    create or replace function licences.takes_the_place_of(successor uuid, predecessor uuid) returns boolean language plpgsql stable as $$
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
    create or replace view licences.published_data_quality as
      with current_licence as not materialized (
        select licence.*, coalesce(least(valid_to, revoked_on), 'infinity') as ends
        from licences.licence where superseded_at is null
      ), licence_in_force as not materialized (
        -- What was revoked before it began never was.
        select * from current_licence where valid_from < ends
      ), chain as not materialized (
        select l.*, max(ends) over (partition by mine_id, kind order by valid_from, id
                                    rows between unbounded preceding and 1 preceding) as covered_to,
               lead(valid_from) over (partition by mine_id, kind order by valid_from, id) as next_from
        from licence_in_force l
      )
      -- Forms of numbers: docs/data-quality.md. Since 2010 C and 22 digits with the division, year and month; before, 13 digits.
      select md5('LICENCE_NUMBER_FORMAT/' || id)::uuid as id, mine_id, id as licence_id, 'LICENCE_NUMBER_FORMAT' as code,
             jsonb_build_object('number', number, 'kind', kind) as facts, recorded_at as found_at
      from current_licence
      where case kind
              when 'MINING_LICENCE' then number !~ '^C[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-9]{10}$' and number !~ '^[1-9][0-9]{12}$'
              else number !~ '安许证字.*(19|20)[0-9]{2}.*[0-9]' end
      union all
      -- Of the same kind, at the same time, and neither said to take the place of the other.
      select md5('LICENCES_OVERLAP_IN_TIME/' || l.id)::uuid, l.mine_id, l.id, 'LICENCES_OVERLAP_IN_TIME',
             jsonb_build_object('number', l.number, 'otherNumber', o.number, 'from', o.valid_from,
                                'to', nullif(least(l.ends, o.ends), 'infinity'), 'more', o.more), greatest(l.recorded_at, o.recorded_at)
      from chain l cross join lateral (
        select next.number, next.valid_from, next.ends, next.recorded_at, count(*) over () - 1 as more
        from (
          select id, number, valid_from, ends, supersedes_id, recorded_at from licence_in_force
          where mine_id = l.mine_id and kind = l.kind and (valid_from, id) > (l.valid_from, l.id) and valid_from < l.ends
          order by valid_from, id limit 20
        ) next
        where not (next.supersedes_id is not null and licences.takes_the_place_of(next.id, l.id))
          and not (l.supersedes_id is not null and licences.takes_the_place_of(l.id, next.id))
        order by next.valid_from, next.id limit 1
      ) o
      where l.next_from < l.ends
      union all
      -- A day on which no licence of the kind was in force, between two that were.
      select md5('LICENCE_GAP/' || id)::uuid, mine_id, id, 'LICENCE_GAP',
             jsonb_build_object('number', number, 'kind', kind, 'from', covered_to, 'to', valid_from), recorded_at
      from chain
      where covered_to < valid_from;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace view licences.published_data_quality as
      with current_licence as (
        select licence.*, coalesce(least(valid_to, revoked_on), 'infinity') as ends
        from licences.licence where superseded_at is null
      ), licence_in_force as (
        -- What was revoked before it began never was.
        select * from current_licence where valid_from < ends
      )
      -- Forms of numbers: docs/data-quality.md. Since 2010 C and 22 digits with the division, year and month; before, 13 digits.
      select md5('LICENCE_NUMBER_FORMAT/' || id)::uuid as id, mine_id, id as licence_id, 'LICENCE_NUMBER_FORMAT' as code,
             jsonb_build_object('number', number, 'kind', kind) as facts, recorded_at as found_at
      from current_licence
      where case kind
              when 'MINING_LICENCE' then number !~ '^C[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-9]{10}$' and number !~ '^[1-9][0-9]{12}$'
              else number !~ '安许证字.*(19|20)[0-9]{2}.*[0-9]' end
      union all
      -- Of the same kind, at the same time, and neither said to take the place of the other.
      select md5('LICENCES_OVERLAP_IN_TIME/' || l.id || '/' || o.id)::uuid, l.mine_id, l.id, 'LICENCES_OVERLAP_IN_TIME',
             jsonb_build_object('number', l.number, 'otherNumber', o.number, 'from', greatest(l.valid_from, o.valid_from),
                                'to', nullif(least(l.ends, o.ends), 'infinity')), greatest(l.recorded_at, o.recorded_at)
      from licence_in_force l join licence_in_force o on o.mine_id = l.mine_id and o.kind = l.kind and o.id > l.id
      where l.valid_from < o.ends and o.valid_from < l.ends
        and not licences.takes_the_place_of(l.id, o.id) and not licences.takes_the_place_of(o.id, l.id)
      union all
      -- A day on which no licence of the kind was in force, between two that were.
      select md5('LICENCE_GAP/' || id)::uuid, mine_id, id, 'LICENCE_GAP',
             jsonb_build_object('number', number, 'kind', kind, 'from', covered_to, 'to', valid_from), recorded_at
      from (
        select l.*, max(ends) over (partition by mine_id, kind order by valid_from, id
                                    rows between unbounded preceding and 1 preceding) as covered_to
        from licence_in_force l
      ) chain
      where covered_to < valid_from;
    -- By licences that stand; a union, not a union all, as nothing keeps licences from superseding each other in a ring.
    create or replace function licences.takes_the_place_of(successor uuid, predecessor uuid) returns boolean language sql stable as $$
      with recursive superseded (id) as (
        select supersedes_id from licences.licence where id = successor and superseded_at is null
        union
        select l.supersedes_id from superseded join licences.licence l on l.id = superseded.id and l.superseded_at is null
      )
      select exists (select from superseded where id = predecessor)
      $$;
    drop index licences.licence_mine;
    create index licence_mine on licences.licence (mine_id, kind) where superseded_at is null;
  `);
}
