import type { LicenceFacts } from '../src/subgraphs/licences/licence.js';
import type { MineFacts } from '../src/subgraphs/registry/mine.js';
import type { Activity, ObservationMethod, PermittedAreaKind } from '../src/vocabulary/boundaries.js';
import type { VerdictClass, ViolationKind } from '../src/vocabulary/enforcement.js';
import type { MineScale, MineStatus, MiningMethod } from '../src/vocabulary/registry.js';
import type { DemoObservation } from './demo-facts.js';
import { chineseNumeral, creditCode, mineWord } from './demo-names.js';
import type { County } from './divisions.js';
import type { Random } from './random.js';
import { type Local, ringArea, type Site } from './site.js';
import type { Work } from './work.js';

const LAND_AUTHORITY = '自然资源主管部门（示范）';
const SAFETY_AUTHORITY = '矿山安全监管部门（示范）';

/** Two passes of the same sensors, 71 days apart: what grew between them has a rate. */
export const SPRING = '2026-03-10T03:00:00Z';
export const MAY = '2026-05-20T03:00:00Z';

/** How each method sees in the demo: its provider and its horizontal 1σ in metres. */
const SENSORS: Readonly<Record<ObservationMethod, { provider: string; sigmaMetres: number }>> = {
  SATELLITE: { provider: 'demo-satellite', sigmaMetres: 5 },
  UAV: { provider: 'demo-uav', sigmaMetres: 0.5 },
  GNSS_SURVEY: { provider: 'demo-survey', sigmaMetres: 0.2 },
  RADAR: { provider: 'demo-radar', sigmaMetres: 2 },
  INSPECTION: { provider: 'demo-inspection', sigmaMetres: 10 },
};

/** Half the extent of a mining right by scale, metres: `[least, most]`. */
const HALF_EXTENT: Readonly<Record<MineScale, readonly [number, number]>> = {
  SMALL: [190, 260],
  MEDIUM: [350, 500],
  LARGE: [800, 1200],
};
const CAPACITY: Readonly<Record<MineScale, number>> = { SMALL: 600_000, MEDIUM: 1_800_000, LARGE: 6_000_000 };

export interface MineOutline {
  readonly method: MiningMethod;
  readonly scale: MineScale;
  readonly status?: MineStatus;
  /** Half the extent of the mining right in both directions, metres; absent: by chance, as the scale allows. */
  readonly halfExtent?: number;
}

export interface AreaOptions {
  readonly validFrom?: string;
  readonly validTo?: string | null;
  /** Rings cut out of the area, listed with sign -1. */
  readonly holes?: readonly (readonly Local[])[];
  /** How the notice states the area: on the ellipsoid (the default), on the plane as older ones do, or wrongly. */
  readonly stated?: 'ELLIPSOIDAL' | 'PLANE' | 'WRONG';
}

export interface ObservationOptions {
  readonly method?: ObservationMethod;
  /** False where the sensor does not know whose work it saw. */
  readonly attributed?: boolean;
  readonly band?: { readonly zMinMetres: number; readonly zMaxMetres: number; readonly sigmaZMetres: number };
  readonly seam?: string;
}

/** One mine of the demo: knows where it lies, and draws its areas and what was observed on it. */
export class DemoMine {
  readonly code: string;
  /** Half the extent of the mining right along the site's axes, metres. Its east face is straight, at `halfEast`. */
  readonly halfEast: number;
  readonly halfNorth: number;
  readonly ceiling: number;
  readonly floor: number;
  private readonly stem: string;

