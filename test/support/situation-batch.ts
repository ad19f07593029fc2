import type { Knex } from 'knex';
import { JudgementEngine } from '../../src/judgement/judgement-engine.js';
import { fixedClock } from '../../src/platform/clock.js';
import { createTransact } from '../../src/platform/transact.js';
import { createRegistryService } from '../../src/subgraphs/registry/services.js';
import { aMine } from './builders.js';
import { testContext } from './context.js';
import type { OraclePolicy, OracleSituation, OracleVerdict } from './oracle-situation.js';
import { serviceParts } from './service-parts.js';
import { type Shape, wktRings } from './situation.js';

const ROWS_PER_STATEMENT = 500;
const PER_JUDGEMENT = 250;

/** What the hub says of a situation, in the words of an oracle. */
export type HubVerdict = Omit<OracleVerdict, 'doubts' | 'findings'> & {
  readonly within: number;
  readonly excess: number;
  readonly findings: readonly HubFinding[];
};

export interface HubFinding {
  readonly kind: string;
  readonly reason: string | null;
  readonly verdict: string;
  readonly other: string | null;
  readonly area: number;
  readonly overrun: number | null;
  readonly depthOverrun: number | null;
}

/** Writes many situations into one database, some statements for all, and has the hub judge them some hundred at a time. */
export class SituationBatch {
  private readonly engine = new JudgementEngine();

  constructor(private readonly knex: Knex) {}

  async write(situations: readonly OracleSituation[]): Promise<void> {
    await this.writeMines(situations);
    await this.inParts(situations.flatMap(areaRows), INSERT_AREAS);
    await this.inParts(situations.map(observationRow), INSERT_OBSERVATIONS);
    await this.inParts(situations.flatMap(licenceRows), INSERT_LICENCES);
  }

  /** Judges the situations, each with its own policy, and reads what the hub stored. */
  async judge(situations: readonly OracleSituation[]): Promise<ReadonlyMap<number, HubVerdict>> {
    const policies = [...new Set(situations.map((situation) => situation.policy))];
    for (const policy of policies) {
      await this.enact(policy);
      const ids = situations.filter((each) => each.policy === policy).map((each) => each.observation.id);
      for (let start = 0; start < ids.length; start += PER_JUDGEMENT) {
        const context = testContext({ clock: fixedClock(situations[0]?.known ?? '') });
        await createTransact(this.knex)(context, (tx) =>
          this.engine.judge(context, tx, ids.slice(start, start + PER_JUDGEMENT)),
        );
      }
    }
    return this.verdicts(situations);
  }

  private async writeMines(situations: readonly OracleSituation[]): Promise<void> {
    const registry = createRegistryService(serviceParts(this.knex));
    const locations = await this.locations(situations);
    const facts = situations.flatMap(({ mines }, i) =>
      mines.map(({ code }) =>
        aMine({ code, location: { type: 'Point', coordinates: [...(locations[i] ?? [])] } }),
      ),
    );
    const { rejected } = await registry.upsertMines(testContext(), facts);
    if (rejected[0]) throw new Error(rejected[0].message);
  }

  private async locations(
    situations: readonly OracleSituation[],
  ): Promise<readonly (readonly [number, number])[]> {
    const { rows } = await this.knex.raw(
      `select ST_X(p) as x, ST_Y(p) as y
       from json_to_recordset(?::json) as s (n int, x float8, y float8, srid int)
       cross join lateral ST_Transform(ST_SetSRID(ST_Point(s.x, s.y), s.srid), 4490) as p order by n`,
      [JSON.stringify(situations.map(({ origin, srid }, n) => ({ n, ...origin, srid })))],
    );
    return rows.map((row: { x: number; y: number }) => [row.x, row.y] as const);
  }

  private async inParts(rows: readonly unknown[], statement: string): Promise<void> {
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      await this.knex.raw(statement, [JSON.stringify(rows.slice(start, start + ROWS_PER_STATEMENT))]);
    }
  }

  private async enact({ kProbable, kConfirmed, minArea, radius }: OraclePolicy): Promise<void> {
    await this.knex('enforcement.tolerance_policy')
      .where({ state: 'IN_FORCE' })
      .update({ state: 'REPLACED', replaced_at: this.knex.ref('adopted_at') });
    await this.knex.raw(
      `insert into enforcement.tolerance_policy (version, k_probable, k_confirmed, min_area_m2, attribution_radius_m, reason,
         created_by, created_at, state, adopted_at)
       select max(version) + 1, ?, ?, ?, ?, 'Of the situations judged next', 'test', '2026-05-31', 'IN_FORCE', '2026-05-31'
       from enforcement.tolerance_policy`,
      [kProbable, kConfirmed, minArea, radius],
    );
  }

  private async verdicts(situations: readonly OracleSituation[]): Promise<ReadonlyMap<number, HubVerdict>> {
    const numbers = new Map(situations.map(({ number, observation }) => [observation.id, number]));
    const judgements = await this.knex('enforcement.judgement').whereNull('superseded_at');
    const findings = new Map<string, HubFinding[]>();
    for (const row of await this.knex('enforcement.finding').where('current', true).orderBy('ordinal')) {
      findings.set(row['judgement_id'], [...(findings.get(row['judgement_id']) ?? []), hubFinding(row)]);
    }
    return new Map(
      judgements.flatMap((row): [number, HubVerdict][] => {
        const number = numbers.get(row['observation_id']);
        return number === undefined ? [] : [[number, hubVerdict(number, row, findings.get(row['id']) ?? [])]];
      }),
    );
  }
}

