import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import { AppError, badInput, notFound } from '../../../platform/errors.js';
import { LARGEST_PAGE_SIZE } from '../../../platform/keyset.js';
import { STORAGE_SRID } from '../../../spatial/postgis.js';
import { transformPositions } from '../../../spatial/transform-corners.js';
import { PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import { areaVersionId, type PermittedArea, type PermittedAreaFilter } from '../areas/permitted-area.js';
import type { PermittedAreaRepository } from '../areas/permitted-area.repository.js';
import { LARGEST_LIST } from '../formats/area-collector.js';
import type { AreaWriter, ExportedArea } from '../formats/area-writer.js';
import { WRITABLE_FORMATS, writerOf } from '../formats/writers.js';
import type { KnownMine, PublishedRepository } from '../published.repository.js';
import type { ExportFile, ExportRequest } from './export.js';
import type { ExportRepository } from './export.repository.js';
import { checkCrsClass, exportSrid } from './export-crs.js';
import { cornerPolygons } from './export-rings.js';
import { type CornersIn, exportedArea, type StoredArea } from './stored-area.js';

export interface ExportServiceDeps {
  readonly knex: Knex;
  readonly areas: PermittedAreaRepository;
  readonly published: PublishedRepository;
  readonly names: ExportRepository;
}

/** Areas with geometry that are held at a time. */
const PAGE = Math.min(200, LARGEST_PAGE_SIZE);

/** Writes permitted areas to files, those and no others that the asker may see. */
export class ExportService {
  constructor(private readonly deps: ExportServiceDeps) {}

  /**
   * The file of the areas asked for; its bytes are made as they are taken. Errors: `NOT_FOUND` for the mine,
   * `BAD_USER_INPUT` for a format that is only read, `EXPORT_REFUSED` where the areas do not fit the format (also
   * from the first chunk).
   */
  async open(context: RequestContext, request: ExportRequest): Promise<ExportFile> {
    const writer = await writerOf(request.format);
    if (!writer) {
      const message = `Areas are written in ${WRITABLE_FORMATS.join(', ')}, not in ${request.format}.`;
      throw badInput(message, { field: 'format' });
    }
    const mine = await this.mineOf(context, request.mineCode);
    const isListing = writer.corners === 'PLANE' || writer.corners === 'DEGREES';
    if (isListing && !mine) {
      throw badInput(`A file in ${request.format} is of one mine: say which.`, { field: 'mine' });
    }
    // One instant for all pages: what is recorded meanwhile is not half in the file.
    const known = request.known ?? context.clock.now();
    const pages = this.pages(context, { ...request, known }, mine);
    const areas = isListing
      ? this.inOneCrs(pages, writer, mine, request.srid)
      : this.each(pages, writer, exportSrid(writer, [], null, request.srid));
    let count = 0;
    async function* counted(from: AsyncIterable<ExportedArea>): AsyncIterable<ExportedArea> {
      for await (const area of from) {
        count += 1;
        yield area;
      }
    }
    return {
      fileName: fileName(request, mine, writer),
      mediaType: writer.mediaType,
      chunks: this.written(context, { ...request, known }, mine, writer, counted(areas)),
      areas: () => count,
    };
  }

  /** Errors: `EXPORT_REFUSED` for areas of several kinds where the file cannot say which is which, `NOT_FOUND` for none. */
  private async *written(
    context: RequestContext,
    request: ExportRequest,
    mine: KnownMine | null,
    writer: AreaWriter,
    areas: AsyncIterable<ExportedArea>,
  ): AsyncIterable<Uint8Array> {
    if (!writer.statesFacts) {
      const kinds = await this.kindsOf(context, request, mine);
      if (kinds.length > 1) {
        const message = `A file in ${request.format} does not say what kind its areas are, and there are ${kinds.join(', ')}: ask for one kind. GEOJSON, SHAPEFILE and GEOPACKAGE say it.`;
        throw new AppError('EXPORT_REFUSED', message, { field: 'kind', candidates: kinds });
      }
      // What is written area by area is refused as a whole, before the first byte of it.
      if (writer.corners === 'ISSUED') {
        for await (const page of this.listed(context, request, mine)) {
          for (const area of page) checkCrsClass(writer, area, request.srid);
        }
      }
    }
    yield* writer.write(await someAreas(areas));
  }

  /** The kinds that there are among the areas asked for. */
  private async kindsOf(
    context: RequestContext,
    { kinds, validOn, known }: ExportRequest,
    mine: KnownMine | null,
  ): Promise<readonly PermittedAreaKind[]> {
    const wanted = [...new Set(kinds ?? Object.values(PermittedAreaKind))];
    if (wanted.length === 1) return wanted;
    const found = await Promise.all(
      wanted.map(async (kind) => {
        const filter: PermittedAreaFilter = { kind: [kind], mineIds: mine && [mine.id] };
        const page = { first: 1, after: null };
        const { items } = await this.deps.areas.page(context, filter, null, { validOn, known }, page);
        return items.length > 0 ? [kind] : [];
      }),
    );
    return found.flat();
  }

  private async mineOf(context: RequestContext, code: string | null): Promise<KnownMine | null> {
    if (code === null) return null;
    const [mine] = await this.deps.published.minesByCodes(context, [code]);
    if (!mine) throw notFound('mine', code);
    return mine;
  }

  /** Areas as they are stored, page by page, in the order of their ids. */
  private async *pages(
    context: RequestContext,
    request: ExportRequest,
    mine: KnownMine | null,
  ): AsyncIterable<readonly StoredArea[]> {
    for await (const page of this.listed(context, request, mine)) yield await this.complete(context, page);
  }

  /** The areas asked for without geometry, page by page, in the order of their ids. */
  private async *listed(
    context: RequestContext,
    { kinds, validOn, known }: ExportRequest,
    mine: KnownMine | null,
  ): AsyncIterable<readonly PermittedArea[]> {
    const filter: PermittedAreaFilter = { kind: kinds, mineIds: mine && [mine.id] };
    let after: string | null = null;
    do {
      const page = { first: PAGE, after };
      const read = await this.deps.areas.page(context, filter, null, { validOn, known }, page);
      yield read.items.map(({ node }) => node);
      after = read.hasNextPage ? (read.items.at(-1)?.cursor ?? null) : null;
    } while (after !== null);
  }

  private async complete(context: RequestContext, areas: readonly PermittedArea[]): Promise<StoredArea[]> {
    const licenceIds = areas.flatMap(({ licenceId }) => licenceId ?? []);
    const [geometries, corners, names] = await Promise.all([
      this.deps.areas.geometries(context, areas, STORAGE_SRID),
      this.deps.areas.corners(context, areas),
      this.deps.names.names(context, [...new Set(areas.map(({ mineId }) => mineId))], licenceIds),
    ]);
    const geometryOf = new Map(geometries.map((row) => [areaVersionId(row), row.geometry]));
    const cornersOf = new Map(corners.map((row) => [areaVersionId(row), row.corners]));
    return areas.flatMap((area) => {
      const geometry = geometryOf.get(areaVersionId(area));
      const mine = names.mines.get(area.mineId);
      if (geometry?.type !== 'MultiPolygon' || !mine) return [];
      const licenceNumber = area.licenceId === null ? null : (names.licences.get(area.licenceId) ?? null);
      return [{ area, geometry, mine, licenceNumber, corners: cornersOf.get(areaVersionId(area)) ?? [] }];
    });
  }

  /** Area by area, as issued or in `srid`. */
  private async *each(
    pages: AsyncIterable<readonly StoredArea[]>,
    writer: AreaWriter,
    srid: number | null,
  ): AsyncIterable<ExportedArea> {
    for await (const page of pages) yield* await this.exported(page, writer, srid);
  }

  /** The areas of one mine, which a listing holds in one CRS: all must be known before the first is written. */
  private async *inOneCrs(
    pages: AsyncIterable<readonly StoredArea[]>,
    writer: AreaWriter,
    mine: KnownMine | null,
    srid: number | null,
  ): AsyncIterable<ExportedArea> {
    const all: StoredArea[] = [];
    for await (const page of pages) {
      all.push(...page);
      if (all.length > LARGEST_LIST) {
        throw new AppError('EXPORT_REFUSED', `A listing holds at most ${LARGEST_LIST} areas; ask for fewer.`);
      }
    }
    const issued = all.map(({ area }) => area.sourceSrid);
    yield* await this.exported(all, writer, exportSrid(writer, issued, mine?.location ?? null, srid));
  }

  /** With corners in `srid`; null: as issued. */
  private async exported(
    areas: readonly StoredArea[],
    writer: AreaWriter,
    srid: number | null,
  ): Promise<ExportedArea[]> {
    for (const { area } of areas) checkCrsClass(writer, area, srid);
    const issued = areas.map(({ area, corners, geometry }) => ({
      srid: area.sourceSrid,
      polygons: cornerPolygons(corners, geometry),
    }));
    const polygons = srid === null ? issued : await this.transformed(issued, srid);
    return areas.map((one, i) => exportedArea(one, polygons[i] ?? { srid: STORAGE_SRID, polygons: [] }));
  }

  private async transformed(issued: readonly CornersIn[], srid: number): Promise<CornersIn[]> {
    const corners = issued.flatMap((one) =>
      one.polygons.flat(2).map(({ x, y }) => ({ position: [y, x] as const, srid: one.srid })),
    );
    const positions = await transformPositions(this.deps.knex, corners, srid);
    let next = 0;
    return issued.map(({ polygons }) => ({
      srid,
      polygons: polygons.map((rings) =>
        rings.map((ring) =>
          ring.map((corner) => {
            const [y, x] = positions[next++] ?? [corner.y, corner.x];
            return { ...corner, x, y };
          }),
        ),
      ),
    }));
  }
}

/** The areas again, once it is known that there are any: nothing is no file. Errors: `NOT_FOUND`, before the first byte. */
async function someAreas(areas: AsyncIterable<ExportedArea>): Promise<AsyncIterable<ExportedArea>> {
  const iterator = areas[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) throw new AppError('NOT_FOUND', NOTHING);
  return (async function* all() {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
}

const NOTHING =
  'There is no permitted area that you may see of this mine, kind, day and instant: nothing to write.';

/** `permitted-areas-DEMO-210381-01.txt`; a mine's code may hold what file names may not. */
const fileName = ({ format }: ExportRequest, mine: KnownMine | null, { extension }: AreaWriter): string =>
  `${[
    'permitted-areas',
    ...(mine ? [mine.code.replace(/[^\w.-]/g, '_')] : []),
    format.toLowerCase().replaceAll('_', '-'),
  ].join('-')}.${extension}`;
