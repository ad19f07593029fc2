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
