import { createRandom, type Random } from '../../seeds/random.js';
import { idFromKey } from '../../src/platform/ids.js';
import type { Activity, PermittedAreaKind } from '../../src/vocabulary/boundaries.js';
import { mineId } from './builders.js';
import type { OracleArea, OracleObservation, OraclePolicy, OracleSituation } from './oracle-situation.js';
import { type Footing, randomLayout, randomShapes } from './random-shapes.js';
import { box, type Shape } from './situation.js';

/** Planes of the situations: four Gauss-Krüger zones at different latitudes and a UTM zone, with a corner to start from. */
const PLANES = [
  { srid: 4549, x: 424_000, y: 4_600_000 },
  { srid: 4536, x: 424_000, y: 4_500_000 },
  { srid: 4544, x: 424_000, y: 2_500_000 },
  { srid: 4552, x: 424_000, y: 5_200_000 },
  { srid: 32609, x: 424_000, y: 6_600_000 },
] as const;
const COLUMNS = 20;
/** Farther apart than any attribution radius and all shapes together, so that situations do not meet. */
const TILE_METRES = 8_000;

/** Tolerances; situations of the same policy are judged together. */
const POLICIES: readonly OraclePolicy[] = [
  { kProbable: 1, kConfirmed: 2, minArea: 10, radius: 2_000 },
  { kProbable: 0.5, kConfirmed: 3, minArea: 50, radius: 600 },
  { kProbable: 1.5, kConfirmed: 1.5, minArea: 1, radius: 1_200 },
];

/** Instant at which all situations are judged: that of the test's clock. */
const KNOWN = '2026-06-01T04:00:00Z';
const LATER = '2026-06-15T00:00:00Z';
const EARLIER = '2026-05-15T00:00:00Z';

/** The first observed day is 1 May in Asia/Shanghai, the second 30 April, each by a second or by hours. */
const INSTANTS = [
  '2026-05-01T04:00:00Z',
  '2026-04-30T16:00:00Z',
  '2026-04-30T15:59:59Z',
  '2026-04-30T02:00:00Z',
] as const;
const IN_FORCE = { validFrom: '2020-01-01', validTo: '2030-01-01' } as const;
const PERIODS = {
  inForce: IN_FORCE,
  withoutEnd: { validFrom: '2020-01-01', validTo: null },
  lapsed: { validFrom: '2020-01-01', validTo: '2025-01-01' },
  lastDay: { validFrom: '2020-01-01', validTo: '2026-05-01' },
  firstDay: { validFrom: '2026-05-01', validTo: '2030-01-01' },
  future: { validFrom: '2026-09-01', validTo: null },
} as const;

type Period = keyof typeof PERIODS;

/** The situation of a number: the same on every machine, so that a failure can be looked at by itself. */
export function randomSituation(number: number): OracleSituation {
  const random = createRandom(Math.imul(number + 1, 0x9e3779b1));
  return new SituationBuilder(number, random).build();
}

class SituationBuilder {
  private readonly areas: OracleArea[] = [];
  private readonly own: string;
  private readonly others: readonly [string, string];

  constructor(
    private readonly number: number,
    private readonly random: Random,
  ) {
    this.own = this.mineCode('OWN');
    this.others = [this.mineCode('B'), this.mineCode('C')];
  }

  build(): OracleSituation {
    const { number, random } = this;
    const policy = POLICIES[number % POLICIES.length] as OraclePolicy;
    const layout = randomLayout(random);
    const rightSigma = random.pick([0, 0.1, 1, 5]);
    layout.own.forEach((shape) => {
      this.right(shape, rightSigma);
    });
    layout.adjoining.forEach((shape) => {
      this.add('B', { shape, ...PERIODS.inForce, ballpark: this.chance(0.15) });
    });
    this.history(layout.own);
    this.others.forEach((_, i) => {
      this.neighbour(i === 0 ? 'B' : 'C');
    });
    this.constraints();
    const sigma = random.pick([0.3, 1, 3, 10, 30, 80]);
    const observation = this.observation(layout, sigma, policy, Math.hypot(sigma, rightSigma));
    const plane = PLANES[number % PLANES.length] ?? PLANES[0];
    const tile = Math.floor(number / PLANES.length);
    const codes = [this.own, ...this.others].filter(
      (code, i) => i === 0 || this.areas.some((area) => area.mine === mineId(code)),
    );
    return {
      number,
      srid: plane.srid,
      origin: {
        x: plane.x + TILE_METRES * (tile % COLUMNS),
        y: plane.y + TILE_METRES * Math.floor(tile / COLUMNS),
      },
      known: KNOWN,
      policy,
      mines: codes.map((code) => ({ id: mineId(code), code })),
      areas: this.areas,
      licences: this.licences(),
      observation,
    };
  }

