import type { Knex } from 'knex';
import type { JudgedBatch } from '../../src/judgement/judge.js';
import { JudgementEngine } from '../../src/judgement/judgement-engine.js';
import type { Clock } from '../../src/platform/clock.js';
import { idFromKey } from '../../src/platform/ids.js';
import { createTransact } from '../../src/platform/transact.js';
import { DivisionRepository } from '../../src/subgraphs/registry/division.repository.js';
import { createRegistryService } from '../../src/subgraphs/registry/services.js';
import type { Activity, PermittedAreaKind } from '../../src/vocabulary/boundaries.js';
import { aMine, DIVISIONS, mineId } from './builders.js';
import { testContext } from './context.js';
import { serviceParts } from './service-parts.js';

/** Plane of every situation: the zone at 120°E. A situation's coordinates are metres from a point near 43°N. */
const SITUATION_SRID = 4549;
const ORIGIN = { x: 500_000, y: 4_760_000 };

export type Ring = readonly (readonly [x: number, y: number])[];
/** Outer ring first, then holes; unclosed. */
export type Shape = readonly Ring[];

export const box = (x: number, y: number, width: number, height: number): Shape => [
  [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ],
];

/** A shape without holes. */
export const polygon = (...corners: Ring): Shape => [corners];

export interface AreaFacts {
  readonly mine: string;
  readonly shape: Shape;
  readonly kind?: PermittedAreaKind;
  readonly validFrom?: string;
  readonly validTo?: string | null;
  readonly recordedAt?: string;
  readonly supersededAt?: string | null;
  readonly sigma?: number;
  readonly sigmaZ?: number;
  readonly ballpark?: boolean;
  readonly ceiling?: number | null;
  readonly floor?: number | null;
  readonly id?: string;
  readonly version?: number;
}

export interface ObservationFacts {
  readonly shape: Shape;
  readonly ref?: string;
  readonly mine?: string | null;
  readonly activity?: Activity;
  readonly observedAt?: string;
  readonly sigma?: number;
  readonly zMin?: number | null;
  readonly zMax?: number | null;
  readonly sigmaZ?: number | null;
  readonly seam?: string | null;
}

/** WKT of a shape's rings in parentheses. */
export function wktRings(shape: Shape, origin: { x: number; y: number }): string {
  const rings = shape.map((ring) => {
    const [first] = ring;
    const closed = first ? [...ring, first] : ring;
    return `(${closed.map(([x, y]) => `${origin.x + x} ${origin.y + y}`).join(', ')})`;
  });
  return `(${rings.join(', ')})`;
}

/** WKT of a shape in the situation's plane. */
const wkt = (shape: Shape, origin: { x: number; y: number } = ORIGIN): string =>
  `MULTIPOLYGON(${wktRings(shape, origin)})`;

let count = 0;

/** Writes areas and observations straight into the tables that the engine reads, and judges them. */
export class Situation {
  readonly engine = new JudgementEngine();

  constructor(readonly knex: Knex) {}

  static async open(knex: Knex): Promise<Situation> {
    await new DivisionRepository(knex).upsert(knex, DIVISIONS);
    return new Situation(knex);
  }

  /** Registers a mine at the situation's origin and returns its id. */
  async mine(code: string): Promise<string> {
    const registry = createRegistryService(serviceParts(this.knex));
    await registry.upsertMines(testContext(), [
      aMine({ code, location: { type: 'Point', coordinates: [120, 42.98] } }),
    ]);
    return mineId(code);
  }

  async area(facts: AreaFacts): Promise<string> {
    count += 1;
    const id = facts.id ?? idFromKey('test-area', String(count));
    await this.knex.raw(
      `insert into boundaries.permitted_area (id, version, mine_id, kind, geom, plane_geom, corners, source_srid, crs_class, ceiling_m,
         floor_m, area_m2, plane_area_m2, sigma_m, sigma_z_m, valid_from, valid_to, recorded_at, superseded_at, authority, content_digest)
       select :id, :version, :mine, :kind, g4490, ST_Transform(g4490, ${SITUATION_SRID}), '[]', ${SITUATION_SRID}, :crs, :ceiling, :floor,
         ST_Area(g4490::geography), ST_Area(g), :sigma, :sigmaZ, :validFrom, :validTo, :recordedAt, :supersededAt, 'Test authority', ''
       from (select g, ST_Transform(ST_Segmentize(g, 100), 4490) as g4490
             from ST_GeomFromText(:wkt, ${SITUATION_SRID}) g) s`,
      {
        id,
        version: facts.version ?? 1,
        mine: mineId(facts.mine),
        kind: facts.kind ?? 'MINING_RIGHT',
        crs: facts.ballpark ? 'BALLPARK' : 'EXACT',
        ceiling: facts.ceiling ?? null,
        floor: facts.floor ?? null,
        sigma: facts.sigma ?? 0,
        sigmaZ: facts.sigmaZ ?? 0,
        validFrom: facts.validFrom ?? '2020-01-01',
        validTo: facts.validTo === undefined ? '2030-01-01' : facts.validTo,
        recordedAt: facts.recordedAt ?? '2020-01-01T00:00:00Z',
        supersededAt: facts.supersededAt ?? null,
        wkt: wkt(facts.shape),
      },
    );
    return id;
  }

