import { AREA_LABELS, type Language, WORDS } from './labels.js';
import { MapFrame, multiples, roundLength } from './map-frame.js';
import { type Scene, type SceneArea, sceneOf } from './map-scene.js';
import {
  ELSEWHERE_STROKE,
  EXCESS_STROKE,
  FONTS,
  FOOTPRINT_STROKE,
  GRID,
  INK,
  LAPSED_STROKE,
  OTHER_STROKE,
  type Stroke,
} from './map-style.js';
import { type Markup, markup, NOTHING, raw } from './markup.js';
import { shown } from './numbers.js';
import type { PackFacts } from './pack-facts.js';
import { planeName } from './plane-name.js';

/** Size of the sheet in its own units. */
const SHEET = { width: 1000, height: 620 };
const FRAME = { x: 74, y: 12, width: 690, height: 556 };
const SIDE = { x: 780, width: 208 };

/** The map of a pack as an SVG document of its own, in both languages. */
export const mapFile = (facts: PackFacts): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${renderMap(facts, ['zh', 'en']).markup}\n`;

/** The map with its words in the languages asked for. */
export function renderMap(facts: PackFacts, languages: readonly Language[]): Markup {
  const scene = sceneOf(facts);
  const frame = new MapFrame(scene.focus, FRAME.x, FRAME.y, FRAME.width, FRAME.height);
  // Ids are the document's: two maps in one page must not share them.
  const id = `map-${languages.join('-')}`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SHEET.width} ${SHEET.height}" font-family="${FONTS}" font-size="13" fill="${INK}">
<defs>
<clipPath id="${id}-frame"><rect x="${FRAME.x}" y="${FRAME.y}" width="${FRAME.width}" height="${FRAME.height}"/></clipPath>
<clipPath id="${id}-overview"><rect x="${SIDE.x}" y="12" width="${SIDE.width}" height="160"/></clipPath>
<pattern id="${id}-excess" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line y2="9" stroke="${EXCESS_STROKE.colour}" stroke-width="3"/></pattern>
</defs>
<rect width="${SHEET.width}" height="${SHEET.height}" fill="#fff"/>
${gridOf(frame)}
<g clip-path="url(#${id}-frame)">
${scene.areas.map((area) => areaPath(area, frame))}
${shape(frame.path(scene.footprint), FOOTPRINT_STROKE, '#ffb74d', 0.18)}
${scene.elsewhere.map((polygons) => shape(frame.path(polygons), ELSEWHERE_STROKE, ELSEWHERE_STROKE.colour, 0.12))}
${scene.findings.map(({ polygons }) => excessShape(frame.path(polygons), id))}
${cornersOf(scene.areas, frame, ON_MAP)}
${scene.farthest.map(({ at, metres }) => farthest(frame, at, metres))}
</g>
<rect x="${FRAME.x}" y="${FRAME.y}" width="${FRAME.width}" height="${FRAME.height}" fill="none" stroke="${INK}" stroke-width="1.5"/>
${overview(scene, frame, id, languages)}
${legend(scene, languages)}
${northArrow(languages)}
${scaleBar(frame)}
${planeNote(scene, languages)}
</svg>`;
}

const word = (key: keyof typeof WORDS, languages: readonly Language[]): string =>
  languages.map((language) => WORDS[key][language]).join(' / ');

const shape = (path: string, { colour, width, dashes }: Stroke, fill: string, opacity: number): Markup =>
  markup`<path d="${raw(path)}" fill="${fill}" fill-opacity="${opacity}" fill-rule="evenodd" stroke="${colour}" stroke-width="${width}" stroke-dasharray="${dashes}" stroke-linejoin="round"/>`;

const areaPath = ({ polygons, stroke, role, fact }: SceneArea, frame: MapFrame): Markup =>
  shape(
    frame.path(polygons),
    stroke,
    stroke.colour,
    role === 'OWN' ? (fact.kind === 'PROHIBITED_ZONE' ? 0.16 : 0.07) : 0.03,
  );