  constructor(
    private readonly work: Work,
    private readonly county: County,
    private readonly number: number,
    readonly site: Site,
    private readonly outline: MineOutline,
    private readonly random: Random,
  ) {
    const [least, most] = HALF_EXTENT[outline.scale];
    this.halfEast = outline.halfExtent ?? random.between(least, most);
    this.halfNorth = outline.halfExtent ?? random.between(least, most);
    this.ceiling = Math.round(random.between(40, 130)) * 10;
    this.floor = this.ceiling - Math.round(random.between(8, 25)) * 10;
    this.stem = `${county.code}-${String(number).padStart(2, '0')}`;
    this.code = `DEMO-${this.stem}`;
    work.mines.push(this.facts());
    this.licence('SAFETY_PERMIT', '2024-06-01', '2027-06-01');
  }

  /** The mining licence and its area; with `validTo` in the past where the right has lapsed. */
  right(options: AreaOptions = {}): this {
    const ring = this.outlineRing();
    const validFrom = options.validFrom ?? '2019-07-01';
    const validTo = options.validTo === undefined ? '2034-07-01' : options.validTo;
    const number = this.licence(
      'MINING_LICENCE',
      validFrom,
      validTo,
      this.statedArea([ring, ...(options.holes ?? [])], options),
    );
    return this.list('MINING_RIGHT', ring, { ...options, validFrom, validTo }, number);
  }

  /** Any other area of the mine. */
  area(kind: PermittedAreaKind, ring: readonly Local[], options: AreaOptions = {}): this {
    return this.list(kind, ring, options, null);
  }

  /** A rectangle across the east face: `outward` metres beyond it, `width` metres along it. */
  bite(outward: number, width: number, inward = 60): Local[] {
    const [west, east] = [this.halfEast - inward, this.halfEast + outward];
    return [
      [west, -width / 2],
      [east, -width / 2],
      [east, width / 2],
      [west, width / 2],
    ];
  }

  /** A rectangle well inside the right, given as shares of its half extents. */
  inner(west: number, south: number, east: number, north: number): Local[] {
    return [
      [west * this.halfEast, south * this.halfNorth],
      [east * this.halfEast, south * this.halfNorth],
      [east * this.halfEast, north * this.halfNorth],
      [west * this.halfEast, north * this.halfNorth],
    ];
  }

  observe(
    observedAt: string,
    activity: Activity,
    ring: readonly Local[],
    options: ObservationOptions = {},
  ): this {
    const method = options.method ?? 'UAV';
    const observation: DemoObservation = {
      ...SENSORS[method],
      providerRef: `${this.stem}-${observedAt.slice(0, 10)}-${activity}`,
      mineCode: options.attributed === false ? null : this.code,
      activity,
      method,
      observedAt,
      geometry: this.site.polygon(ring),
      zMinMetres: options.band?.zMinMetres ?? null,
      zMaxMetres: options.band?.zMaxMetres ?? null,
      sigmaZMetres: options.band?.sigmaZMetres ?? null,
      seam: options.seam ?? null,
    };
    this.work.observations.push(observation);
    return this;
  }

  /** Says which violation what was drawn must yield; `planeArea` in m² on the plane. */
  expect(
    kind: ViolationKind,
    verdict: VerdictClass,
    planeArea: number,
    { findings = 1, other = null }: { findings?: number; other?: DemoMine | null } = {},
  ): this {
    this.work.expectedViolations.push({
      mineCode: this.code,
      otherMineCode: other?.code ?? null,
      kind,
      verdict,
      areaSquareMetres: this.site.ellipsoidal(planeArea),
      findings,
    });
    return this;
  }

  private facts(): MineFacts {
    const { county, number, outline } = this;
    const name = `示范${county.shortName}${chineseNumeral(number)}号`;
    const company = Math.ceil(number / 2);
    return {
      code: this.code,
      name: `${name}${mineWord(county, outline.method)}`,
      resource: county.mineral === 'COAL' ? 'COAL' : county.mineral === 'IRON' ? 'METAL' : 'NON_METAL',
      method: outline.method,
      scale: outline.scale,
      status: outline.status ?? 'PRODUCING',
      capacityTonnesPerYear: CAPACITY[outline.scale],
      location: { type: 'Point', coordinates: this.site.position([0, 0]) },
      divisionCode: county.code,
      operatorName: `示范${county.shortName}${chineseNumeral(company)}矿业有限公司`,
      operatorCreditCode: creditCode(county.code, company),
    };
  }