const hubFinding = (row: Record<string, unknown>): HubFinding => ({
  kind: row['kind'] as string,
  reason: row['reason'] as string | null,
  verdict: row['verdict'] as string,
  other: row['other_mine_id'] as string | null,
  area: row['area_m2'] as number,
  overrun: row['overrun_m'] as number | null,
  depthOverrun: row['depth_overrun_m'] as number | null,
});

const hubVerdict = (number: number, row: Record<string, unknown>, findings: HubFinding[]): HubVerdict => ({
  number,
  mine: row['mine_id'] as string | null,
  attribution: row['attribution'] as string,
  plan: row['plan_verdict'] as string,
  depth: row['depth_verdict'] as string | null,
  depthOverrun: row['depth_overrun_m'] as number | null,
  footprint: row['footprint_area_m2'] as number,
  within: row['within_area_m2'] as number,
  excess: row['excess_area_m2'] as number,
  slivers: row['sliver_count'] as number,
  sliverArea: row['sliver_area_m2'] as number,
  findings,
});

const multiPolygon = (shapes: readonly Shape[], origin: OracleSituation['origin']): string =>
  `MULTIPOLYGON(${shapes.map((shape) => wktRings(shape, origin)).join(', ')})`;

const areaRows = ({ areas, srid, origin }: OracleSituation): unknown[] =>
  areas.map(({ shape, ...area }) => ({ ...area, srid, wkt: multiPolygon([shape], origin) }));

const observationRow = ({ observation: { shapes, ...facts }, srid, origin }: OracleSituation): unknown => ({
  ...facts,
  srid,
  wkt: multiPolygon(shapes, origin),
});

const licenceRows = ({ licences }: OracleSituation): readonly unknown[] => licences;

const INSERT_AREAS = `
  insert into boundaries.permitted_area (id, version, mine_id, kind, geom, plane_geom, corners, source_srid, crs_class, ceiling_m,
    floor_m, area_m2, plane_area_m2, sigma_m, sigma_z_m, valid_from, valid_to, recorded_at, superseded_at, authority, content_digest)
  select id, version, mine, kind, geom, ST_Transform(geom, srid), '[]', srid, case when ballpark then 'BALLPARK' else 'EXACT' end, ceiling,
    floor, ST_Area(geom::geography), ST_Area(plane), sigma, "sigmaZ", "validFrom", "validTo", "recordedAt", "supersededAt", 'Test authority', ''
  from json_to_recordset(?::json) as a (id uuid, version int, mine uuid, kind text, wkt text, srid int, ballpark boolean, ceiling float8,
    floor float8, sigma float8, "sigmaZ" float8, "validFrom" date, "validTo" date, "recordedAt" timestamptz, "supersededAt" timestamptz)
  cross join lateral ST_GeomFromText(wkt, srid) as plane
  cross join lateral (select ST_Transform(ST_Segmentize(plane, 100), 4490) as geom offset 0) as derived`;

const INSERT_OBSERVATIONS = `
  insert into boundaries.observation (id, provider, provider_ref, mine_id, activity, method, observed_at, geom, sigma_m, z_min_m,
    z_max_m, sigma_z_m, seam, area_m2, recorded_at, content_digest)
  select id, 'test', id::text, mine, activity, 'UAV', "observedAt", ST_Transform(plane, 4490), sigma, "zMin", "zMax", "sigmaZ", seam,
    ST_Area(ST_Transform(ST_Segmentize(plane, 100), 4490)::geography), '2026-05-30', ''
  from json_to_recordset(?::json) as o (id uuid, mine uuid, activity text, "observedAt" timestamptz, wkt text, srid int, sigma float8,
    "zMin" float8, "zMax" float8, "sigmaZ" float8, seam text)
  cross join lateral ST_GeomFromText(wkt, srid) as plane`;

const INSERT_LICENCES = `
  insert into licences.licence (id, mine_id, kind, number, issuer, valid_from, valid_to, seams, recorded_at)
  select id, mine, 'MINING_LICENCE', id::text, 'Test authority', "validFrom", "validTo",
    (select coalesce(array_agg(value), '{}') from json_array_elements_text(seams)), '2026-05-30'
  from json_to_recordset(?::json) as l (id uuid, mine uuid, "validFrom" date, "validTo" date, seams json)`;
