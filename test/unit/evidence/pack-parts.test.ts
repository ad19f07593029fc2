import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readArchive, writeArchive } from '../../../src/evidence/archive.js';
import { boxAround, grown, MapFrame, multiples, roundLength } from '../../../src/evidence/map-frame.js';
import { markup, raw } from '../../../src/evidence/markup.js';
import { shown, shownArea, shownInstant } from '../../../src/evidence/numbers.js';
import { packJson } from '../../../src/evidence/pack-json.js';
import { planeName } from '../../../src/evidence/plane-name.js';
import { digestInName, packFileName } from '../../../src/evidence/seal.js';
import { newSigningKey, signatureFault, signManifest } from '../../../src/evidence/signature.js';
import { readWkb } from '../../../src/evidence/wkb.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

describe('the archive', () => {
  const path = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}(\/[a-z0-9]{1,8})?\.txt$/);
  const files = fc.dictionary(path, fc.uint8Array({ maxLength: 200 }), { minKeys: 1, maxKeys: 6 });

  test('gives back what was put in, whatever the order it was put in', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (content) => {
        const entries = Object.entries(content);
        const archive = writeArchive(new Map(entries));
        expect(Buffer.compare(writeArchive(new Map(entries.toReversed())), archive)).toBe(0);
        const read = await readArchive(archive);
        expect([...read.keys()].sort()).toEqual(entries.map(([name]) => name).sort());
        for (const [name, value] of entries)
          expect(Buffer.compare(read.get(name) ?? bytes('-'), value)).toBe(0);
      }),
    );
  });

  test('names each file of which a byte was changed, and says nothing good of it', async () => {
    const archive = writeArchive(
      new Map([
        ['a.txt', bytes('first')],
        ['b.txt', bytes('second')],
      ]),
    );
    const flipped = (...texts: string[]): Uint8Array => {
      const copy = Buffer.from(archive);
      for (const text of texts) copy.write('F', copy.indexOf(text));
      return copy;
    };
    const refusal = (damaged: Uint8Array) =>
      readArchive(damaged).then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await refusal(flipped('second'))).toMatch(/b\.txt fails its checksum/);
    expect(await refusal(flipped('second'))).not.toMatch(/a\.txt|as they were|as issued,/);
    expect(await refusal(flipped('first', 'second'))).toMatch(/a\.txt fails .*; b\.txt fails/);
    // The header before the second file.
    expect(await refusal(flipped('PK\u0003\u0004'))).toMatch(/a\.txt cannot be read/);
  });

  test('that is compressed is refused before anything is unpacked', async () => {
    const bomb = zipSync({ 'facts.json': new Uint8Array(20_000_000) }, { level: 9 });
    expect(bomb.length).toBeLessThan(100_000);
    await expect(readArchive(bomb)).rejects.toThrow('facts.json is compressed');
  });

  test('that says less of a file than there is, or shares bytes between files, is refused', async () => {
    const archive = Buffer.from(writeArchive(new Map([['a.txt', deflateRawSync(new Uint8Array(100_000))]])));
    // The method of the local header and of the directory: deflated, though it says the size of what is there.
    archive.writeUInt16LE(8, 8);
    archive.writeUInt16LE(8, archive.lastIndexOf('PK\u0001\u0002') + 10);
    await expect(readArchive(archive)).rejects.toMatchObject({ code: 'EVIDENCE_REFUSED' });
  });

  test.each(['../x.txt', '/etc/passwd', 'a/../../x', 'A.TXT', 'C:\\x'])(
    'with a file %s is refused',
    async (name) => {
      const archive = zipSync({ [name]: [bytes('x'), { level: 0, mtime: new Date(1980, 0, 1) }] });
      await expect(readArchive(archive)).rejects.toMatchObject({ code: 'EVIDENCE_REFUSED' });
    },
  );
});

describe('a signature', () => {
  const key = newSigningKey();
  const manifest = bytes('{"format": 1}');
  const signature = signManifest(manifest, key);

  test('fits its manifest and no other', () => {
    expect(signatureFault(manifest, signature)).toBeNull();
    expect(signatureFault(bytes('{"format": 2}'), signature)).toContain('does not fit');
    expect(signManifest(manifest, key)).toEqual(signature);
  });

  test('of another key is not that of this one', () => {
    const other = newSigningKey();
    expect(signatureFault(manifest, { ...signature, publicKey: other.publicKey })).toContain(
      'do not belong together',
    );
    const { publicKey, id: keyId } = other;
    expect(signatureFault(manifest, { ...signature, publicKey, keyId })).toContain('does not fit');
  });

  test('written in another way is refused, though it means the same', () => {
    const loose = `${signature.signature.slice(0, -3)}${signature.signature.at(-3) === 'A' ? 'B' : 'A'}==`;
    for (const changed of [loose, ` ${signature.signature}`, signature.signature.replace('=', '')]) {
      expect(signatureFault(manifest, { ...signature, signature: changed })).not.toBeNull();
    }
    expect(signatureFault(manifest, { ...signature, publicKey: `${signature.publicKey}\n` })).not.toBeNull();
    expect(signatureFault(manifest, { ...signature, publicKey: 'no key' })).toContain('cannot be read');
  });
});