  private readonly mineCode = (name: string): string => `ORACLE-${this.number}-${name}`;
  private readonly chance = (p: number): boolean => this.random.next() < p;
  private readonly period = (...names: [Period, ...Period[]]) => PERIODS[this.random.pick(names)];
  private readonly metres = (from: number, to: number): number =>
    Math.round(100 * this.random.between(from, to)) / 100;

  private add(
    mine: 'OWN' | 'B' | 'C',
    facts: Partial<OracleArea> & Pick<OracleArea, 'shape'>,
    sameAs: OracleArea | null = null,
  ): OracleArea {
    const area: OracleArea = {
      id: sameAs?.id ?? idFromKey('oracle-area', String(this.number), String(this.areas.length)),
      version: (sameAs?.version ?? 0) + 1,
      mine: mineId(this.mineCode(mine)),
      kind: 'MINING_RIGHT',
      ...IN_FORCE,
      recordedAt: '2020-01-01T00:00:00Z',
      supersededAt: null,
      sigma: 0,
      sigmaZ: 0,
      ballpark: false,
      ceiling: null,
      floor: null,
      ...facts,
    };
    this.areas.push(area);
    return area;
  }

  /** A right of the own mine: mostly in force, some by a day, some corrected meanwhile or later. */
  private right(shape: Shape, sigma: number): void {
    const period = this.period(
      'inForce',
      'inForce',
      'inForce',
      'inForce',
      'withoutEnd',
      'lastDay',
      'firstDay',
    );
    const band = this.chance(0.6) ? { ceiling: 300, floor: this.random.pick([-50, 100, 180]) } : {};
    const facts = {
      shape,
      sigma,
      ...period,
      ...band,
      sigmaZ: this.random.pick([0, 1, 3]),
      ballpark: this.chance(0.12),
    };
    if (this.chance(0.12)) {
      // Corrected before it is judged (the later version counts), or after (the earlier one does).
      const at = this.random.pick([EARLIER, LATER]);
      const before = this.add('OWN', { ...facts, supersededAt: at });
      this.add('OWN', { ...facts, shape: box(-200, -250, 450, 420), recordedAt: at }, before);
    } else {
      this.add('OWN', facts);
    }
  }

  /** What the own mine was or will be permitted, and what it may do there besides mining. */
  private history(own: readonly Shape[]): void {
    if (this.chance(0.3)) {
      const shape = box(-600, this.metres(-400, 100), 1200, 200);
      this.add('OWN', {
        shape,
        ...this.period('lapsed', 'lastDay'),
        ballpark: this.chance(0.2),
      });
    }
    if (this.chance(0.2)) {
      this.add('OWN', { shape: box(this.metres(-500, 300), -500, 250, 1000), ...PERIODS.future });
    }
    if (this.chance(0.15) && own[0]) this.add('OWN', { shape: box(0, 0, 700, 700), recordedAt: LATER });
    const kinds: readonly PermittedAreaKind[] = ['STRIPPING_LAND', 'DUMP_SITE', 'INDUSTRIAL_SITE'];
    for (const kind of kinds) {
      if (!this.chance(0.2)) continue;
      const shape = box(
        this.metres(-500, 300),
        this.metres(-500, 300),
        this.metres(60, 500),
        this.metres(60, 500),
      );
      const period = this.period('inForce', 'inForce', 'lapsed');
      this.add('OWN', { kind, shape, sigma: this.random.pick([0, 2]), ...period });
    }
  }

