import { isCalendarDay, isCalendarInstant } from '../../../platform/calendar-day.js';
import { createRequestContext } from '../../../platform/context.js';
import { AppError, badInput } from '../../../platform/errors.js';
import type { Exchange } from '../../../platform/http-exchange.js';
import type { Route } from '../../../platform/http-server.js';
import { SilenceLimit } from '../../../platform/silence-limit.js';
import { PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import type { IntakeFormat } from '../../../vocabulary/intake.js';
import { WRITABLE_FORMATS, writerOf } from '../formats/writers.js';
import type { ExportFile, ExportRequest } from './export.js';
import type { ExportService } from './export.service.js';
import { POSSIBLE_SRIDS } from './export-crs.js';

const PARAMETERS = ['mine', 'format', 'kind', 'validOn', 'known', 'srid'] as const;
type Parameter = (typeof PARAMETERS)[number];
const NAME = /^\/export\/permitted-areas\.(\w+)$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T[\d:.]+(Z|[+-]\d{2}:?\d{2})$/;

/**
 * `GET /export/permitted-areas.<ext>?mine=…&format=…&kind=…&validOn=…&known=…&srid=…`: permitted areas as a file, those
 * that whoever asks may see, sent as it is written. The format is the one named, else the only one with that ending.
 * Where nothing of it can be sent for `timeoutMs` it is given up.
 */
export const exportRoute = (service: ExportService, timeoutMs: number): Route => ({
  path: '/export/',
  handle: (exchange) => answer(service, exchange, timeoutMs),
});

async function answer(service: ExportService, exchange: Exchange, timeoutMs: number): Promise<void> {
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') {
    exchange.sendError(new AppError('METHOD_NOT_ALLOWED', 'A file is asked for with GET.'), {
      allow: 'GET, HEAD',
    });
    return;
  }
  const extension = NAME.exec(exchange.path)?.[1];
  if (extension === undefined) {
    throw new AppError('NOT_FOUND', 'Permitted areas are at /export/permitted-areas.<ending of the format>.');
  }
  const request = await exportRequest(extension, exchange.search);
  const context = createRequestContext({ log: exchange.log, requestId: exchange.requestId });
  await send(exchange, new SilenceLimit(timeoutMs, exchange.response), () => service.open(context, request));
}

/** Errors: `BAD_USER_INPUT` naming the parameter at fault. */
async function exportRequest(extension: string, search: string): Promise<ExportRequest> {
  const query = new URLSearchParams(search);
  for (const name of query.keys()) {
    if (PARAMETERS.includes(name as Parameter)) continue;
    throw badInput(`There is no parameter ${name}; there are ${PARAMETERS.join(', ')}.`, { field: name });
  }
  const repeated = PARAMETERS.find((name) => name !== 'kind' && query.getAll(name).length > 1);
  if (repeated !== undefined) {
    throw badInput(`${repeated} is there ${query.getAll(repeated).length} times; once is what it can be.`, {
      field: repeated,
    });
  }
  const given = (name: Parameter): string | null => query.get(name) || null;
  return {
    format: await formatFor(extension, given('format')),
    mineCode: given('mine'),
    kinds: kindsOf(query.getAll('kind')),
    validOn: checked('validOn', given('validOn'), isCalendarDay, 'a day like 2026-01-01'),
    known: instant(checked('known', given('known'), isInstant, 'an instant like 2026-01-01T00:00:00Z')),
    srid: number(
      checked(
        'srid',
        given('srid'),
        (text) => /^\d{4,5}$/.test(text),
        `the EPSG code of a CRS that areas are written in: ${POSSIBLE_SRIDS}`,
      ),
    ),
  };
}

/** The calendar's day counts, not what JavaScript makes of 30 February. */
function isInstant(text: string): boolean {
  const [, day] = INSTANT.exec(text) ?? [];
  return day !== undefined && isCalendarDay(day) && isCalendarInstant(new Date(text));
}

function checked(
  name: Parameter,
  value: string | null,
  isGood: (text: string) => boolean,
  what: string,
): string | null {
  if (value !== null && !isGood(value)) throw badInput(`${name} is ${what}.`, { field: name });
  return value;
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));
const number = (text: string | null): number | null => (text === null ? null : Number(text));

function kindsOf(given: readonly string[]): PermittedAreaKind[] | null {
  const kinds = given.flatMap((list) => list.split(',')).filter((kind) => kind !== '');
  const unknown = kinds.find((kind) => !Object.hasOwn(PermittedAreaKind, kind));
  if (unknown !== undefined) {
    throw badInput(`There is no kind ${unknown}; there are ${Object.keys(PermittedAreaKind).join(', ')}.`, {
      field: 'kind',
    });
  }
  return kinds.length === 0 ? null : (kinds as PermittedAreaKind[]);
}

/** The format named, whose files must end so; else the only one whose files do. */
async function formatFor(extension: string, given: string | null): Promise<IntakeFormat> {
  const format = given?.toUpperCase().replaceAll('-', '_');
  const endings = await Promise.all(
    WRITABLE_FORMATS.map(async (one) => [one, (await writerOf(one))?.extension] as const),
  );
  const matching = endings.filter(([one, ending]) => ending === extension && (!format || one === format));
  const [only] = matching;
  if (only && matching.length === 1) return only[0];
  const list = endings.map(([one, ending]) => `${one} (.${ending})`).join(', ');
  throw badInput(
    only
      ? `Several formats end in .${extension}: ${matching.map(([one]) => one).join(', ')}. Say which with format.`
      : `No format ${format ?? ''} ends in .${extension}. There are ${list}.`,
    { field: 'format' },
  );
}

/** Sends as the client takes it. What fails before the first byte is an error like any other; after it the answer is cut. */
async function send(exchange: Exchange, limit: SilenceLimit, open: () => Promise<ExportFile>): Promise<void> {
  const { response } = exchange;
  const begun = await limit.within(async () => {
    const { fileName, mediaType, chunks } = await open();
    const iterator = chunks[Symbol.asyncIterator]();
    return { fileName, mediaType, iterator, first: await iterator.next() };
  });
  const { fileName, mediaType, iterator } = begun;
  response.writeHead(200, {
    'content-type': mediaType,
    'content-disposition': `attachment; filename="${fileName}"`,
    'cache-control': 'no-store',
    'x-request-id': exchange.requestId,
    'x-content-type-options': 'nosniff',
  });
  try {
    let next = begun.first;
    while (!next.done && exchange.method !== 'HEAD') {
      if (!(await exchange.write(next.value))) return;
      next = await limit.within(() => iterator.next());
    }
    response.end();
  } catch (error) {
    exchange.log.error({ err: error }, 'export broken off');
    response.destroy();
  } finally {
    await iterator.return?.();
  }
}
