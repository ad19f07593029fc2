import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPack } from '../../src/evidence/integrity.js';
import type { PackFacts } from '../../src/evidence/pack-facts.js';
import { packFiles, readFacts } from '../../src/evidence/pack-files.js';
import { packJson } from '../../src/evidence/pack-json.js';
import type { IssuedPack } from '../../src/subgraphs/enforcement/evidence/evidence.service.js';
import { at } from '../support/context.js';
import { EvidenceBench, SLOW } from '../support/evidence-bench.js';
import { changed, forged } from '../support/forged-pack.js';

let bench: EvidenceBench;
let issued: IssuedPack;

beforeAll(async () => {
  bench = await EvidenceBench.open();
  issued = await bench.evidence.issue(at('2026-06-10T01:00:00Z'), bench.dug);
});
afterAll(() => bench.close());

type Writable<T> = T extends readonly (infer E)[]
  ? Writable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Writable<T[K]> }
    : T;

/** Facts that somebody changes. */
type Draft = Writable<PackFacts>;

const at0 = <T>([first]: readonly T[]): T => {
  if (first === undefined) throw new RangeError('There is none.');
  return first;
};

/** A point (hex EWKB) half a kilometre to the east. */
function moved(point: string): string {
  const bytes = Buffer.from(point, 'hex');
  bytes.writeDoubleLE(bytes.readDoubleLE(9) + 500, 9);
  return bytes.toString('hex');
}