  async observation(facts: ObservationFacts): Promise<string> {
    count += 1;
    const ref = facts.ref ?? String(count);
    const id = idFromKey('observation', 'test', ref);
    await this.knex.raw(
      `insert into boundaries.observation (id, provider, provider_ref, mine_id, activity, method, observed_at, geom, sigma_m, z_min_m,
         z_max_m, sigma_z_m, seam, area_m2, recorded_at, content_digest)
       select :id, 'test', :ref, :mine, :activity, 'UAV', :observedAt, g, :sigma, :zMin, :zMax, :sigmaZ, :seam,
         ST_Area(ST_Transform(ST_Segmentize(plane, 100), 4490)::geography), '2026-06-01', ''
       from (select p as plane, ST_Transform(p, 4490) as g from ST_GeomFromText(:wkt, ${SITUATION_SRID}) p) s`,
      {
        id,
        ref,
        mine: facts.mine ? mineId(facts.mine) : null,
        activity: facts.activity ?? 'EXTRACTION',
        observedAt: facts.observedAt ?? '2026-05-01T04:00:00Z',
        sigma: facts.sigma ?? 1,
        zMin: facts.zMin ?? null,
        zMax: facts.zMax ?? null,
        sigmaZ: facts.sigmaZ ?? null,
        seam: facts.seam ?? null,
        wkt: wkt(facts.shape),
      },
    );
    return id;
  }

  judge(ids: readonly string[], clock?: Clock): Promise<JudgedBatch> {
    const context = testContext(clock ? { clock } : {});
    return createTransact(this.knex)(context, (tx) => this.engine.judge(context, tx, ids));
  }

  /** Judges one new observation and returns its verdict as a reader would see it. */
  async verdict(facts: ObservationFacts): Promise<Verdict> {
    const id = await this.observation(facts);
    await this.judge([id]);
    return this.read(id);
  }

  async read(observationId: string): Promise<Verdict> {
    const judgement = await this.knex('enforcement.judgement')
      .where({ observation_id: observationId })
      .whereNull('superseded_at')
      .first();
    const findings = await this.knex('enforcement.finding')
      .where({ judgement_id: judgement.id })
      .orderBy('ordinal');
    return {
      plan: judgement.plan_verdict,
      depth: judgement.depth_verdict,
      depthOverrun: judgement.depth_overrun_m,
      attribution: judgement.attribution,
      mineId: judgement.mine_id,
      footprint: judgement.footprint_area_m2,
      within: judgement.within_area_m2,
      excess: judgement.excess_area_m2,
      slivers: judgement.sliver_count,
      areas: judgement.areas,
      digest: judgement.digest,
      findings: findings.map((f) => ({
        kind: f.kind,
        verdict: f.verdict,
        reason: f.reason,
        otherMineId: f.other_mine_id,
        area: f.area_m2,
        overrun: f.overrun_m,
        depthOverrun: f.depth_overrun_m,
        volume: f.volume_m3,
      })),
    };
  }

  /** Everything judged so far as plain rows, without instants, for comparing two ways of judging. */
  async everything(): Promise<unknown> {
    const [judgements, findings, violations, members] = await Promise.all([
      this.knex('enforcement.judgement')
        .select('id', 'observation_id', 'plan_verdict', 'digest')
        .orderBy('observation_id'),
      this.knex('enforcement.finding')
        .select('id', 'kind', 'verdict', 'area_m2', 'overrun_m', 'current')
        .orderBy('id'),
      this.knex('enforcement.violation')
        .select(
          'id',
          'mine_id',
          'kind',
          'verdict',
          'state',
          'area_m2',
          'first_area_m2',
          'overrun_m',
          'first_observed_at',
          'last_observed_at',
        )
        .select(this.knex.raw('md5(ST_AsBinary(geom)) as geom'))
        .orderBy('id'),
      this.knex('enforcement.violation_finding').orderBy('finding_id'),
    ]);
    return { judgements, findings, violations, members };
  }

  async clear(): Promise<void> {
    await this.knex.raw(`truncate enforcement.violation_alias, enforcement.violation_finding, enforcement.violation, enforcement.finding,
      enforcement.judgement, boundaries.observation, boundaries.permitted_area, licences.licence`);
  }
}

export interface Verdict {
  plan: string;
  depth: string | null;
  depthOverrun: number | null;
  attribution: string;
  mineId: string | null;
  footprint: number;
  within: number;
  excess: number;
  slivers: number;
  areas: { id: string; version: number }[];
  digest: string;
  findings: {
    kind: string;
    verdict: string;
    reason: string | null;
    otherMineId: string | null;
    area: number;
    overrun: number | null;
    depthOverrun: number | null;
    volume: number | null;
  }[];
}
