import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeArchive } from '../../src/evidence/archive.js';
import { canonicalJson } from '../../src/evidence/canonical-json.js';
import { openPack } from '../../src/evidence/integrity.js';
import {
  MANIFEST,
  type Manifest,
  manifestOf,
  type PackFiles,
  SIGNATURE,
} from '../../src/evidence/manifest.js';
import type { PackFacts } from '../../src/evidence/pack-facts.js';
import { packFiles, readFacts } from '../../src/evidence/pack-files.js';
import { seal } from '../../src/evidence/seal.js';
import { newSigningKey } from '../../src/evidence/signature.js';
import { AppError } from '../../src/platform/errors.js';
import type { IssuedPack } from '../../src/subgraphs/enforcement/evidence/evidence.service.js';
import { at } from '../support/context.js';
import { EvidenceBench, SLOW } from '../support/evidence-bench.js';

let bench: EvidenceBench;
beforeAll(async () => {
  bench = await EvidenceBench.open();
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

/** What somebody could do who knows how packs are made, and signs with a key of their own. */
function forged(files: PackFiles, manifest: Manifest): Uint8Array {
  const { chain, format: _format, factsDigest: _digest, files: _files, ...issue } = manifest;
  const own = new Map([...files].filter(([path]) => path !== MANIFEST && path !== SIGNATURE));
  return writeArchive(seal(issue, own, chain, newSigningKey()).files);
}

const refusalOf = async (archive: Uint8Array, fileName = 'pack.zip'): Promise<string> => {
  const refusal = await openPack(archive, fileName).then(
    () => null,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(AppError);
  expect(refusal).toMatchObject({ code: 'EVIDENCE_REFUSED' });
  return (refusal as AppError).message;
};

const changed = (files: PackFiles, path: string, change: (text: string) => string): PackFiles => {
  const before = Buffer.from(files.get(path) ?? new Uint8Array()).toString('utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  return new Map([...files, [path, Buffer.from(after, 'utf8')]]);
};

describe('a pack', () => {
  let issued: IssuedPack;
  beforeAll(async () => {
    issued = await bench.evidence.issue(at('2026-06-10T01:00:00Z'), bench.dug);
  });

  test('any byte that is changed is noticed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: issued.bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (position, mask) => {
          const tampered = Uint8Array.from(issued.bytes);
          tampered[position] = (tampered[position] ?? 0) ^ mask;
          await refusalOf(tampered);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('any byte of manifest, signature and directory that is changed is noticed', async () => {
    const text = Buffer.from(issued.bytes).toString('latin1');
    const ends = [text.lastIndexOf('PK\u0005\u0006'), text.indexOf('"signature"'), text.indexOf('"keyId"')];
    for (const end of ends) {
      for (let position = end; position < Math.min(end + 60, issued.bytes.length); position += 1) {
        const tampered = Uint8Array.from(issued.bytes);
        tampered[position] = (tampered[position] ?? 0) ^ 0x20;
        await refusalOf(tampered);
      }
    }
  });

  test('a byte of any file that is changed has that file named', async () => {
    const { files } = await openPack(issued.bytes, 'pack.zip');
    for (const [path, content] of files) {
      const tampered = Buffer.from(issued.bytes);
      // Its bytes follow its name.
      const start = tampered.indexOf(Buffer.concat([Buffer.from(path), content])) + path.length;
      const position = start + (content.length >> 1);
      tampered.writeUInt8(tampered.readUInt8(position) ^ 1, position);
      expect(await refusalOf(tampered)).toContain(`${path} fails its checksum`);
    }
  });

  test('cut short, gone on or packed anew it is refused', async () => {
    await refusalOf(issued.bytes.subarray(0, -1));
    await refusalOf(Uint8Array.from([...issued.bytes, 0]));
    await refusalOf(new Uint8Array());
    await refusalOf(Buffer.from('no zip at all'));
  });

  test('a file that was taken out, put in or renamed is named', async () => {
    const { files } = await openPack(issued.bytes, 'pack.zip');
    const without = new Map([...files].filter(([path]) => path !== 'map.svg'));
    expect(await refusalOf(writeArchive(without))).toContain('map.svg is missing');
    const more = new Map([...files, ['note.txt', Buffer.from('hello')]]);
    expect(await refusalOf(writeArchive(more))).toContain('note.txt was added');
    const map = changed(files, 'map.svg', (svg) => svg.replace('80', '81'));
    expect(await refusalOf(writeArchive(map))).toContain('map.svg has been changed');
  });

  test('hashes made anew for a changed file do not fit the signature', async () => {
    const { files, manifest } = await openPack(issued.bytes, 'pack.zip');
    const moved = changed(files, 'facts/findings.json', (json) =>
      json.replace('"area_m2": ', '"area_m2": 1'),
    );
    const own = new Map([...moved].filter(([path]) => path !== MANIFEST && path !== SIGNATURE));
    const { chain, format: _format, factsDigest: _digest, files: _files, ...issue } = manifest;
    const relisted = Buffer.from(canonicalJson(manifestOf(issue, own, chain)));
    expect(await refusalOf(writeArchive(new Map([...moved, [MANIFEST, relisted]])))).toContain(
      'The signature is not valid: it does not fit the manifest',
    );
  });

  test('under the name of another pack it is refused', async () => {
    const other = await bench.evidence.issue(at('2026-06-11T01:00:00Z'), bench.deep);
    expect(await refusalOf(issued.bytes, other.fileName)).toContain('named after another pack');
  });

  describe('forged with a key of one’s own', SLOW, () => {
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
        return canonicalJson([{ ...area, plane_geom: bytes.toString('hex') }, ...rest]);
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
        canonicalJson((JSON.parse(json) as unknown[]).slice(0, 1)),
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
});
