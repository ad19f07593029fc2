import type { Knex } from 'knex';
import type {
  AreaFact,
  DecisionFact,
  EngineFact,
  FindingFact,
  JudgementFact,
  MineFact,
  ObservationFact,
  PolicyFact,
  RowFact,
  ViolationFact,
} from '../../../evidence/pack-facts.js';
import { engineStatements, JUDGEMENT_SQL } from '../../../judgement/sql.js';
import { groundsOf, type KeptTogether } from '../../../judgement/violation-grounds.js';
import type { RequestContext } from '../../../platform/context.js';
import { scope, scopeByMine } from '../../../platform/scope.js';
import type { ViolationDay } from '../violations/violation-growth.js';
import { ViolationGrowthRepository } from '../violations/violation-growth.repository.js';
import type { ViolationTransition } from '../violations/violation-life.js';
import { ViolationLifeRepository } from '../violations/violation-life.repository.js';

/** What a violation rests on, row by row, before it is put into a pack. */
export interface EvidenceRows {
  readonly violation: ViolationFact;
  readonly history: readonly ViolationTransition[];
  readonly days: readonly Omit<ViolationDay, 'growthSquareMetresPerDay'>[];
  readonly observations: readonly ObservationFact[];
  readonly judgements: readonly JudgementFact[];
  readonly findings: readonly FindingFact[];
  readonly areas: readonly AreaFact[];
  readonly licences: readonly RowFact[];
  readonly mines: readonly MineFact[];
  readonly policies: readonly PolicyFact[];
  readonly engine: Omit<EngineFact, 'hub'>;
  readonly decisions: readonly DecisionFact[];
}

/** All that is read of a violation's own past. */
const EVERYTHING = 1_000_000;

/** Reads what evidence packs are made of, from one snapshot. */
export class EvidenceRepository {
  constructor(private readonly knex: Knex) {}

  /** Null: there is no such violation that the principal may see. */
  rows(context: RequestContext, violationId: string): Promise<EvidenceRows | null> {
    return this.knex.transaction((sql) => readRows(sql, context, violationId), {
      isolationLevel: 'repeatable read',
      readOnly: true,
    });
  }
}

async function readRows(
  sql: Knex,
  context: RequestContext,
  violationId: string,
): Promise<EvidenceRows | null> {
  const violation = await scopeByMine(
    sql('enforcement.violation as violation')
      .select('violation.*', sql.raw('violation.geom::text as geom'))
      .where('violation.id', violationId),
    context.principal,
    'violation.mine_id',
  ).first();
  if (!violation) return null;
  const own: string[] = await ownJudgements(sql, violationId).pluck('judgement.id');
  const grounds = await groundsOf(sql, violationId, own);
  const judged = (await judgementsOf(sql, grounds.judgementIds)) as Record<string, unknown>[];
  const judgements = judged.map(fact<JudgementFact>);
  const ids = judgements.map(({ id }) => id);
  const srid = judgements.at(-1)?.judging_srid ?? 0;
  const read = async <T extends RowFact>(
    text: string,
    bindings: Readonly<Record<string, string | number>>,
  ): Promise<T[]> => (await sql.raw(text, { judgements: ids, ...bindings })).rows.map(fact<T>);
  const observations = await read<ObservationFact>(JUDGEMENT_SQL.evidenceObservations, { srid });
  const findings = await read<FindingFact>(JUDGEMENT_SQL.evidenceFindings, { srid, violation: violationId });
  const areas = await read<AreaFact>(JUDGEMENT_SQL.evidenceAreas, { srid });
  const mines = await minesOf(
    sql,
    context,
    [
      ...[...judgements, ...observations, ...areas].map(({ mine_id }) => mine_id),
      ...findings.map(({ other_mine_id }) => other_mine_id),
    ],
    judgements,
  );
  const known = (await licencesOf(sql, ids)) as Record<string, unknown>[];
  const licences = known.map(fact<RowFact & { readonly mine_id: string }>);
  const unnamed = new Set(mines.filter(({ code }) => code === null).map(({ id }) => id));
  return {
    violation: fact<ViolationFact>(violation),
    history: await new ViolationLifeRepository(sql).histories(context, [violationId], EVERYTHING),
    days: await new ViolationGrowthRepository(sql).days(context, [violationId], EVERYTHING),
    observations,
    judgements,
    findings,
    areas: areas.map((area) => (unnamed.has(area.mine_id) ? { ...area, ...WITHHELD } : area)),
    licences: licences.map((licence) =>
      unnamed.has(licence.mine_id) ? { ...licence, ...WITHHELD_OF_LICENCES } : licence,
    ),
    mines,
    policies: (await policiesOf(sql, judgements)).map(fact<PolicyFact>),
    engine: {
      versions: await versionsOf(sql),
      sql: await engineStatements(sql),
    },
    decisions: grounds.decisions.map(decision),
  };
}

