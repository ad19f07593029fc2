import type { Knex } from 'knex';
import type { RejudgementKind } from '../vocabulary/rejudgement.js';
import type { KeptCause } from './difference-book.js';
import type { ClosingReasons } from './violation-retirement.js';

const HAPPENED: Readonly<Record<RejudgementKind, string>> = {
  AREA_ADDED: 'A permitted area was recorded',
  AREA_CORRECTED: 'A permitted area was corrected',
  AREA_WITHDRAWN: 'A permitted area was withdrawn',
  LICENCE_CHANGED: 'A licence changed',
  MINE_MOVED: 'The location of a mine changed',
  OBSERVATION_CORRECTED: 'An observation was corrected',
  OBSERVATION_WITHDRAWN: 'An observation was withdrawn',
  POLICY_CHANGED: 'A tolerance policy came into force',
};

/** What is thinner is a shared edge: a millimetre, in degrees. */
const HAIR = 1e-8;

/** Subjects named in a reason; there may be thousands. */
const NAMED = 3;

/** Says what closed a violation: the cause, and the versions of areas by which it is none any more. */
export class CauseReasons implements ClosingReasons {
  constructor(private readonly cause: KeptCause) {}

  async reasonsFor(sql: Knex, violationIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { kind, reason } = this.cause;
    const permitting = await this.permitting(sql, violationIds);
    return new Map(
      violationIds.map((id) => {
        const what = permitting.get(id) ?? this.named();
        const said = reason === null ? '' : ` Reason given: ${reason}`;
        return [id, `${HAPPENED[kind]}: ${what}.${said}`];
      }),
    );
  }

  /**
   * By violation: the versions known now of the areas that changed, where the violation lies. Who reads the reason may not
   * see the areas of another mine: those are named without name and document, as evidence packs name them.
   */
  private async permitting(sql: Knex, violationIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { areas } = this.cause;
    if (areas.length === 0) return new Map();
    const { rows } = await sql.raw(
      `select v.id, string_agg(concat(a.kind, ' ', a.id, ' version ', a.version,
                                      case when coalesce(v.mine_id, a.mine_id) = a.mine_id
                                        then ' (' || nullif(concat_ws(', ', a.name, a.document_number), '') || ')' end),
                               ', ' order by a.id) as areas
       from enforcement.violation v
       join (select a.* from jsonb_to_recordset(:areas::jsonb) as k (id uuid, version int)
             join boundaries.published_permitted_area a using (id, version) where a.superseded_at is null) a
         on a.geom && v.geom
       cross join lateral (select ST_Intersection(a.geom, v.geom, 1e-11) as geom offset 0) part
       where 2 * ST_Area(part.geom) > :hair * ST_Perimeter(part.geom) and v.id = any(:violations::uuid[]) group by v.id`,
      { areas: JSON.stringify(areas), violations: [...violationIds], hair: HAIR },
    );
    return new Map(rows.map((row: { id: string; areas: string }) => [row.id, row.areas]));
  }

  private named(): string {
    const { subjects } = this.cause;
    const named = subjects
      .slice(0, NAMED)
      .map(({ id, version }) => (version === null ? id : `${id} version ${version}`));
    const more = subjects.length - named.length;
    return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  }
}
