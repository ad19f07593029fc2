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
  PDF,
  SIGNATURE,
} from '../../src/evidence/manifest.js';
import { readFacts } from '../../src/evidence/pack-files.js';
import { seal } from '../../src/evidence/seal.js';
import { newSigningKey } from '../../src/evidence/signature.js';
import type { Verification } from '../../src/evidence/verify-pack.js';
import { fixedClock } from '../../src/platform/clock.js';
import type { RequestContext } from '../../src/platform/context.js';
import { AppError } from '../../src/platform/errors.js';
import { createTransact } from '../../src/platform/transact.js';
import type { EvidenceService, IssuedPack } from '../../src/subgraphs/enforcement/evidence.service.js';
import {
  createEvidenceService,
  createViolationLifeService,
} from '../../src/subgraphs/enforcement/subgraph.js';
import { countyOfficer, testContext } from '../support/context.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { EmptyHub } from '../support/empty-hub.js';
import { box, Situation } from '../support/situation.js';

const HUB = '0.0.0-test';

/** The first verdict in an embedded database waits for its plans to be compiled. */
const SLOW = { timeout: 240_000 };

let database: TestDatabase;
let empty: EmptyHub;
let situation: Situation;
let evidence: EvidenceService;
let dug: string;
let deep: string;

/**
 * Mine A digs 100 m out of its right, half of it into B's, in March and again in May, and in June 15 m too deep.
 * Far away lies C, with which none of this has to do.
 */
beforeAll(async () => {
  database = await openTestDatabase();
  empty = await EmptyHub.open();
  situation = await Situation.open(database.knex);
  for (const code of ['A', 'B', 'C']) await situation.mine(code);
  await situation.area({ mine: 'A', shape: box(0, 0, 500, 500), sigma: 0.1, floor: 1000, ceiling: 1200 });
  await situation.area({ mine: 'B', shape: box(550, 0, 500, 500), sigma: 0.1 });
  await situation.area({ mine: 'C', shape: box(9000, 0, 500, 500) });
  const seen = [
    await situation.observation({
      mine: 'A',
      shape: box(450, 100, 120, 50),
      observedAt: '2026-03-01T04:00:00Z',
    }),
    await situation.observation({
      mine: 'A',
      shape: box(450, 100, 150, 50),
      observedAt: '2026-05-01T04:00:00Z',
    }),
    await situation.observation({
      mine: 'A',
      shape: box(100, 100, 150, 50),
      zMin: 985,
      zMax: 1010,
      sigmaZ: 2,
    }),
  ];
  await situation.judge(seen);
  evidence = createEvidenceService(
    { knex: database.knex, transact: createTransact(database.knex) },
    { chromium: null, hub: HUB },
  );
  dug = await violationOf('MINING_OUT_OF_BOUNDS');
  deep = await violationOf('BEYOND_DEPTH');
});
afterAll(async () => {
  await database.close();
  await empty.close();
});

const violationOf = async (kind: string): Promise<string> =>
  (await database.knex('enforcement.violation').where({ kind }).first('id')).id;

const at = (instant: string): RequestContext => testContext({ clock: fixedClock(instant) });

