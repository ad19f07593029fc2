import type { Geometry, MultiPolygon } from 'geojson';
import type { Knex } from 'knex';
import { takeLocks } from '../../../platform/advisory-locks.js';
import { spatial } from '../../../spatial/postgis.js';
import { LOCK_NAMES } from '../../../vocabulary/lock-names.js';
import type { ChangeGrounds } from '../../../vocabulary/versions.js';
import type { IntakeOptions } from '../intake/intake.js';
import {
  cornersJson,
  type DraftArea,
  type Ground,
  type PermittedArea,
  type WholeVersion,
} from './permitted-area.js';
import { AREA_COLUMNS, areaRow, mapArea } from './permitted-area.row.js';

/** Texts without line breaks, as hex and JSON are: nothing in them has to be escaped, as it has in an array. */
const LINES = "unnest(string_to_array(?, E'\\n'))";

/** A version as an import compares against it. */
export interface LastVersion {
  readonly area: PermittedArea;
  readonly contentDigest: string;
}

/** The document of a mine, by what `intakeKey` is made of. */
export interface DocumentOfMine {
  readonly mineId: string;
  readonly options: Pick<IntakeOptions, 'kind' | 'documentNumber' | 'licenceId' | 'validFrom' | 'validTo'>;
}

/** Writes versions of permitted areas, whoever asks: who may is the service's to decide. */
export class AreaVersionRepository {
  constructor(private readonly knex: Knex) {}

  /** Makes changes of one mine's areas take turns until the transaction ends. */
  lockMine(sql: Knex, mineId: string): Promise<void> {
    return this.lockMines(sql, [mineId]);
  }

  /** The same for many mines. */
  async lockMines(sql: Knex, mineIds: readonly string[]): Promise<void> {
    await takeLocks(sql, mineIds.map(LOCK_NAMES.permittedAreasOf));
  }

  /** The last version of each area, that of a withdrawn one among them. */
  async latest(sql: Knex, ids: readonly string[]): Promise<readonly LastVersion[]> {
    // One by one: in the middle of a large import nothing is known of the table, and a plan for all reads the whole of it.
    const last = sql('boundaries.permitted_area as area')
      .select(sql.raw(AREA_COLUMNS.all), 'area.content_digest')
      .whereRaw('area.id = given.id')
      .orderBy('area.version', 'desc')
      .limit(1);
    const { rows } = await sql.raw<{ rows: Record<string, unknown>[] }>(
      'select last.* from unnest(?::uuid[]) as given (id) cross join lateral ? as last',
      [[...ids], last],
    );
    return rows.map((row) => ({ area: mapArea(row), contentDigest: row['content_digest'] as string }));
  }

  /** The versions that stand now, with their geometries: of some areas, or of all that a licence carries. */
  async whole(
    sql: Knex,
    wanted: { readonly ids: readonly string[] } | { readonly licenceId: string },
  ): Promise<readonly WholeVersion[]> {
    const query = sql('boundaries.permitted_area as area')
      .select(
        sql.raw(AREA_COLUMNS.all),
        'area.corners',
        'area.content_digest',
        sql.raw('area.geom::text as geom, area.plane_geom::text as plane_geom'),
        sql.raw('? as polygons', [spatial(this.knex).geoJson('area.geom')]),
      )
      .whereNull('area.superseded_at')
      .orderBy('area.id');
    if ('ids' in wanted) query.whereRaw('area.id = any(?)', [[...wanted.ids]]);
    else query.where('area.licence_id', wanted.licenceId);
    return ((await query) as Record<string, unknown>[]).map(mapWhole);
  }

  /**
   * Current areas of documents (or licences), those with the given ids left aside, and those that a file with the document's
   * validity need not list: of other days, or ended before its areas end.
   */
  async othersOfDocuments(
    sql: Knex,
    documents: readonly DocumentOfMine[],
    ids: readonly string[],
  ): Promise<readonly PermittedArea[]> {
    const named = documents.filter(({ options }) => options.documentNumber || options.licenceId);
    if (named.length === 0) return [];
    // Mine by mine, as a plan for all would read the whole table in the middle of a large import.
    const rows = await sql
      .select(sql.raw(AREA_COLUMNS.all))
      .from(
        sql.raw(
          `jsonb_to_recordset(?::jsonb) as document (mine_id uuid, kind text, number text, licence_id uuid, valid_from date, valid_to date)
           cross join lateral (
             select * from boundaries.permitted_area of_mine
             where of_mine.mine_id = document.mine_id and of_mine.kind = document.kind and of_mine.superseded_at is null offset 0
           ) as area`,
          [
            JSON.stringify(
              named.map(({ mineId, options }) => ({
                mine_id: mineId,
                kind: options.kind,
                number: options.documentNumber || null,
                licence_id: options.licenceId ?? null,
                valid_from: options.validFrom,
                valid_to: options.validTo ?? null,
              })),
            ),
          ],
        ),
      )
      .whereRaw(
        `area.document_number is not distinct from document.number
         and (document.number is not null or area.licence_id = document.licence_id)`,
      )
      .whereRaw('not area.id = any(?)', [[...ids]])
      .whereRaw(
        'daterange(area.valid_from, area.valid_to) && daterange(document.valid_from, document.valid_to)',
      )
      .whereRaw(
        `not (area.valid_to < coalesce(document.valid_to, 'infinity') and exists (
           select from boundaries.permitted_area earlier
           where earlier.id = area.id and coalesce(earlier.valid_to, 'infinity') > area.valid_to))`,
      )
      .orderBy('area.id');
    return rows.map(mapArea);
  }