const excessShape = (path: string, id: string): Markup =>
  markup`<path d="${raw(path)}" fill="url(#${id}-excess)" fill-opacity="0.55" fill-rule="evenodd" stroke="${EXCESS_STROKE.colour}" stroke-width="${EXCESS_STROKE.width}"/>`;

/** Lines of equal northing (X) and easting (Y), with their values along two sides, as plane sheets carry them. */
function gridOf(frame: MapFrame): Markup {
  const { west, south, east, north } = frame.shows;
  const step = roundLength((east - west) / 4);
  const decimals = step < 1 ? 1 : 0;
  const eastings = multiples(west, east, step).map((easting) => {
    const [x] = frame.place([easting, south]);
    const at = x.toFixed(1);
    return markup`<path d="M${at} ${frame.y}V${frame.y + frame.height}" stroke="${GRID}" stroke-width="0.6"/><text x="${at}" y="${frame.y + frame.height + 16}" text-anchor="middle" font-size="11">Y ${shown(easting, decimals)}</text>`;
  });
  const northings = multiples(south, north, step).map((northing) => {
    const [, y] = frame.place([west, northing]);
    const at = y.toFixed(1);
    return markup`<path d="M${frame.x} ${at}H${frame.x + frame.width}" stroke="${GRID}" stroke-width="0.6"/><text x="${frame.x - 6}" y="${at}" text-anchor="end" font-size="11"><tspan dy="-2">X</tspan><tspan x="${frame.x - 6}" dy="12">${shown(northing, decimals)}</tspan></text>`;
  });
  return markup`<g>${eastings}${northings}</g>`;
}

/** How corners are written: the size of their numbers, and the cell in which one number has room. */
interface Lettering {
  readonly size: number;
  readonly dot: number;
  readonly cell: readonly [width: number, height: number];
}

const ON_MAP: Lettering = { size: 12, dot: 3, cell: [24, 14] };
const ON_OVERVIEW: Lettering = { size: 9, dot: 1.4, cell: [12, 10] };

/** Corner numbers as issued, of the mine's areas and those that the verdict rests on, as far as there is room. */
function cornersOf(areas: readonly SceneArea[], frame: MapFrame, { size, dot, cell }: Lettering): Markup {
  const taken = new Set<string>();
  const corners = areas
    .filter(({ fact, role }) => fact.used_by.length > 0 || role === 'OWN')
    .flatMap(({ fact, stroke }) => fact.plane_corners.map((corner) => ({ corner, stroke })));
  return markup`<g font-size="${size}">${corners.map(({ corner: [number, easting, northing], stroke }) => {
    if (!frame.contains([easting, northing])) return NOTHING;
    const [x, y] = frame.place([easting, northing]);
    const place = `${Math.floor(x / cell[0])} ${Math.floor(y / cell[1])}`;
    const point = markup`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${dot}" fill="${stroke.colour}"/>`;
    if (taken.has(place)) return point;
    taken.add(place);
    return markup`${point}<text x="${(x + dot + 2).toFixed(1)}" y="${(y - dot - 1).toFixed(1)}" fill="${stroke.colour}" stroke="#fff" stroke-width="${size / 4}" paint-order="stroke">${number}</text>`;
  })}</g>`;
}

function farthest(frame: MapFrame, at: readonly [number, number], metres: number): Markup {
  const [x, y] = frame.place(at).map((value) => value.toFixed(1));
  return markup`<g stroke="${INK}" stroke-width="1.6"><path d="M${x ?? 0} ${y ?? 0}m-6 -6l12 12m0 -12l-12 12"/></g><text x="${x ?? 0}" y="${y ?? 0}" dx="9" dy="4" font-weight="bold" stroke="#fff" stroke-width="3" paint-order="stroke">${shown(metres, 2)} m</text>`;
}

function overview(scene: Scene, main: MapFrame, id: string, languages: readonly Language[]): Markup {
  const frame = new MapFrame(scene.whole, SIDE.x, 12, SIDE.width, 160);
  const { west, south, east, north } = main.shows;
  const [x, y] = frame.place([west, north]);
  const [right, bottom] = frame.place([east, south]);
  return markup`<g clip-path="url(#${id}-overview)">