const verify = (archive: Uint8Array, fileName = 'pack.zip'): Promise<Verification> =>
  empty.verify(archive, HUB, fileName);

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
    issued = await evidence.issue(at('2026-06-10T01:00:00Z'), dug);
  });

  test('holds what the verdict rests on, and nothing of what it does not', async () => {
    const { files, manifest } = await openPack(issued.bytes, issued.fileName);
    const facts = readFacts(files);
    expect(facts.violation).toMatchObject({ id: dug, kind: 'MINING_OUT_OF_BOUNDS' });
    expect(facts.observations).toHaveLength(2);
    expect(facts.series.map((day) => day.observed_on)).toEqual(['2026-03-01', '2026-05-01']);
    expect(facts.mines.map(({ code }) => code).sort()).toEqual(['A', 'B']);
    expect(facts.areas.every(({ used_by }) => used_by.length > 0)).toBe(true);
    expect(facts.policies).toHaveLength(1);
    expect(facts.engine.sql['judge-batch']).toContain('policy as materialized');
    expect(facts.engine.sql['functions']).toContain('judgement.greatest_distance');
    expect(facts.engine.versions).toHaveProperty('geos');
    expect(manifest).toMatchObject({ violationId: dug, issuedBy: 'local-administrator', hub: HUB });
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['map.svg', 'report.html', 'geojson/findings.geojson']),
    );
    expect(files.has(PDF)).toBe(false);
    expect(manifest.withoutPdf).toBe('no Chromium was found');
  });

  test('is accepted: the verdict is reached again on an empty database, bit for bit', SLOW, async () => {
    const verification = await verify(issued.bytes, issued.fileName);
    expect(verification.differences).toEqual([]);
    expect(verification).toMatchObject({ observations: 2, digestsEqual: true, notes: [] });
  });

  test('has the same bytes at the same instant, apart from its place in the chain', async () => {
    const again = await evidence.issue(at('2026-06-10T01:00:00Z'), dug);
    expect(again.pack.sequence).toBe(issued.pack.sequence + 1);
    expect(again.pack.previous).toBe(issued.pack.digest);
    const [first, second] = await Promise.all(
      [issued, again].map(async ({ bytes }) => {
        const { files, manifest } = await openPack(bytes, 'pack.zip');
        return { manifest: { ...manifest, chain: null }, paths: [...files.keys()] };
      }),
    );
    expect(second).toEqual(first);
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
    const other = await evidence.issue(at('2026-06-11T01:00:00Z'), deep);
    expect(await refusalOf(issued.bytes, other.fileName)).toContain('named after another pack');
  });

  describe('forged with a key of one’s own', () => {
    const forge = async (path: string, change: (text: string) => string): Promise<readonly string[]> => {
      const { files, manifest } = await openPack(issued.bytes, 'pack.zip');
      return (await verify(forged(changed(files, path, change), manifest))).differences;
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

test('packs are issued one after the other, however many ask at once', async () => {
  const before = Number(
    (await database.knex('enforcement.evidence_pack').max('sequence as last').first())?.['last'] ?? 0,
  );
  await Promise.all(
    Array.from({ length: 6 }, (_, i) => evidence.issue(at(`2026-07-0${i + 1}T00:00:00Z`), deep)),
  );
  const chain = await database.knex('enforcement.evidence_pack').orderBy('sequence');
  expect(chain.map(({ sequence }) => sequence)).toEqual(Array.from({ length: before + 6 }, (_, i) => i + 1));
  expect(chain.slice(1).map(({ previous }) => previous)).toEqual(
    chain.slice(0, -1).map(({ digest }) => digest),
  );
  expect(await evidence.recorded(chain[0].digest)).toMatchObject({ sequence: 1, previous: null });
  expect(await evidence.recorded('0'.repeat(64))).toBeNull();
  const events = await database.knex('platform.event').where({ type: 'evidence.issued' });
  expect(events).toHaveLength(chain.length);
});

test('the chain is only added to', async () => {
  await evidence.issue(at('2026-08-01T00:00:00Z'), dug);
  await expect(database.knex('enforcement.evidence_pack').delete()).rejects.toThrow('only added to');
  await expect(database.knex('enforcement.evidence_pack').update({ issued_by: 'nobody' })).rejects.toThrow(
    'only added to',
  );
});

test('what people decided is in the next pack, and the verdict stays as it was', async () => {
  const life = createViolationLifeService({ knex: database.knex, transact: createTransact(database.knex) });
  await life.review(testContext(), deep, { decision: 'START_REVIEW', note: '<b>look</b> & see', seen: null });
  const { bytes } = await evidence.issue(at('2026-08-02T00:00:00Z'), deep);
  const { files } = await openPack(bytes, 'pack.zip');
  expect(readFacts(files).history).toMatchObject([{ action: 'START_REVIEW', note: '<b>look</b> & see' }]);
  expect(Buffer.from(files.get('report.html') ?? []).toString()).toContain(
    '&lt;b&gt;look&lt;/b&gt; &amp; see',
  );
  expect((await verify(bytes)).differences).toEqual([]);
});

test('what was permitted later does not change what a pack proves', async () => {
  const { bytes } = await evidence.issue(at('2026-08-03T00:00:00Z'), dug);
  await situation.area({ mine: 'A', shape: box(500, 0, 400, 500), recordedAt: '2026-09-01T00:00:00Z' });
  const later = await evidence.issue(at('2026-09-02T00:00:00Z'), dug);
  expect((await verify(later.bytes)).differences).toEqual([]);
  const areas = async (pack: Uint8Array) => readFacts((await openPack(pack, 'pack.zip')).files).areas.length;
  expect(await areas(later.bytes)).toBe(await areas(bytes));
});

test('a violation that a correction closed is proven as it stood', async () => {
  await situation.mine('D');
  await situation.area({ mine: 'D', shape: box(20_000, 0, 500, 500) });
  const dig = await situation.observation({ mine: 'D', shape: box(20_450, 100, 90, 50) });
  await situation.judge([dig]);
  await situation.area({ mine: 'D', shape: box(20_500, 0, 500, 500), recordedAt: '2026-06-20T00:00:00Z' });
  await situation.judge([dig], fixedClock('2026-06-21T00:00:00Z'));
  const closed = await database.knex('enforcement.violation').where({ state: 'AUTO_CLOSED' }).first('id');
  const { bytes } = await evidence.issue(at('2026-08-05T00:00:00Z'), closed.id);
  const facts = readFacts((await openPack(bytes, 'pack.zip')).files);
  expect(facts.history).toMatchObject([{ action: 'AUTO_CLOSE', to: 'AUTO_CLOSED' }]);
  expect(facts.areas).toHaveLength(1);
  expect((await verify(bytes)).differences).toEqual([]);
});

test('nobody gets evidence of what they may not see, nor the names of mines elsewhere', async () => {
  const stranger = testContext({ principal: countyOfficer('210381') });
  await expect(evidence.issue(stranger, dug)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(evidence.issue(testContext(), 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await database.knex('registry.mine').where({ code: 'B' }).update({ division_code: '210381' });
  const own = await evidence.issue(testContext({ principal: countyOfficer('150421') }), dug);
  const facts = readFacts((await openPack(own.bytes, 'pack.zip')).files);
  expect(facts.mines.map(({ code }) => code).sort()).toEqual(['A', null]);
  expect((await verify(own.bytes)).differences).toEqual([]);
});
