import { isCalendarDay, isCalendarInstant } from '../platform/calendar-day.js';
import { badInput } from '../platform/errors.js';
import { crsFault } from '../spatial/geojson-crs.js';
import { shown } from '../spatial/geojson-rings.js';
import { Activity, ObservationMethod } from '../vocabulary/boundaries.js';

/** How the properties of a file's features become observations. */
export interface ObservationMapping {
  /** Property that holds each field, by field. */
  readonly properties: Readonly<Record<ObservationField, string>>;
  /** What a field is where the feature lacks its property. */
  readonly defaults: Readonly<Partial<Record<ObservationField, string>>>;
}

export const OBSERVATION_FIELDS = [
  'provider',
  'providerRef',
  'mineCode',
  'activity',
  'method',
  'observedAt',
  'sigmaMetres',
  'zMinMetres',
  'zMaxMetres',
  'sigmaZMetres',
  'seam',
] as const;
export type ObservationField = (typeof OBSERVATION_FIELDS)[number];

const NUMBERS: readonly ObservationField[] = ['sigmaMetres', 'zMinMetres', 'zMaxMetres', 'sigmaZMetres'];
const REQUIRED: readonly ObservationField[] = ['provider', 'activity', 'method', 'observedAt', 'sigmaMetres'];

/** A feature as `submitObservations` takes it, before the service has checked it. */
export interface ObservationRow {
  readonly provider: string;
  readonly providerRef: string | null;
  readonly mineCode: string | null;
  readonly activity: Activity;
  readonly method: ObservationMethod;
  readonly observedAt: Date;
  readonly geometry: object;
  readonly sigmaMetres: number;
  readonly zMinMetres: number | null;
  readonly zMaxMetres: number | null;
  readonly sigmaZMetres: number | null;
  readonly seam: string | null;
}

/** A feature that cannot be one; `index` counts features from 0. */
export interface UnreadableFeature {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
}

export interface ObservationFile {
  /** With its position in the file. */
  readonly rows: readonly { readonly index: number; readonly row: ObservationRow }[];
  readonly unreadable: readonly UnreadableFeature[];
}

interface Feature {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly geometry?: unknown;
  readonly properties?: Readonly<Record<string, unknown>> | null;
}

/** Reads a GeoJSON FeatureCollection (RFC 7946). Throws `BAD_USER_INPUT` when it is not one. */
export function readObservationFile(text: string, mapping: ObservationMapping): ObservationFile {
  const rows: { index: number; row: ObservationRow }[] = [];
  const unreadable: UnreadableFeature[] = [];
  const { features, crsOfFile } = collectionOf(text);
  features.forEach((feature, index) => {
    const read = readFeature(feature, crsOfFile, mapping);
    if ('row' in read) rows.push({ index, row: read.row });
    else unreadable.push({ index, ...read.fault });
  });
  return { rows, unreadable };
}

interface Collection {
  readonly features: readonly (Feature | null)[];
  /** What is wrong with the CRS that the collection says; null: nothing. */
  readonly crsOfFile: string | null;
}

function collectionOf(text: string): Collection {
  let parsed: { type?: unknown; features?: unknown };
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, '')) as typeof parsed;
  } catch (error) {
    throw badInput(
      `The file is not JSON: ${(error as Error).message}. It must be a GeoJSON FeatureCollection.`,
    );
  }
  if (parsed?.type !== 'FeatureCollection' || !Array.isArray(parsed.features)) {
    throw badInput(
      `The file must be a GeoJSON FeatureCollection; its type is ${shown(parsed?.type ?? null)}.`,
    );
  }
  return { features: parsed.features as (Feature | null)[], crsOfFile: crsFault(parsed) };
}

type ReadFeature = { row: ObservationRow } | { fault: Omit<UnreadableFeature, 'index'> };

function readFeature(
  feature: Feature | null,
  crsOfFile: string | null,
  { properties, defaults }: ObservationMapping,
): ReadFeature {
  const fault = (code: string, path: string | null, message: string): ReadFeature => ({
    fault: { code, path, message },
  });
  if (typeof feature?.geometry !== 'object' || feature.geometry === null) {
    return fault('GEOMETRY_MISSING', 'geometry', 'The feature has no geometry.');
  }
  const otherCrs = crsOfFile ?? crsFault(feature) ?? crsFault(feature.geometry);
  if (otherCrs !== null) return fault('CRS_CONFLICT', 'crs', otherCrs);
  const values: Partial<Record<ObservationField, string>> = {};
  for (const field of OBSERVATION_FIELDS) {
    const given =
      feature.properties?.[properties[field]] ?? (field === 'providerRef' ? feature.id : undefined);
    const value = given === undefined || given === null || given === '' ? defaults[field] : textOf(given);
    if (value !== undefined) values[field] = value;
    else if (REQUIRED.includes(field)) {
      return fault(
        'PROPERTY_MISSING',
        properties[field],
        `The feature has no property "${properties[field]}" and no default was given for it.`,
      );
    }
  }
  for (const field of NUMBERS) {
    if (values[field] !== undefined && !Number.isFinite(Number(values[field]))) {
      return fault('NOT_A_NUMBER', properties[field], `"${values[field]}" is not a number.`);
    }
  }
  const unknownWord = (field: ObservationField, words: readonly string[]): ReadFeature =>
    fault('UNKNOWN_WORD', properties[field], `"${values[field]}" is none of ${words.join(', ')}.`);
  const observedAt = instantOf(values.observedAt ?? '');
  if (observedAt === null) {
    return fault(
      'NOT_AN_INSTANT',
      properties.observedAt,
      `"${values.observedAt}" is neither a day (2026-05-20) nor an instant with its zone (2026-05-20T11:00:00+08:00).`,
    );
  }
  const activity = wordOf(Activity, values.activity);
  if (activity === null) return unknownWord('activity', Object.keys(Activity));
  const method = wordOf(ObservationMethod, values.method);
  if (method === null) return unknownWord('method', Object.keys(ObservationMethod));
  const number = (field: ObservationField): number | null =>
    values[field] === undefined ? null : Number(values[field]);
  return {
    row: {
      provider: values.provider ?? '',
      providerRef: values.providerRef ?? null,
      mineCode: values.mineCode ?? null,
      activity,
      method,
      observedAt,
      geometry: feature.geometry,
      sigmaMetres: Number(values.sigmaMetres),
      zMinMetres: number('zMinMetres'),
      zMaxMetres: number('zMaxMetres'),
      sigmaZMetres: number('sigmaZMetres'),
      seam: values.seam ?? null,
    },
  };
}

/** A nested value is shown as JSON: no field takes one, and a fault then quotes it. */
const textOf = (value: unknown): string => (typeof value === 'object' ? shown(value) : String(value));

/** A word of the vocabulary, however it is spelled: `gnss-survey` is GNSS_SURVEY. */
function wordOf<T extends string>(words: Readonly<Record<T, T>>, text = ''): T | null {
  const word = text.trim().toUpperCase().replace(/[- ]/g, '_');
  return word in words ? (word as T) : null;
}

/** A day counts from its beginning in Asia/Shanghai (UTC+8 all year); an instant must say its zone. */
function instantOf(text: string): Date | null {
  const [, year, month, date, time = 'T00:00:00+08:00'] =
    /^(\d{4})[-/]?(\d{2})[-/]?(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ??
    [];
  const day = `${year}-${month}-${date}`;
  const instant = new Date(`${day}${time}`);
  return isCalendarDay(day) && isCalendarInstant(instant) ? instant : null;
}