describe('a pack forged with a key of one’s own', SLOW, () => {
  const forge = async (path: string, change: (text: string) => string): Promise<readonly string[]> => {
    const { files, manifest } = await openPack(issued.bytes, 'pack.zip');
    return (await bench.verify(forged(changed(files, path, change), manifest))).differences;
  };

  test('with a corner of a boundary moved, its shapes do not agree', async () => {
    // One coordinate of the right in the plane where it is judged, a few metres on.
    const differences = await forge('facts/permitted-areas.json', (json) => {
      const [area, ...rest] = JSON.parse(json) as { plane_geom: string }[];
      if (!area) return json;
      const bytes = Buffer.from(area.plane_geom, 'hex');
      const first = bytes.length - 32;
      bytes.writeDoubleLE(bytes.readDoubleLE(first) + 7, first);
      return packJson([{ ...area, plane_geom: bytes.toString('hex') }, ...rest]);
    });
    expect(differences.join('\n')).toContain('its shapes in degrees and in the plane are not the same');
  });

  test('with the verdict made milder, the true one is named', async () => {
    const differences = await forge('facts/findings.json', (json) =>
      json.replaceAll('"CONFIRMED"', '"PROBABLE"'),
    );
    expect(differences.join('\n')).toMatch(/verdict: the pack says PROBABLE, recomputed CONFIRMED/);
  });

  test('with a worse accuracy, the class comes out lower', async () => {
    const differences = await forge('facts/observations.json', (json) =>
      json.replace('"sigma_m": 1', '"sigma_m": 60'),
    );
    expect(differences.join('\n')).toContain('recomputed PROBABLE');
  });

  /** All files are rendered anew from changed facts, so that they say the same. */
  const forgeFacts = async (change: (facts: Draft) => void): Promise<readonly string[]> => {
    const { files, manifest } = await openPack(issued.bytes, 'pack.zip');
    const facts = structuredClone(readFacts(files));
    change(facts as unknown as Draft);
    return (await bench.verify(forged(packFiles(facts, manifest), manifest))).differences;
  };

  test('with nothing changed, it is as good as the pack', async () => {
    expect(await forgeFacts(() => {})).toEqual([]);
  });

  test.each<readonly [what: string, told: RegExp, change: (facts: Draft) => void]>([
    [
      'a smaller share',
      /share: the pack says/,
      ({ findings }) => {
        at0(findings).share *= 0.01;
      },
    ],
    [
      'no place of the greatest overrun',
      /plane_point: the pack says none/,
      ({ findings }) => {
        at0(findings).plane_point = null;
      },
    ],
    [
      'another place of the greatest overrun',
      /the place where it reaches farthest is not the one recomputed/,
      ({ findings }) => {
        at0(findings).plane_point = moved(at0(findings).plane_point ?? '');
      },
    ],
    [
      'a finding of another year',
      /observed_at: the pack says 2019/,
      ({ findings }) => {
        at0(findings).observed_at = '2019-01-01T00:00:00.000Z';
      },
    ],
    [
      'a finding said to be another violation’s',
      /violation, findings: the pack says/,
      ({ findings }) => {
        at0(findings.filter(({ ours }) => ours)).ours = false;
      },
    ],
    [
      'a larger day',
      /series, 2026-03-01, area_m2/,
      ({ series }) => {
        at0(series).area_m2 *= 100;
      },
    ],
    [
      'faster growth',
      /series, 2026-05-01, growth_m2_per_day: the pack says 5000/,
      ({ series }) => {
        at0(series.slice(1)).growth_m2_per_day = 5000;
      },
    ],
    ['a day left out', /series, days/, ({ series }) => void series.pop()],
    [
      'a day renamed',
      /series, days/,
      ({ series }) => {
        at0(series).observed_on = '2019-01-01';
      },
    ],
    [
      'a larger area',
      /it is not as large as it says/,
      ({ areas }) => {
        at0(areas).area_m2 *= 10;
      },
    ],
    [
      'a larger area in the plane',
      /it is not as large as it says/,
      ({ areas }) => {
        at0(areas).plane_area_m2 *= 10;
      },
    ],
    [
      'a larger footprint',
      /observation .* it is not as large as it says/,
      ({ observations }) => {
        at0(observations).area_m2 *= 3;
      },
    ],
    [
      'an area that nothing used',
      /used_by: the pack says/,
      ({ areas }) => {
        at0(areas).used_by = [];
      },
    ],
    [
      'another digest',
      /digest: the pack says 0000/,
      ({ judgements }) => {
        at0(judgements).digest = '0'.repeat(64);
      },
    ],
    [
      'another reason',
      /violation, reason/,
      ({ violation }) => {
        violation.reason = 'EXPIRED';
      },
    ],
  ])('with %s, it is told', async (_what, told, change) => {
    expect((await forgeFacts(change)).join('\n')).toMatch(told);
  });

  test('with other statements, they are named', async () => {
    const { files, manifest } = await openPack(issued.bytes, 'pack.zip');
    const other = changed(files, 'sql/touched-violations.sql', () => '-- nothing');
    const { notes } = await bench.verify(forged(other, manifest));
    expect(notes.join('\n')).toContain('sql/touched-violations.sql');
  });

  test('with a decision that nobody took, it is told', async () => {
    const differences = await forgeFacts((facts) => {
      const decision = { action: 'DISMISS', at: '2026-06-01T00:00:00.000Z', by: 'somebody' };
      const kept = [at0(facts.findings.filter(({ ours }) => ours)).id, 'nothing'];
      facts.decisions = [{ ...decision, violation_id: facts.violation.id, findings: kept }];
    });
    expect(differences.join('\n')).toMatch(/no such step of its history/);
    expect(differences.join('\n')).toMatch(/findings that are not in the pack/);
  });

  test('with another report or map, they do not say what the facts say', async () => {
    const report = await forge('report.html', (html) => html.replace('确认', '排除'));
    expect(report).toEqual(['report.html does not say what the facts say']);
    const map = await forge('map.svg', (svg) => svg.replace('<path', '<path '));
    expect(map).toEqual(['map.svg does not say what the facts say']);
  });

  test('with an area left out that decided, the verdict differs', async () => {
    const differences = await forge('facts/permitted-areas.json', (json) =>
      packJson((JSON.parse(json) as unknown[]).slice(0, 1)),
    );
    expect(differences.length).toBeGreaterThan(0);
  });

  test('with facts that no database takes, it says so', async () => {
    const differences = await forge('facts/observations.json', (json) =>
      json.replaceAll(/"geom": "\w+"/g, '"geom": "00"'),
    );
    expect(differences[0]).toContain('the facts cannot be judged');
  });
});
