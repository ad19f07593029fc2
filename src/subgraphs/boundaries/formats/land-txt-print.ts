import { gaussKruegerZone } from '../../../spatial/crs.js';
import { DATUM_WORDS } from './datum-words.js';
import type { IntakeFeature, IntakeRing } from './intake-file.js';

const SQUARE_METRES_OF_A_HECTARE = 10_000;

/**
 * A land-parcel file of `features`: what `readLandTxt` reads back as the same. Takes single polygons in one
 * Gauss-Krüger zone, names without commas; the format has no elevation bands.
 */
export function printLandTxt(features: readonly IntakeFeature[]): string {
  const zone = gaussKruegerZone(features[0]?.srid ?? 0);
  const header = [
    '[属性描述]',
    `坐标系=${zone ? DATUM_WORDS[zone.datum] : ''}`,
    `几度分带=${zone?.degrees ?? ''}`,
    '投影类型=高斯克吕格',
    '计量单位=米',
    `带号=${zone?.zone ?? ''}`,
    '精度=0.001',
    '转换参数=,,,,,,',
    '[地块坐标]',
  ];
  return [...header, ...features.flatMap(plotLines)].map((line) => `${line}\r\n`).join('');
}

function plotLines({ polygons, name }: IntakeFeature, index: number): string[] {
  const rings = polygons.flat();
  const points = rings.flatMap((ring, i) =>
    [...ring, ...ring.slice(0, 1)].map(({ number, x, y }) => [number, i + 1, x, y].join(',')),
  );
  const [shell = 0, ...holes] = rings.map(planeArea);
  const hectares = (shell - holes.reduce((sum, hole) => sum + hole, 0)) / SQUARE_METRES_OF_A_HECTARE;
  // A plot without a name goes by its number, which an area without a name must not get.
  const number = name === null ? '' : index + 1;
  return [`${points.length},${hectares.toFixed(4)},${number},${name ?? ''},面,,,,@`, ...points];
}

/** Plane area within a ring, from its first corner so that large coordinates cost no digits. */
function planeArea(ring: IntakeRing): number {
  const [{ x: x0, y: y0 } = { x: 0, y: 0 }] = ring;
  const twice = ring.reduce((sum, { x, y }, i) => {
    const next = ring[(i + 1) % ring.length] ?? { x: x0, y: y0 };
    return sum + (x - x0) * (next.y - y0) - (next.x - x0) * (y - y0);
  }, 0);
  return Math.abs(twice) / 2;
}
