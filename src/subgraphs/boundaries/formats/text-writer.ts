import { AppError } from '../../../platform/errors.js';
import { LARGEST_LIST } from './area-collector.js';
import type { AreaWriter, ExportedArea } from './area-writer.js';
import { exportedFeature, listedFeatures } from './exported-feature.js';
import type { IntakeFeature, IntakeFile, TextReader } from './intake-file.js';

interface TextFormat extends Pick<AreaWriter, 'corners' | 'statesCrs'> {
  readonly print: (features: readonly IntakeFeature[]) => string;
  readonly read: TextReader;
  /** How far apart, in the CRS's unit, a coordinate may be read back from where it was. */
  readonly tolerance: number;
  /** Whether the format has elevation bands. */
  readonly hasBands: boolean;
}

/**
 * A writer of a listing. What it printed it reads back, and gives out only if the same areas come of it: a name with a
 * comma or a hole that would be cut out of a neighbour as well is refused, not written wrong.
 */
export const listingWriter = (format: TextFormat): AreaWriter => ({
  extension: 'txt',
  mediaType: 'text/plain; charset=utf-8',
  corners: format.corners,
  statesCrs: format.statesCrs,
  statesFacts: false,
  write: (areas) => writeListing(format, areas),
});

async function* writeListing(
  format: TextFormat,
  areas: AsyncIterable<ExportedArea>,
): AsyncIterable<Uint8Array> {
  const all: ExportedArea[] = [];
  for await (const area of areas) {
    all.push(area);
    if (all.length > LARGEST_LIST) {
      throw new AppError('EXPORT_REFUSED', `A listing holds at most ${LARGEST_LIST} areas; ask for fewer.`);
    }
  }
  const features = listedFeatures(all);
  const text = features.length === 0 ? '' : format.print(features);
  const difference = features.length === 0 ? null : differenceOf(features, format, text);
  if (difference !== null) {
    throw new AppError(
      'EXPORT_REFUSED',
      `The format cannot hold these areas: ${difference} GEOJSON and GEOPACKAGE hold any.`,
    );
  }
  yield new TextEncoder().encode(text);
}

/** What of `features` would be lost or changed by reading `text`; null: nothing. */
function differenceOf(features: readonly IntakeFeature[], format: TextFormat, text: string): string | null {
  // Who asks for a CRS that the format does not name must say it when reading as well.
  const file: IntakeFile = format.read(text, format.statesCrs ? null : (features[0]?.srid ?? null));
  const [issue] = file.issues;
  if (issue) return `${areaName(features[issue.index])}: ${issue.message}`;
  const changed = features.find((feature, i) => !isSame(feature, file.features[i], format));
  if (changed) return `${areaName(changed)} would be read back as something else.`;
  return file.features.length === features.length ? null : 'other areas would be read back.';
}

const areaName = (feature: IntakeFeature | undefined): string =>
  `area ${feature?.name ?? feature?.index ?? ''}`;

function isSame(
  one: IntakeFeature,
  other: IntakeFeature | undefined,
  { tolerance, hasBands }: TextFormat,
): boolean {
  if (!other || one.srid !== other.srid || (one.name ?? '') !== (other.name ?? '')) return false;
  const sameBand = one.ceilingMetres === other.ceilingMetres && one.floorMetres === other.floorMetres;
  if (hasBands && !sameBand) return false;
  const [rings, others] = [one.polygons.flat(), other.polygons.flat()];
  return (
    rings.length === others.length &&
    rings.every((ring, i) => {
      const corners = others[i] ?? [];
      return (
        ring.length === corners.length &&
        ring.every(({ x, y }, j) => {
          const corner = corners[j];
          return corner && Math.abs(corner.x - x) <= tolerance && Math.abs(corner.y - y) <= tolerance;
        })
      );
    })
  );
}

/** A writer of a format whose areas are printed one by one, whatever their CRS. */
export const lineWriter = (
  extension: string,
  mediaType: string,
  print: (features: readonly IntakeFeature[]) => string,
): AreaWriter => ({
  extension,
  mediaType,
  corners: 'ISSUED',
  statesCrs: true,
  statesFacts: false,
  async *write(areas) {
    const encoder = new TextEncoder();
    for await (const area of areas) yield encoder.encode(print([exportedFeature(area, 0)]));
  },
});
