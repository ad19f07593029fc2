import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { badInput } from '../platform/errors.js';
import { createObservationService } from '../subgraphs/boundaries/services.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION } from './cli.js';
import {
  OBSERVATION_FIELDS,
  type ObservationField,
  type ObservationMapping,
  readObservationFile,
  type UnreadableFeature,
} from './observation-file.js';
import { createProgress } from './progress.js';
import { type Session, withSession } from './session.js';
import { counted } from './table.js';

/** Flag of each field: `--activity` gives its default, `--activity-property` the property that holds it. */
const FLAGS: Readonly<Record<ObservationField, { flag: string; value: string; meaning: string }>> = {
  provider: { flag: 'provider', value: '<name>', meaning: 'who saw it (default: the name of the file)' },
  providerRef: { flag: 'ref', value: '<text>', meaning: "the provider's own reference, its key" },
  mineCode: { flag: 'mine', value: '<code>', meaning: 'whose it is (default: found by place)' },
  activity: { flag: 'activity', value: '<kind>', meaning: 'EXTRACTION, STRIPPING, DUMPING or CONSTRUCTION' },
  method: {
    flag: 'method',
    value: '<kind>',
    meaning: 'SATELLITE, UAV, GNSS_SURVEY, RADAR or INSPECTION (default: SATELLITE)',
  },
  observedAt: {
    flag: 'observed-at',
    value: '<when>',
    meaning: 'a day in Asia/Shanghai, or an instant with its zone',
  },
  sigmaMetres: { flag: 'sigma', value: '<metres>', meaning: 'horizontal accuracy, 1σ' },
  zMinMetres: { flag: 'z-min', value: '<metres>', meaning: 'lowest elevation' },
  zMaxMetres: { flag: 'z-max', value: '<metres>', meaning: 'highest elevation' },
  sigmaZMetres: { flag: 'sigma-z', value: '<metres>', meaning: 'accuracy of the elevations, 1σ' },
  seam: { flag: 'seam', value: '<name>', meaning: 'seam or ore body' },
};
/** Fields that make no sense as one default for a whole file. */
const BY_FEATURE_ONLY: readonly ObservationField[] = ['providerRef'];

const OBSERVATIONS_PER_STEP = 250;
const MOST_SHOWN = 20;

interface ObservationReport {
  readonly observations: number;
  readonly judgements: number;
  readonly violationIds: readonly string[];
  readonly rejected: readonly UnreadableFeature[];
}

/** `minebound observe <file.geojson>`: observed activity, judged as it comes in. */
export function addObserveCommand(program: Command, cli: Cli): void {
  const command = program
    .command('observe')
    .description('take in observed activity from a GeoJSON FeatureCollection, and judge it')
    .argument('<file>', 'polygons in longitude and latitude (CGCS2000)');
  for (const field of OBSERVATION_FIELDS) {
    const { flag, value, meaning } = FLAGS[field];
    if (!BY_FEATURE_ONLY.includes(field)) command.option(`--${flag} ${value}`, meaning);
    command.option(`--${flag}-property <name>`, `property that holds it (default: ${field})`);
  }
  command
    .option(...JSON_OPTION)
    .action(async (path: string, flags: CommonOptions & Readonly<Record<string, unknown>>) => {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw badInput(`${path} cannot be read (${error.code ?? error.message}).`);
      });
      const file = readObservationFile(text, mappingOf(flags, path));
      const report = await withSession(cli, { ...flags, prepare: true }, async (session) => {
        const progress = createProgress(cli.io, flags.json === true);
        try {
          return await submit(session, file, (done) => progress.at(done, file.rows.length, 'observations'));
        } finally {
          progress.stop();
        }
      });
      cli.print(flags, {
        data: report,
        text: describe(report),
        shortfall: report.rejected.length > 0 ? 'INTAKE_REJECTED' : null,
      });
    });
  examples(
    command,
    'minebound observe footprints.geojson --activity STRIPPING --method UAV --sigma 0.5 --observed-at 2026-05-20',
    'minebound observe scenes.geojson --activity EXTRACTION --ref-property OBJECTID --observed-at-property IMAGE_DATE --sigma-property IMAGE_RES',
    'minebound observe pit.geojson --mine DEMO-140226-01 --activity EXTRACTION --sigma 1 --observed-at 2026-05-20T11:00:00+08:00 --json',
  );
}

function mappingOf(flags: Readonly<Record<string, unknown>>, path: string): ObservationMapping {
  const given = (flag: string): string | undefined => {
    const value = flags[flag.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? value : undefined;
  };
  const properties = Object.fromEntries(
    OBSERVATION_FIELDS.map((field) => [field, given(`${FLAGS[field].flag}-property`) ?? field]),
  ) as Record<ObservationField, string>;
  const defaults: Partial<Record<ObservationField, string>> = {
    provider: basename(path),
    method: 'SATELLITE',
  };
  for (const field of OBSERVATION_FIELDS) {
    const value = BY_FEATURE_ONLY.includes(field) ? undefined : given(FLAGS[field].flag);
    if (value !== undefined) defaults[field] = value;
  }
  return { properties, defaults };
}

async function submit(
  { deps, context }: Session,
  { rows, unreadable }: ReturnType<typeof readObservationFile>,
  onProgress: (done: number) => void,
): Promise<ObservationReport> {
  const service = createObservationService(deps);
  const rejected: UnreadableFeature[] = [...unreadable];
  const violationIds = new Set<string>();
  let observations = 0;
  let judgements = 0;
  for (let start = 0; start < rows.length; start += OBSERVATIONS_PER_STEP) {
    onProgress(start);
    const part = rows.slice(start, start + OBSERVATIONS_PER_STEP);
    const result = await service.submit(
      context,
      part.map(({ row }) => row),
    );
    observations += result.observations.length;
    judgements += result.judgements.length;
    for (const { id } of result.violations) violationIds.add(id);
    for (const { index, code, message, path } of result.rejected) {
      rejected.push({ index: part[index]?.index ?? index, code, message, path });
    }
  }
  return {
    observations,
    judgements,
    violationIds: [...violationIds],
    rejected: rejected.sort((a, b) => a.index - b.index),
  };
}

function describe({ observations, judgements, violationIds, rejected }: ObservationReport): string {
  const lines = [
    `Took in ${counted(observations, 'observation')}, judged ${judgements}; they touch ${counted(violationIds.length, 'violation')}.`,
  ];
  // A feature may have several faults.
  const features = new Set(rejected.map(({ index }) => index)).size;
  if (features > 0) lines.push(`${counted(features, 'feature')} rejected:`);
  for (const { index, code, message } of rejected.slice(0, MOST_SHOWN)) {
    lines.push(`  feature ${index + 1}: ${code}: ${message}`);
  }
  if (rejected.length > MOST_SHOWN)
    lines.push(`  and ${counted(rejected.length - MOST_SHOWN, 'fault')} more (--json lists all).`);
  return lines.join('\n');
}
