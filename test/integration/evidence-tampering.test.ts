import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeArchive } from '../../src/evidence/archive.js';
import { openPack } from '../../src/evidence/integrity.js';
import { MANIFEST, manifestOf, SIGNATURE } from '../../src/evidence/manifest.js';
import { packJson } from '../../src/evidence/pack-json.js';
import { AppError } from '../../src/platform/errors.js';
import type { IssuedPack } from '../../src/subgraphs/enforcement/evidence/evidence.service.js';
import { at } from '../support/context.js';
import { EvidenceBench } from '../support/evidence-bench.js';
import { changed } from '../support/forged-pack.js';

let bench: EvidenceBench;
beforeAll(async () => {
  bench = await EvidenceBench.open();
});
afterAll(() => bench.close());

const refusalOf = async (archive: Uint8Array, fileName = 'pack.zip'): Promise<string> => {
  const refusal = await openPack(archive, fileName).then(
    () => null,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(AppError);
  expect(refusal).toMatchObject({ code: 'EVIDENCE_REFUSED' });
  return (refusal as AppError).message;
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
    const relisted = Buffer.from(packJson(manifestOf(issue, own, chain)));
    expect(await refusalOf(writeArchive(new Map([...moved, [MANIFEST, relisted]])))).toContain(
      'The signature is not valid: it does not fit the manifest',
    );
  });

  test('under the name of another pack it is refused', async () => {
    const other = await bench.evidence.issue(at('2026-06-11T01:00:00Z'), bench.deep);
    expect(await refusalOf(issued.bytes, other.fileName)).toContain('named after another pack');
  });
});