${scene.areas.map((area) => areaPath(area, frame))}
${shape(frame.path(scene.footprint), { ...FOOTPRINT_STROKE, width: 1 }, EXCESS_STROKE.colour, 0.5)}
${cornersOf(scene.areas, frame, ON_OVERVIEW)}
<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(right - x).toFixed(1)}" height="${(bottom - y).toFixed(1)}" fill="none" stroke="${INK}" stroke-dasharray="4 2"/>
</g>
<rect x="${SIDE.x}" y="12" width="${SIDE.width}" height="160" fill="none" stroke="${INK}"/>
<text x="${SIDE.x}" y="188" font-size="12">${word('overview', languages)}</text>`;
}

/** Only what the map shows. */
function legend(scene: Scene, languages: readonly Language[]): Markup {
  const kinds = new Map(
    scene.areas
      .filter(({ role }) => role === 'OWN')
      .map(({ fact, stroke }) => [
        languages.map((language) => AREA_LABELS[fact.kind][language]).join(' / '),
        stroke,
      ]),
  );
  const has = (role: SceneArea['role']): boolean => scene.areas.some((area) => area.role === role);
  const lines: readonly (readonly [string, Stroke])[] = [
    [word('footprint', languages), FOOTPRINT_STROKE],
    [word('excess', languages), { ...EXCESS_STROKE, width: 5 }],
    ...(scene.elsewhere.length > 0 ? [[word('elsewhere', languages), ELSEWHERE_STROKE] as const] : []),
    ...kinds,
    ...(has('OTHER') ? [[word('otherArea', languages), OTHER_STROKE] as const] : []),
    ...(has('LAPSED') ? [[word('notInForce', languages), LAPSED_STROKE] as const] : []),
  ];
  return markup`<g font-size="12">${lines.map(
    ([text, { colour, width, dashes }], i) =>
      markup`<path d="M${SIDE.x} ${214 + i * 34}h30" stroke="${colour}" stroke-width="${width}" stroke-dasharray="${dashes}"/>${wrapped(text, SIDE.x + 38, 218 + i * 34)}`,
  )}</g>`;
}

/** A text in two lines where it is in two languages. */
const wrapped = (text: string, x: number, y: number): Markup => {
  const [first = '', second] = text.split(' / ');
  return second === undefined
    ? markup`<text x="${x}" y="${y}">${first}</text>`
    : markup`<text x="${x}" y="${y - 6}">${first}<tspan x="${x}" dy="14" font-size="10">${second}</tspan></text>`;
};

const northArrow = (languages: readonly Language[]): Markup =>
  markup`<g transform="translate(${SIDE.x + 24} 520)"><path d="M0 -46L11 0L0 -9L-11 0Z" fill="${INK}"/><text y="16" text-anchor="middle" font-weight="bold">${word('north', languages)}</text></g>`;

/** The bar alone tells the scale: it stays right however large the map is printed. */
function scaleBar(frame: MapFrame): Markup {
  const length = roundLength(130 * frame.metresPerUnit);
  const units = length / frame.metresPerUnit;
  const quarter = (units / 4).toFixed(1);
  const text = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  return markup`<g transform="translate(${SIDE.x + 56} 500)"><path d="M0 0h${units.toFixed(1)}" stroke="${INK}" stroke-width="5"/><path d="M${quarter} 0h${quarter}m${quarter} 0h${quarter}" stroke="#fff" stroke-width="3"/>
<text y="-8" font-size="11">0</text><text x="${units.toFixed(1)}" y="-8" text-anchor="end" font-size="11">${text}</text></g>`;
}

const planeNote = (scene: Scene, languages: readonly Language[]): Markup =>
  markup`<text x="${FRAME.x}" y="${SHEET.height - 12}" font-size="11">${planeName(scene.judgement.judging_srid, languages[0] ?? 'zh')} · X ↑ Y →</text>`;
