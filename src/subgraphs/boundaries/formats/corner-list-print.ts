import type { IntakeFeature } from './intake-file.js';

/**
 * A corner list of `features`: what `readCornerList` reads back as the same. Holes follow their shell with sign -1
 * and its elevation band. Takes single polygons in a projected CRS with zone prefix, names without commas.
 */
export function printCornerList(features: readonly IntakeFeature[]): string {
  const lines = features.flatMap((feature) =>
    feature.polygons.flat().flatMap((ring, i) => {
      const band = [feature.ceilingMetres ?? '', feature.floorMetres ?? ''];
      const name = i === 0 ? (feature.name ?? '') : '';
      const sign = i === 0 ? 1 : -1;
      return [
        ...ring.map(({ number, x, y }) => `${number},${x},${y}, , ,`),
        ['*', ...band, name, sign, ''].join(','),
      ];
    }),
  );
  return lines.map((line) => `${line}\n`).join('');
}
