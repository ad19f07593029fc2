import type { Knex } from 'knex';

const OBSERVED = `id, version, provider, provider_ref, mine_id, activity, method, observed_at, observed_on, geom, sigma_m,
             z_min_m, z_max_m, sigma_z_m, seam, area_m2, recorded_at`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Why a version of an area came to be, and why the last one of an area ceased to be known.
    alter table boundaries.permitted_area
      add column change                     text not null default 'RECORDED' check (change in
        ('RECORDED', 'CORRECTED', 'ENDED', 'REINSTATED')),
      add column change_reason              text,
      add column change_document_number     text,
      add column withdrawal_reason          text check (superseded_at is not null or withdrawal_reason is null),
      add column withdrawal_document_number text,
      add constraint permitted_area_known_once
        exclude using gist (id with =, tstzrange(recorded_at, superseded_at) with &&);
    update boundaries.permitted_area set change = 'CORRECTED' where version > 1;

    -- An observation that was withdrawn stays, but no longer counts.
    alter table boundaries.observation
      add column withdrawn_at               timestamptz check (withdrawn_at >= recorded_at),
      add column withdrawal_reason          text,
      add column withdrawal_document_number text;
    create or replace view boundaries.published_observation as
      select ${OBSERVED} from boundaries.observation where withdrawn_at is null;

    -- What an observation was before it was corrected: the row as it stands has been known since its recorded_at.
    create table boundaries.past_observation (
      id            uuid not null,
      version       integer not null,
      provider      text not null,
      provider_ref  text,
      mine_id       uuid,
      activity      text not null,
      method        text not null,
      observed_at   timestamptz not null,
      observed_on   date not null,
      geom          geometry(MultiPolygon, 4490) not null,
      sigma_m       double precision not null,
      z_min_m       double precision,
      z_max_m       double precision,
      sigma_z_m     double precision,
      seam          text,
      area_m2       double precision not null,
      recorded_at   timestamptz not null,
      superseded_at timestamptz not null check (superseded_at >= recorded_at),
      primary key (id, version),
      constraint past_observation_known_once
        exclude using gist (id with =, tstzrange(recorded_at, superseded_at) with &&)
    );
    create index past_observation_geom on boundaries.past_observation using gist (geom);
    create index past_observation_mine on boundaries.past_observation (mine_id, observed_at);

    create function boundaries.keep_past_observation() returns trigger language plpgsql as $$
      begin
        -- Whoever waited for a lock may carry an earlier instant than the change it waited for.
        new.recorded_at := greatest(new.recorded_at, old.recorded_at, old.withdrawn_at);
        insert into boundaries.past_observation (${OBSERVED}, superseded_at)
        values (${OBSERVED.replace(/\w+/g, 'old.$&')}, coalesce(old.withdrawn_at, new.recorded_at));
        return new;
      end
      $$;
    create trigger keep_past_observation before update on boundaries.observation
      for each row when (old.version <> new.version) execute function boundaries.keep_past_observation();

    -- Every version, those withdrawn and corrected among them; superseded_at: since when it does not count.
    create view boundaries.published_observation_version as
      select ${OBSERVED}, superseded_at from boundaries.past_observation
      union all
      select ${OBSERVED}, withdrawn_at from boundaries.observation;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view boundaries.published_observation_version;
    drop trigger keep_past_observation on boundaries.observation;
    drop function boundaries.keep_past_observation();
    drop table boundaries.past_observation;
    create or replace view boundaries.published_observation as
      select ${OBSERVED} from boundaries.observation;
    alter table boundaries.observation
      drop column withdrawal_document_number, drop column withdrawal_reason, drop column withdrawn_at;
    alter table boundaries.permitted_area
      drop constraint permitted_area_known_once,
      drop column withdrawal_document_number,
      drop column withdrawal_reason,
      drop column change_document_number,
      drop column change_reason,
      drop column change;
  `);
}
