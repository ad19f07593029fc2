import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPack } from '../../src/evidence/integrity.js';
import { PDF } from '../../src/evidence/manifest.js';
import { readFacts } from '../../src/evidence/pack-files.js';
import { fixedClock } from '../../src/platform/clock.js';
import { idFromKey } from '../../src/platform/ids.js';
import { createTransact } from '../../src/platform/transact.js';
import type { IssuedPack } from '../../src/subgraphs/enforcement/evidence/evidence.service.js';
import { createViolationLifeService } from '../../src/subgraphs/enforcement/services.js';
import { createLicencesService } from '../../src/subgraphs/licences/services.js';
import { aLicence, mineId } from '../support/builders.js';
import { at, countyOfficer, testContext } from '../support/context.js';
import { EvidenceBench, HUB, SLOW } from '../support/evidence-bench.js';
import { serviceParts } from '../support/service-parts.js';
import { box } from '../support/situation.js';

// What packs hold and prove. Packs that were tampered with are in evidence-tampering.test.ts.

let bench: EvidenceBench;
beforeAll(async () => {
  bench = await EvidenceBench.open();
});
afterAll(() => bench.close());

describe('a pack', () => {
  let issued: IssuedPack;
  beforeAll(async () => {
    issued = await bench.evidence.issue(at('2026-06-10T01:00:00Z'), bench.dug);
  });

  test('holds what the verdict rests on, and nothing of what it does not', async () => {
    const { files, manifest } = await openPack(issued.bytes, issued.fileName);
    const facts = readFacts(files);
    expect(facts.violation).toMatchObject({ id: bench.dug, kind: 'MINING_OUT_OF_BOUNDS' });
    expect(facts.observations).toHaveLength(2);
    expect(facts.series.map((day) => day.observed_on)).toEqual(['2026-03-01', '2026-05-01']);
    expect(facts.mines.map(({ code }) => code).sort()).toEqual(['A', 'B']);
    expect(facts.areas.every(({ used_by }) => used_by.length > 0)).toBe(true);
    expect(facts.policies).toHaveLength(1);
    expect(facts.engine.sql['judge-batch']).toContain('policy as materialized');
    expect(facts.engine.sql['functions']).toContain('judgement.greatest_distance');
    expect(facts.engine.versions).toHaveProperty('geos');
    expect(manifest).toMatchObject({ violationId: bench.dug, issuedBy: 'local-administrator', hub: HUB });
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['map.svg', 'report.html', 'geojson/findings.geojson']),
    );
    expect(files.has(PDF)).toBe(false);
    expect(manifest.withoutPdf).toBe('no Chromium was found');
  });

  test('is accepted: the verdict is reached again on an empty database, bit for bit', SLOW, async () => {
    const verification = await bench.verify(issued.bytes, issued.fileName);
    expect(verification.differences).toEqual([]);
    expect(verification).toMatchObject({ observations: 2, digestsEqual: true, notes: [] });
  });

  test('has the same bytes at the same instant, apart from its place in the chain', async () => {
    const again = await bench.evidence.issue(at('2026-06-10T01:00:00Z'), bench.dug);
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
});

test('packs are issued one after the other, however many ask at once', async () => {
  const before = Number(
    (await bench.knex('enforcement.evidence_pack').max('sequence as last').first())?.['last'] ?? 0,
  );
  await Promise.all(
    Array.from({ length: 6 }, (_, i) => bench.evidence.issue(at(`2026-07-0${i + 1}T00:00:00Z`), bench.deep)),
  );
  const chain = await bench.knex('enforcement.evidence_pack').orderBy('sequence');
  expect(chain.map(({ sequence }) => sequence)).toEqual(Array.from({ length: before + 6 }, (_, i) => i + 1));
  expect(chain.slice(1).map(({ previous }) => previous)).toEqual(
    chain.slice(0, -1).map(({ digest }) => digest),
  );
  expect(await bench.evidence.recorded(chain[0].digest)).toMatchObject({ sequence: 1, previous: null });
  expect(await bench.evidence.recorded('0'.repeat(64))).toBeNull();
  const events = await bench.knex('platform.event').where({ type: 'evidence.issued' });
  expect(events).toHaveLength(chain.length);
});

test('the chain is only added to', async () => {
  await bench.evidence.issue(at('2026-08-01T00:00:00Z'), bench.dug);
  await expect(bench.knex('enforcement.evidence_pack').delete()).rejects.toThrow('only added to');
  await expect(bench.knex('enforcement.evidence_pack').update({ issued_by: 'nobody' })).rejects.toThrow(
    'only added to',
  );
});

test('what people decided is in the next pack, and the verdict stays as it was', async () => {
  const life = createViolationLifeService({
    knex: bench.knex,
    transact: createTransact(bench.knex),
  });
  await life.review(testContext(), bench.deep, {
    decision: 'START_REVIEW',
    note: '<b>look</b> & see',
    seen: null,
  });
  const { bytes } = await bench.evidence.issue(at('2026-08-02T00:00:00Z'), bench.deep);
  const { files } = await openPack(bytes, 'pack.zip');
  expect(readFacts(files).history).toMatchObject([{ action: 'START_REVIEW', note: '<b>look</b> & see' }]);
  expect(Buffer.from(files.get('report.html') ?? []).toString()).toContain(
    '&lt;b&gt;look&lt;/b&gt; &amp; see',
  );
  expect((await bench.verify(bytes)).differences).toEqual([]);
});

