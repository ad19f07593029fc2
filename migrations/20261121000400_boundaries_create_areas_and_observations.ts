import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema boundaries;

    -- Versions of permitted areas. A correction is a new version: the old one gets superseded_at, nothing else
    -- ever changes. geom is derived from the corners, densified in the source CRS; plane_geom is geom in the
    -- zone the mine is judged in (its SRID tells which), kept so that judging need not transform it again.
    create table boundaries.permitted_area (
      id              uuid not null,
      version         integer not null check (version > 0),
      mine_id         uuid not null,
      licence_id      uuid,
      kind            text not null check (kind in ('MINING_RIGHT', 'STRIPPING_LAND', 'DUMP_SITE', 'INDUSTRIAL_SITE', 'RED_LINE', 'PROHIBITED_ZONE')),
      name            text,
      geom            geometry(MultiPolygon, 4490) not null check (not ST_IsEmpty(geom)),
      plane_geom      geometry(MultiPolygon) not null,
      corners         jsonb not null,
      source_srid     integer not null,
      crs_class       text not null check (crs_class in ('EXACT', 'BALLPARK')),
      ceiling_m       double precision,
      floor_m         double precision check (floor_m <= ceiling_m),
      area_m2         double precision not null check (area_m2 > 0),
      plane_area_m2   double precision not null check (plane_area_m2 > 0),
      stated_area_m2  double precision check (stated_area_m2 > 0),
      sigma_m         double precision not null check (sigma_m >= 0),
      sigma_z_m       double precision not null default 0 check (sigma_z_m >= 0),
      valid_from      date not null,
      valid_to        date check (valid_to > valid_from),
      recorded_at     timestamptz not null,
      superseded_at   timestamptz check (superseded_at >= recorded_at),
      authority       text not null,
      document_number text,
      content_digest  text not null,
      primary key (id, version)
    );
    create unique index permitted_area_current on boundaries.permitted_area (id) where superseded_at is null;
    create index permitted_area_geom on boundaries.permitted_area using gist (geom);
    create index permitted_area_mine on boundaries.permitted_area (mine_id, kind);
    create index permitted_area_licence on boundaries.permitted_area (licence_id);

    create table boundaries.observation (
      id           uuid primary key,
      version      integer not null default 1 check (version > 0),
      provider     text not null,
      provider_ref text,
      mine_id      uuid,
      activity     text not null check (activity in ('EXTRACTION', 'STRIPPING', 'DUMPING', 'CONSTRUCTION')),
      method       text not null check (method in ('SATELLITE', 'UAV', 'GNSS_SURVEY', 'RADAR', 'INSPECTION')),
      observed_at  timestamptz not null,
      observed_on  date not null generated always as ((observed_at at time zone 'Asia/Shanghai')::date) stored,
      geom         geometry(MultiPolygon, 4490) not null check (not ST_IsEmpty(geom)),
      sigma_m      double precision not null check (sigma_m >= 0),
      z_min_m      double precision,
      z_max_m      double precision check (z_max_m >= z_min_m),
      sigma_z_m    double precision check (sigma_z_m >= 0),
      seam         text,
      area_m2      double precision not null check (area_m2 > 0),
      recorded_at  timestamptz not null,
      content_digest text not null,
      unique (provider, provider_ref)
    );
    create index observation_geom on boundaries.observation using gist (geom);
    create index observation_mine on boundaries.observation (mine_id, observed_at);

    -- What intake noticed about stored data: a finding, never a silent import.
    create table boundaries.data_quality_finding (
      id           uuid primary key,
      mine_id      uuid not null,
      area_id      uuid,
      area_version integer,
      code         text not null,
      severity     text not null check (severity in ('INFO', 'WARNING', 'ERROR')),
      message      text not null,
      advice       text not null,
      line         integer,
      ring         integer,
      vertex       integer,
      found_at     timestamptz not null
    );
    create index data_quality_finding_mine on boundaries.data_quality_finding (mine_id);

    create view boundaries.published_permitted_area as
      select id, version, mine_id, licence_id, kind, name, geom, plane_geom, source_srid, crs_class, ceiling_m, floor_m,
             area_m2, plane_area_m2, stated_area_m2, sigma_m, sigma_z_m, valid_from, valid_to, recorded_at,
             superseded_at, authority, document_number
      from boundaries.permitted_area;
    create view boundaries.published_observation as
      select id, version, provider, provider_ref, mine_id, activity, method, observed_at, observed_on, geom, sigma_m,
             z_min_m, z_max_m, sigma_z_m, seam, area_m2, recorded_at
      from boundaries.observation;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema boundaries cascade');
}