describe('well-known binary', () => {
  const position = Buffer.alloc(16);
  position.writeDoubleLE(120.5, 0);
  position.writeDoubleLE(43.25, 8);
  const point = `0101000020${'8a110000'}${position.toString('hex')}`;

  test('is read as PostGIS writes it', () => {
    expect(readWkb(point)).toEqual({ type: 'Point', srid: 4490, coordinates: [120.5, 43.25] });
  });

  test('that ends early, goes on, counts wrong or is none is refused', () => {
    const endless = `0103000000ffffffff`;
    for (const hex of [point.slice(0, -2), `${point}00`, endless, 'zz', '', '0', `00${point.slice(2)}`]) {
      expect(() => readWkb(hex)).toThrow(RangeError);
    }
  });

  test('of any bytes ends in a geometry or a RangeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (random) => {
        try {
          readWkb(`01${Buffer.from(random).toString('hex')}`);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe('the map’s frame', () => {
  test('shows what was wanted, in proportion, north up', () => {
    const frame = new MapFrame({ west: 0, south: 0, east: 100, north: 100 }, 10, 20, 400, 200);
    expect(frame.metresPerUnit).toBe(0.5);
    expect(frame.place([50, 50])).toEqual([210, 120]);
    expect(frame.place([50, 100])[1]).toBeLessThan(frame.place([50, 0])[1]);
    expect(frame.shows).toEqual({ west: -50, south: 0, east: 150, north: 100 });
    expect([frame.contains([149, 99]), frame.contains([151, 50])]).toEqual([true, false]);
  });

  test('draws corners that fall together once', () => {
    const frame = new MapFrame({ west: 0, south: 0, east: 1000, north: 1000 }, 0, 0, 100, 100);
    const ring = [
      [0, 0],
      [0.01, 0],
      [1000, 0],
      [1000, 1000],
      [0, 0],
    ] as const;
    expect(frame.path([[ring]])).toBe('M0.0 100.0L100.0 100.0L100.0 0.0Z');
  });

  test('has round lengths and lines', () => {
    expect([0.03, 1, 1.9, 2, 49, 50, 999, 1000].map(roundLength)).toEqual([0.02, 1, 1, 2, 20, 50, 500, 1000]);
    expect(multiples(-7, 23, 10)).toEqual([0, 10, 20]);
    expect(boxAround([])).toBeNull();
    expect(grown({ west: 0, south: 0, east: 10, north: 4 }, 0.1, 5)).toEqual({
      west: -5,
      south: -5,
      east: 15,
      north: 9,
    });
  });
});

test('markup escapes what is not markup, and lets through no control character', () => {
  const hostile = `<script>alert("1")</script> & 'x'\u0000\u0008`;
  expect(markup`<p title="${hostile}">${hostile}${raw('<br>')}</p>`.markup).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;\ufffd\ufffd">' +
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;\ufffd\ufffd<br></p>',
  );
});

test('numbers, areas and instants are written the same in every locale', () => {
  expect([shown(1234567.891, 2), shown(-0.001, 2), shown(-12.5, 0), shown(0, 1)]).toEqual([
    '1\u2009234\u2009567.89',
    '0.00',
    '−13',
    '0.0',
  ]);
  expect(shownArea(2000 / 3)).toBe('666.7 m² (1.00 亩)');
  expect(shownInstant('2026-05-31T16:01:00Z')).toBe('2026-06-01 00:01 UTC+8');
});

test('planes are named with their zone', () => {
  expect(planeName(4549, 'zh')).toBe('2000 国家大地坐标系 3° 带, 中央经线 120°E, EPSG:4549');
  expect(planeName(32611, 'en')).toBe('WGS 84, UTM north, EPSG:32611');
});

test('a pack is named after its violation and its digest', () => {
  const name = packFileName('1f0c1a52-6f0e-8c3b-9d1e-2b7c3a4d5e6f', 'ab'.repeat(32));
  expect(name).toBe('evidence-1f0c1a52-abababababababab.zip');
  expect(digestInName(`/tmp/${name}`)).toBe('ab'.repeat(8));
  expect(digestInName('renamed.zip')).toBeNull();
});

test('canonical JSON does not depend on the order in which facts were gathered', () => {
  expect(packJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe(packJson({ a: 'x', b: [{ c: null, d: 1 }] }));
});