  /** What drafts that are in force together cover, beside what is stated of them: those above each other count once. */
  async groundOf(sql: Knex, statedSquareMetres: number, drafts: readonly DraftArea[]): Promise<Ground> {
    const { rows } = await sql.raw<{ rows: Record<string, number>[] }>(
      `select * from boundaries.ground_of(?, array(select hex::geometry from ${LINES} as hex), ?::float8[], ?::float8[])`,
      [
        statedSquareMetres,
        drafts.map(({ geom }) => geom).join('\n'),
        drafts.map(({ areaSquareMetres }) => areaSquareMetres),
        drafts.map(({ planeAreaSquareMetres }) => planeAreaSquareMetres),
      ],
    );
    return {
      areaSquareMetres: rows[0]?.['area_m2'] as number,
      planeAreaSquareMetres: rows[0]?.['plane_area_m2'] as number,
    };
  }

  async supersede(sql: Knex, ids: readonly string[], at: Date): Promise<void> {
    if (ids.length === 0) return;
    await sql('boundaries.permitted_area')
      .update({ superseded_at: sql.raw('greatest(recorded_at, ?)', [at]) })
      .whereRaw('id = any(?)', [[...ids]])
      .whereNull('superseded_at');
  }

  /** Ends what was known of an area, with nothing to follow. */
  async withdraw(sql: Knex, id: string, grounds: ChangeGrounds, at: Date): Promise<void> {
    await sql('boundaries.permitted_area')
      .update({
        superseded_at: sql.raw('greatest(recorded_at, ?)', [at]),
        withdrawal_reason: grounds.reason,
        withdrawal_document_number: grounds.documentNumber,
      })
      .where({ id })
      .whereNull('superseded_at');
  }

  /**
   * Adds versions, some thousand at most. By one statement: writers of areas near each other take turns by degrees of
   * longitude, which a second would ask for out of their order. The rows travel as one JSON value, what is long in them
   * line by line.
   */
  async insert(sql: Knex, areas: readonly DraftArea[]): Promise<void> {
    const rows = areas.map(areaRow);
    const [first] = rows;
    if (!first) return;
    const columns = Object.keys(first);
    await sql.raw(
      `insert into boundaries.permitted_area (${columns.join(', ')}, geom, plane_geom, corners)
       select ${columns.map((column) => `(area).${column}`).join(', ')}, geom::geometry, plane_geom::geometry, corners::jsonb
       from (select json_populate_recordset(null::boundaries.permitted_area, ?::json) as area,
                    ${LINES} as geom, ${LINES} as plane_geom, ${LINES} as corners) given`,
      [
        JSON.stringify(rows),
        areas.map((area) => area.geom).join('\n'),
        areas.map((area) => area.planeGeom).join('\n'),
        areas.map((area) => cornersJson(area.corners)).join('\n'),
      ],
    );
  }

  /** Geometries of areas that are not stored, in `srid`. */
  async geometriesOf(drafts: readonly DraftArea[], srid: number): Promise<readonly Geometry[]> {
    const geometry = spatial(this.knex).geoJsonIn('draft.geom', srid);
    const rows = await this.knex
      .select(this.knex.raw('? as geometry', [geometry]))
      .from(
        this.knex.raw(
          '(select hex::geometry as geom, ordinal from unnest(?::text[]) with ordinality as t (hex, ordinal)) as draft',
          [drafts.map((draft) => draft.geom)],
        ),
      )
      .orderBy('draft.ordinal');
    return rows.map((row) => JSON.parse(row['geometry'] as string) as Geometry);
  }
}

function mapWhole(row: Record<string, unknown>): WholeVersion {
  const { coordinates } = JSON.parse(row['polygons'] as string) as MultiPolygon;
  return {
    draft: {
      ...mapArea(row),
      corners: row['corners'] as DraftArea['corners'],
      geom: row['geom'] as string,
      planeGeom: row['plane_geom'] as string,
      contentDigest: row['content_digest'] as string,
    },
    rings: coordinates.map((rings) => rings.length),
  };
}
