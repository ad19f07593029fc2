import type { IntakeFeature, IntakeRing } from './intake-file.js';

/** One area of a listing, as it is printed. */
export interface ListedArea {
  readonly corners: IntakeRing;
  readonly elevations: readonly [number | '', number | ''];
  readonly name: string;
  readonly sign: 1 | -1;
}

/** Features as the registry lists them: each shell, followed by its holes with sign -1 and the same elevation band. */
export const listedAreas = (features: readonly IntakeFeature[]): ListedArea[] =>
  features.flatMap(({ polygons, name, ceilingMetres, floorMetres }) =>
    polygons.flat().map((corners, i) => ({
      corners,
      elevations: [ceilingMetres ?? '', floorMetres ?? ''] as const,
      name: i === 0 ? (name ?? '') : '',
      sign: i === 0 ? (1 as const) : (-1 as const),
    })),
  );