/** What is kept back of areas whose mine the reader may not see; the ground that decided cannot be. */
const WITHHELD = { name: null, document_number: null, authority: '' };

/** The same of licences; their seams and days decide. */
const WITHHELD_OF_LICENCES = {
  number: null,
  issuer: '',
  stated_area_km2: null,
  capacity_tonnes_per_year: null,
  supersedes_id: null,
  change_reason: null,
  change_document_number: null,
};

/** A row as a fact: instants become text. */
function fact<T extends RowFact>(row: Record<string, unknown>): T {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  ) as unknown as T;
}

const decision = ({ violationId, action, at, by, findingIds }: KeptTogether): DecisionFact => ({
  violation_id: violationId,
  action,
  at: at.toISOString(),
  by,
  findings: findingIds,
});

/** The judgement of each observation whose findings are the violation's. */
const ownJudgements = (sql: Knex, violationId: string): Knex.QueryBuilder =>
  sql('enforcement.judgement as judgement')
    .distinctOn('judgement.observation_id')
    .join('enforcement.finding as finding', 'finding.judgement_id', 'judgement.id')
    .join('enforcement.violation_finding as member', 'member.finding_id', 'finding.id')
    .where('member.violation_id', violationId)
    .orderBy(['judgement.observation_id', { column: 'judgement.sequence', order: 'desc' }]);

/** In the order of observation. */
const judgementsOf = (sql: Knex, ids: readonly string[]): Knex.QueryBuilder =>
  sql('enforcement.judgement as judgement')
    .select('judgement.*')
    .whereRaw('judgement.id = any(?::uuid[])', [[...ids]])
    .orderBy(['observed_at', 'observation_id']);

async function minesOf(
  sql: Knex,
  context: RequestContext,
  ids: readonly (string | null)[],
  judgements: readonly JudgementFact[],
): Promise<readonly MineFact[]> {
  // Where a mine lies tells the plane of judging: it is where it was known to lie when the last verdict was reached.
  const known = judgements.map(({ known_at }) => known_at).reduce((a, b) => (a > b ? a : b), '-infinity');
  const wanted = [...new Set(ids.filter((id) => id !== null))].sort();
  const visible = new Set<string>(
    await scope(
      sql('registry.published_mine as mine').whereRaw('mine.id = any(?)', [wanted]),
      context.principal,
      'mine.division_code',
    ).pluck('mine.id'),
  );
  const rows = await sql('registry.published_mine as mine')
    .join('registry.published_division as division', 'division.code', 'mine.division_code')
    .join('registry.published_operator as operator', 'operator.id', 'mine.operator_id')
    .select(
      'mine.id',
      'mine.code',
      'mine.name',
      'mine.division_code',
      'division.name as division_name',
      'operator.name as operator_name',
      sql.raw('case when past.mine_id is null then mine.location else past.location end::text as location'),
    )
    .joinRaw(
      `left join lateral (
         select p.mine_id, p.location from registry.published_past_mine_location p
         where p.mine_id = mine.id and p.superseded_at > ? order by p.superseded_at limit 1
       ) past on true`,
      [known],
    )
    .whereRaw('mine.id = any(?)', [wanted])
    .orderBy('mine.id');
  return rows.map((row: MineFact) => (visible.has(row.id) ? row : { ...row, ...UNNAMED }));
}

/** What is kept back of a mine that the reader may not see; where it lies decides the plane of judging. */
const UNNAMED = { code: null, name: null, division_code: null, division_name: null, operator_name: null };

/** Mining licences of the judged mines as they were known at the judgement: they say which seams are approved. */
const licencesOf = (sql: Knex, judgements: readonly string[]): Knex.QueryBuilder =>
  sql('licences.published_licence_version as licence')
    .distinct('licence.*')
    .join('enforcement.judgement as judgement', 'judgement.mine_id', 'licence.mine_id')
    .whereRaw('judgement.id = any(?)', [[...judgements]])
    .where('licence.kind', 'MINING_LICENCE')
    .whereRaw(
      'licence.recorded_at <= judgement.known_at and (licence.superseded_at is null or licence.superseded_at > judgement.known_at)',
    )
    .orderBy(['licence.id', 'licence.version']);

const policiesOf = (sql: Knex, judgements: readonly JudgementFact[]): Knex.QueryBuilder =>
  sql('enforcement.tolerance_policy as policy')
    .select('policy.*')
    .whereRaw('policy.version = any(?)', [judgements.map(({ policy_version }) => policy_version)])
    .orderBy('policy.version');

async function versionsOf(sql: Knex): Promise<Readonly<Record<string, string>>> {
  const { rows } = await sql.raw(
    'select postgis_lib_version() as postgis, postgis_geos_version() as geos, postgis_proj_version() as proj',
  );
  return rows[0] as Readonly<Record<string, string>>;
}
