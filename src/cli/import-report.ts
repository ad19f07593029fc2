import { sourceCrs } from '../spatial/crs.js';
import type { PermittedArea } from '../subgraphs/boundaries/areas/permitted-area.js';
import type { IntakeRejection, IntakeResult } from '../subgraphs/boundaries/intake/intake.js';
import type { Mine } from '../subgraphs/registry/mine.js';
import type { ImportOptions } from './import-options.js';
import { type CornerPlace, placeText } from './mine-of-file.js';
import { counted, table } from './table.js';

/** What an import did, for programs. */
export interface ImportReport {
  readonly mine: Pick<Mine, 'id' | 'code' | 'name'>;
  readonly dryRun: boolean;
  readonly recorded: number;
  readonly corrected: number;
  readonly unchanged: number;
  readonly areas: readonly ReportedArea[];
  /** Of all areas together, on the ellipsoid and on the plane. */
  readonly areaSquareMetres: number;
  readonly planeAreaSquareMetres: number;
  readonly statedArea: IntakeResult['statedArea'];
  readonly firstCorner: CornerPlace | null;
  readonly findings: IntakeResult['findings'];
  readonly rejected: readonly IntakeRejection[];
  /** Options that nobody gave. */
  readonly assumed: readonly string[];
}

const REPORTED = [
  'id',
  'version',
  'name',
  'kind',
  'sourceSrid',
  'crsClass',
  'ceilingMetres',
  'floorMetres',
  'areaSquareMetres',
  'planeAreaSquareMetres',
] as const satisfies readonly (keyof PermittedArea)[];
type ReportedArea = Pick<PermittedArea, (typeof REPORTED)[number]>;

export function importReport(
  { id, code, name }: Mine,
  { areas, ...result }: IntakeResult,
  firstCorner: CornerPlace | null,
  { dryRun, assumed }: ImportOptions,
): ImportReport {
  const sum = (field: 'areaSquareMetres' | 'planeAreaSquareMetres'): number =>
    areas.reduce((total, area) => total + area[field], 0);
  return {
    mine: { id, code, name },
    dryRun,
    ...result,
    areas: areas.map(
      (area) => Object.fromEntries(REPORTED.map((field) => [field, area[field]])) as unknown as ReportedArea,
    ),
    areaSquareMetres: sum('areaSquareMetres'),
    planeAreaSquareMetres: sum('planeAreaSquareMetres'),
    firstCorner,
    assumed,
  };
}

/** Six decimals of a square kilometre: a square metre. */
const squareKilometres = (squareMetres: number): string => `${(squareMetres / 1e6).toFixed(6)} km²`;

/** What an import did, for people. */
export function importText(report: ImportReport): string {
  const { mine, areas, firstCorner, findings, assumed } = report;
  return [
    `${report.dryRun ? 'Would import' : 'Imported'} ${counted(areas.length, 'area')} for ${mine.code} ${mine.name}: ` +
      `${report.recorded} new, ${report.corrected} corrected, ${report.unchanged} unchanged.`,
    '',
    table([
      ['area', 'system', 'elevation', 'ellipsoidal', 'plane'],
      ...areas.map((area) => [
        area.name ?? '',
        systemText(area),
        bandText(area),
        squareKilometres(area.areaSquareMetres),
        squareKilometres(area.planeAreaSquareMetres),
      ]),
      [
        'together',
        '',
        '',
        squareKilometres(report.areaSquareMetres),
        squareKilometres(report.planeAreaSquareMetres),
      ],
    ]),
    '',
    ...(firstCorner
      ? [`First corner: ${firstCorner.x}, ${firstCorner.y} is ${placeText(firstCorner)}.`]
      : []),
    ...statedText(report),
    ...findings
      .filter(notSaidAbove)
      .map(({ severity, code, message, advice }) => `${severity} ${code}: ${message} ${advice}`),
    ...(assumed.length > 0 ? [`Assumed, as nothing was given: ${assumed.join(', ')}.`] : []),
  ].join('\n');
}

/** That a stated area agrees is told by a line of its own. */
const notSaidAbove = ({ severity, code }: ImportReport['findings'][number]): boolean =>
  severity !== 'INFO' || !code.startsWith('STATED_AREA_');

const systemText = ({ sourceSrid, crsClass }: ReportedArea): string =>
  `EPSG:${sourceSrid} ${sourceCrs(sourceSrid)?.name ?? ''}${crsClass === 'BALLPARK' ? ' (ballpark)' : ''}`;

const bandText = ({ ceilingMetres, floorMetres }: ReportedArea): string =>
  ceilingMetres === null && floorMetres === null ? '' : `${ceilingMetres ?? '?'} to ${floorMetres ?? '?'} m`;

function statedText({ statedArea }: ImportReport): string[] {
  if (statedArea === null) return [];
  const { statedSquareMetres, convention, planeAgrees } = statedArea;
  const stated = `Stated area: ${(statedSquareMetres / 1e6).toFixed(4)} km²`;
  if (convention === 'NEITHER') return [`${stated} agrees with neither the ellipsoidal nor the plane area.`];
  const both = convention === 'ELLIPSOIDAL' && planeAgrees ? ' (the plane area agrees as well)' : '';
  return [`${stated} matches the ${convention} area${both}.`];
}

/** Why a file was refused, one line for each fault. */
export function rejectionText(path: string, rejected: readonly IntakeRejection[]): string {
  const lines = rejected.map(({ code, message, line, ring, vertex }) => {
    const place = [
      line === null ? path : `${path}:${line}`,
      ...(ring === null ? [] : [`ring ${ring}`]),
      ...(vertex === null ? [] : [`vertex ${vertex}`]),
    ].join(', ');
    return `${place}: ${code}: ${message}`;
  });
  return [`${path} was rejected, nothing was written: ${counted(rejected.length, 'fault')}.`, ...lines].join(
    '\n',
  );
}