  private licence(
    kind: LicenceFacts['kind'],
    validFrom: string,
    validTo: string | null,
    statedAreaSquareMetres: number | null = null,
  ): string {
    const isRight = kind === 'MINING_LICENCE';
    const number = isRight
      ? this.licenceNumber(validFrom)
      : `示范安许证字〔${validFrom.slice(0, 4)}〕${this.stem}号`;
    this.work.licences.push({
      mineCode: this.code,
      kind,
      number,
      issuer: isRight ? LAND_AUTHORITY : SAFETY_AUTHORITY,
      validFrom,
      validTo,
      suspendedFrom: null,
      suspendedTo: null,
      revokedOn: null,
      statedAreaSquareKilometres: statedAreaSquareMetres === null ? null : statedAreaSquareMetres / 1e6,
      capacityTonnesPerYear: CAPACITY[this.outline.scale],
      seams: isRight ? seamsOf(this.county) : [],
      supersedesNumber: null,
    });
    return number;
  }

  /** In the form of real ones, but of no mineral: where theirs have its class, this has 000. */
  private licenceNumber(validFrom: string): string {
    const month = validFrom.slice(0, 7).replace('-', '');
    return `C${this.county.code}${month}000${String(this.number).padStart(7, '0')}`;
  }

  private list(
    kind: PermittedAreaKind,
    ring: readonly Local[],
    options: AreaOptions,
    licenceNumber: string | null,
  ): this {
    const rings = [ring, ...(options.holes ?? [])];
    const blocks = rings.flatMap((each, i) => [
      ...this.site.corners(each),
      `*,${this.ceiling},${this.floor},${i === 0 ? '采区' : '扣除区'},${i === 0 ? 1 : -1},`,
    ]);
    this.work.areas.push({
      mineCode: this.code,
      kind,
      listing: `${blocks.join('\n')}\n`,
      srid: this.site.datum === 'CGCS2000' ? null : this.site.srid,
      authority: LAND_AUTHORITY,
      documentNumber: `示范字〔2019〕${this.stem}号`,
      licenceNumber,
      validFrom: options.validFrom ?? '2024-01-01',
      validTo: options.validTo === undefined ? '2028-01-01' : options.validTo,
      sigmaMetres: 0.1,
      statedAreaSquareMetres: licenceNumber === null ? null : this.statedArea(rings, options),
    });
    return this;
  }

  /** Notices state km² with 4 decimals. */
  private statedArea(rings: readonly (readonly Local[])[], { stated = 'ELLIPSOIDAL' }: AreaOptions): number {
    const [outer = [], ...holes] = rings;
    const plane = ringArea(outer) - holes.reduce((sum, hole) => sum + ringArea(hole), 0);
    const area = { ELLIPSOIDAL: this.site.ellipsoidal(plane), PLANE: plane, WRONG: plane * 1.03 }[stated];
    return Math.round(area / 100) * 100;
  }

  /** A rectangle with cut corners and a bulge in its west: convex, its east face straight. */
  private outlineRing(): Local[] {
    const [b, a] = [this.halfEast, this.halfNorth];
    const cut = (): number => this.random.between(0.15, 0.35) * Math.min(a, b);
    return [
      [b, -a + cut()],
      [b, a - cut()],
      [b - cut(), a],
      [-b + cut(), a],
      [-b, a - cut()],
      [-b - cut() / 2, this.random.between(-0.1, 0.1) * a],
      [-b, -a + cut()],
      [-b + cut(), -a],
      [b - cut(), -a],
    ];
  }
}

/** Coal seams by number; ore bodies by Roman numeral. */
const seamsOf = ({ mineral }: County): readonly string[] => (mineral === 'COAL' ? ['4', '9'] : ['I', 'II']);