  private neighbour(mine: 'B' | 'C'): void {
    if (!this.chance(0.4)) return;
    const x = this.metres(80, 420) * (mine === 'B' ? 1 : -1);
    const shape = box(mine === 'B' ? x : x - 500, this.metres(-600, -100), 500, this.metres(200, 1200));
    this.add(mine, {
      shape,
      kind: this.chance(0.85) ? 'MINING_RIGHT' : 'STRIPPING_LAND',
      ...this.period('inForce', 'inForce', 'inForce', 'lapsed', 'firstDay'),
      recordedAt: this.chance(0.1) ? LATER : '2020-01-01T00:00:00Z',
      ballpark: this.chance(0.15),
    });
  }

  private constraints(): void {
    const anywhere = (): Shape =>
      box(this.metres(-450, 200), this.metres(-450, 200), this.metres(100, 600), this.metres(100, 600));
    for (let i = 0; i < 2; i++) {
      if (this.chance(0.18)) {
        const period = this.period('inForce', 'inForce', 'lapsed');
        this.add('OWN', { kind: 'RED_LINE', shape: anywhere(), sigma: this.random.pick([0, 4]), ...period });
      }
      if (this.chance(0.12)) {
        const period = this.period('inForce', 'inForce', 'future');
        this.add(this.random.pick(['OWN', 'B']), {
          kind: 'PROHIBITED_ZONE',
          shape: anywhere(),
          sigma: this.random.pick([0, 4, 20]),
          ballpark: this.chance(0.15),
          ...period,
        });
      }
    }
  }

  private observation(
    layout: Footing,
    sigma: number,
    policy: OraclePolicy,
    sigmaOfRight: number,
  ): OracleObservation {
    const { random } = this;
    const limits = { probable: policy.kProbable * sigmaOfRight, confirmed: policy.kConfirmed * sigmaOfRight };
    const activity = random.pick<Activity>([
      'EXTRACTION',
      'EXTRACTION',
      'EXTRACTION',
      'STRIPPING',
      'STRIPPING',
      'DUMPING',
      'CONSTRUCTION',
    ]);
    const given = this.chance(0.65) ? this.own : null;
    return {
      id: idFromKey('oracle-observation', String(this.number)),
      mine: given === null ? null : mineId(given),
      activity,
      observedAt: random.pick(INSTANTS),
      shapes: randomShapes(random, layout, limits),
      sigma,
      ...(this.chance(0.5) ? this.band() : { zMin: null, zMax: null }),
      sigmaZ: this.chance(0.7) ? random.pick([0.5, 2, 5]) : null,
      seam: this.chance(0.25) ? random.pick(['3', '4', '9']) : null,
    };
  }

  /** From where to where it was seen: mostly both ends, or one alone, which may lie beyond the other end of a right's band. */
  private band(): Pick<OracleObservation, 'zMin' | 'zMax'> {
    const zMin = this.random.pick([80, 96, 99, 101, 150, 176, 185]);
    const zMax = this.random.pick([190, 290, 301, 303.5, 309, 340]);
    const ends = this.random.pick(['both', 'both', 'both', 'bottom', 'top'] as const);
    if (ends === 'bottom') return { zMin: this.random.pick([zMin, 301, 309, 400]), zMax: null };
    if (ends === 'top') return { zMin: null, zMax: this.random.pick([zMax, 50, 97, 99.5, 170]) };
    return { zMin, zMax };
  }

  private licences(): OracleSituation['licences'] {
    if (!this.chance(0.5)) return [];
    return this.random
      .pick<readonly Period[]>([['inForce'], ['inForce', 'lapsed'], ['firstDay', 'lastDay'], ['lapsed']])
      .map((period, i) => ({
        id: idFromKey('oracle-licence', String(this.number), String(i)),
        mine: mineId(this.own),
        ...PERIODS[period],
        seams: this.random.pick([[], ['3'], ['3', '4'], ['4', '5']]),
      }));
  }
}