test('what was permitted later does not change what a pack proves', async () => {
  const { bytes } = await bench.evidence.issue(at('2026-08-03T00:00:00Z'), bench.dug);
  await bench.situation.area({ mine: 'A', shape: box(500, 0, 400, 500), recordedAt: '2026-09-01T00:00:00Z' });
  const later = await bench.evidence.issue(at('2026-09-02T00:00:00Z'), bench.dug);
  expect((await bench.verify(later.bytes)).differences).toEqual([]);
  const areas = async (pack: Uint8Array) => readFacts((await openPack(pack, 'pack.zip')).files).areas.length;
  expect(await areas(later.bytes)).toBe(await areas(bytes));
});

test('a violation that a correction closed is proven as it stood', async () => {
  await bench.situation.mine('D');
  await bench.situation.area({ mine: 'D', shape: box(20_000, 0, 500, 500) });
  const dig = await bench.situation.observation({ mine: 'D', shape: box(20_450, 100, 90, 50) });
  await bench.situation.judge([dig]);
  await bench.situation.area({
    mine: 'D',
    shape: box(20_500, 0, 500, 500),
    recordedAt: '2026-06-20T00:00:00Z',
  });
  await bench.situation.judge([dig], fixedClock('2026-06-21T00:00:00Z'));
  const closed = await bench.knex('enforcement.violation').where({ state: 'AUTO_CLOSED' }).first('id');
  const { bytes } = await bench.evidence.issue(at('2026-08-05T00:00:00Z'), closed.id);
  const facts = readFacts((await openPack(bytes, 'pack.zip')).files);
  expect(facts.history).toMatchObject([{ action: 'AUTO_CLOSE', to: 'AUTO_CLOSED' }]);
  expect(facts.areas).toHaveLength(1);
  expect((await bench.verify(bytes)).differences).toEqual([]);
});

test('nobody gets evidence of what they may not see, nor the names of mines elsewhere', async () => {
  const stranger = testContext({ principal: countyOfficer('210381') });
  await expect(bench.evidence.issue(stranger, bench.dug)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(bench.evidence.issue(testContext(), 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await bench.knex('registry.mine').where({ code: 'B' }).update({ division_code: '210381' });
  const own = await bench.evidence.issue(testContext({ principal: countyOfficer('150421') }), bench.dug);
  const facts = readFacts((await openPack(own.bytes, 'pack.zip')).files);
  expect(facts.mines.map(({ code }) => code).sort()).toEqual(['A', null]);
  expect((await bench.verify(own.bytes)).differences).toEqual([]);
});

test('nobody gets the number or issuer of a licence elsewhere, and a pack without them can be judged', async () => {
  const { knex } = bench;
  const [judged] = await knex('enforcement.judgement')
    .where({ mine_id: mineId('A') })
    .orderBy('observed_at');
  const { rejected } = await createLicencesService(serviceParts(knex)).upsertLicences(
    at('2020-01-01T00:00:00Z'),
    [
      aLicence({ mineCode: 'A' }),
      aLicence({ mineCode: 'B', number: 'C-OF-B', issuer: 'Elsewhere', seams: ['3'] }),
    ],
  );
  expect(rejected).toEqual([]);
  await knex('registry.mine').where({ code: 'B' }).update({ division_code: '210381' });
  await knex('enforcement.judgement')
    .where({ id: judged.id })
    .update({ mine_id: mineId('B') });
  const own = await bench.evidence.issue(testContext({ principal: countyOfficer('150421') }), bench.dug);
  await knex('enforcement.judgement')
    .where({ id: judged.id })
    .update({ mine_id: mineId('A') });
  const facts = readFacts((await openPack(own.bytes, 'pack.zip')).files);
  const [theirs] = facts.licences.filter((licence) => licence['mine_id'] === mineId('B'));
  expect(theirs).toMatchObject({ number: null, issuer: '', stated_area_km2: null, seams: ['3'] });
  expect(facts.licences).toHaveLength(2);
  expect((await bench.verify(own.bytes)).differences.join()).not.toMatch(/cannot be judged/);
});

test(
  'a violation stored under the name of before the mine was part of it has a pack that is accepted',
  SLOW,
  async () => {
    const [{ observation_id: first }] = await bench
      .knex('enforcement.finding as finding')
      .join('enforcement.violation_finding as member', 'member.finding_id', 'finding.id')
      .where('member.violation_id', bench.dug)
      .orderBy('finding.observed_at');
    const former = idFromKey('violation', first, 'MINING_OUT_OF_BOUNDS', '', '0');
    await bench.knex.transaction(async (sql) => {
      await sql.raw('set local session_replication_role = replica');
      await sql('enforcement.violation').where({ id: bench.dug }).update({ id: former });
      await sql('enforcement.violation_finding')
        .where({ violation_id: bench.dug })
        .update({ violation_id: former });
    });
    const { bytes, fileName } = await bench.evidence.issue(at('2026-06-11T01:00:00Z'), former);
    expect((await bench.verify(bytes, fileName)).differences).toEqual([]);
  },
);
