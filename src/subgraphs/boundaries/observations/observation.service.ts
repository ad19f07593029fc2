import type { Knex } from 'knex';
import type { Extent } from '../../../config.js';
import type { Judge } from '../../../judgement/judge.js';
import type { Rejudgement } from '../../../judgement/rejudgement.js';
import type { RequestContext } from '../../../platform/context.js';
import { type Ids, idFromKey } from '../../../platform/ids.js';
import { unstorable } from '../../../platform/storable-text.js';
import { digest, type Transact, type Transaction } from '../../../platform/transact.js';
import { deriveFootprints, type Footprint } from '../../../spatial/derive-footprints.js';
import type { KnownMine, PublishedRepository } from '../published.repository.js';
import {
  type Observation,
  type ObservationFacts,
  type ObservationRecord,
  type ObservationRejection,
  type ObservationSubmission,
  observed,
  type StoredObservation,
} from './observation.js';
import { factsFault, newFault, storedFault } from './observation-checks.js';
import type { ObservationVersionRepository } from './observation-version.repository.js';

export interface ObservationServiceDeps {
  readonly knex: Knex;
  readonly extent: Extent;
  readonly transact: Transact;
  readonly judge: Judge;
  readonly rejudgement: Rejudgement;
  readonly ids: Ids;
  readonly published: PublishedRepository;
  readonly versions: ObservationVersionRepository;
}

interface Row {
  readonly index: number;
  readonly facts: ObservationFacts;
  readonly mine: KnownMine | null;
}

/** Takes observations and has them judged. */
export class ObservationService {
  constructor(private readonly deps: ObservationServiceDeps) {}

  /**
   * Stores observations and judges them in one transaction. A row with a fault is rejected by itself. A known
   * provider and providerRef: the same content changes nothing, other content is the observation's next version, and
   * what that made of violations is kept as a difference. One that the principal may not see stays as it is, unseen.
   */
  async submit(context: RequestContext, input: readonly ObservationFacts[]): Promise<ObservationSubmission> {
    const rejected: ObservationRejection[] = [];
    const rows = await this.checkFacts(context, input, rejected);
    const derived = await deriveFootprints(
      this.deps.knex,
      rows.map((row) => row.facts.geometry),
      this.deps.extent,
    );
    const at = context.clock.now();
    const records = rows.flatMap((row, i) => {
      const { footprint, faults } = derived[i] ?? { footprint: null, faults: [] };
      for (const fault of faults) rejected.push({ index: row.index, path: 'geometry', ...fault });
      return footprint ? [{ ...row, record: this.recordOf(row, footprint, at) }] : [];
    });
    rejected.sort((a, b) => a.index - b.index);
    if (records.length === 0)
      return { observations: [], judgements: [], violations: [], judgementDiffId: null, rejected };
    return this.deps.transact(context, async (tx) => {
      const { observations, corrected } = await this.store(context, tx, records, rejected);
      const judgementDiffId = await this.judgeCorrected(context, tx, corrected);
      const ids = observations.map((observation) => observation.id);
      const judged = await this.deps.judge.judge(context, tx, ids);
      return {
        observations,
        judgements: judged.judgementIds.map((id) => ({ id })),
        violations: await this.deps.published.seenViolations(context, tx.sql, judged.violationIds),
        judgementDiffId,
        rejected,
      };
    });
  }

  /** Before the others, whose violations are no part of the difference. */
  private async judgeCorrected(
    context: RequestContext,
    tx: Transaction,
    corrected: readonly ObservationRecord[],
  ): Promise<string | null> {
    if (corrected.length === 0) return null;
    const { diffId } = await this.deps.rejudgement.request(context, tx, {
      kind: 'OBSERVATION_CORRECTED',
      subjects: corrected.map(({ id, version }) => ({ id, version })),
      mineIds: [],
      observationIds: corrected.map(({ id }) => id),
      validity: { from: null, to: null },
      reason: null,
    });
    return diffId;
  }

  private async checkFacts(
    context: RequestContext,
    input: readonly ObservationFacts[],
    rejected: ObservationRejection[],
  ): Promise<Row[]> {
    const codes = [
      ...new Set(
        input.flatMap(({ mineCode }) => (mineCode != null && unstorable(mineCode) === null ? mineCode : [])),
      ),
    ];
    const mines = new Map(
      (codes.length === 0 ? [] : await this.deps.published.minesByCodes(context, codes)).map((mine) => [
        mine.code,
        mine,
      ]),
    );
    const seen = new Set<string>();
    const now = context.clock.now();
    return input.flatMap((facts, index) => {
      const mine = facts.mineCode == null ? null : (mines.get(facts.mineCode) ?? null);
      const key = facts.providerRef == null ? null : keyOf(facts.provider, facts.providerRef);
      const fault =
        factsFault(facts, now) ??
        (facts.mineCode != null && !mine ? mineUnknown(facts.mineCode) : null) ??
        (key !== null && seen.has(key) ? keyRepeated(facts) : null);
      if (key !== null) seen.add(key);
      if (!fault) return [{ index, facts, mine }];
      rejected.push({ index, ring: null, vertex: null, ...fault });
      return [];
    });
  }

  private recordOf({ facts, mine }: Row, footprint: Footprint, recordedAt: Date): ObservationRecord {
    const { geometry, mineCode: _code, ...rest } = facts;
    const content = {
      ...rest,
      providerRef: facts.providerRef ?? null,
      mineId: mine?.id ?? null,
      zMinMetres: facts.zMinMetres ?? null,
      zMaxMetres: facts.zMaxMetres ?? null,
      sigmaZMetres: facts.sigmaZMetres ?? null,
      seam: facts.seam?.trim() || null,
    };
    const id = facts.providerRef == null ? this.deps.ids.random() : keyOf(facts.provider, facts.providerRef);
    return {
      ...content,
      ...footprint,
      id,
      version: 1,
      recordedAt,
      withdrawal: null,
      contentDigest: digest({ ...content, observedAt: facts.observedAt.toISOString(), geom: footprint.geom }),
    };
  }

  private async store(
    context: RequestContext,
    tx: Transaction,
    rows: readonly (Row & { readonly record: ObservationRecord })[],
    rejected: ObservationRejection[],
  ): Promise<{
    readonly observations: readonly Observation[];
    readonly corrected: readonly ObservationRecord[];
  }> {
    const records = rows.map(({ record }) => record);
    const stored = await this.addUnlessStored(context, tx, records);
    const corrected: ObservationRecord[] = [];
    const observations = rows.flatMap(({ index, record, mine }) => {
      const old = stored.get(record.id);
      const fault = old ? storedFault(record, old) : newFault(record);
      if (fault) {
        rejected.push({ index, ...fault });
        return [];
      }
      if (old?.contentDigest === record.contentDigest) return old.observation;
      const next = { ...record, version: (old?.observation.version ?? 0) + 1 };
      if (old) corrected.push(next);
      tx.emit({
        type: old ? 'observation.corrected' : 'observation.recorded',
        subjectType: 'Observation',
        subjectId: next.id,
        mineId: next.mineId,
        divisionCode: mine?.divisionCode ?? null,
        before: old?.contentDigest,
        after: next.contentDigest,
        data: { version: next.version, activity: next.activity, observedAt: next.observedAt },
      });
      return observed(next);
    });
    await this.deps.versions.correct(tx.sql, corrected);
    rejected.sort((a, b) => a.index - b.index);
    return { observations, corrected };
  }

  /** Adds records of which nothing is stored, where they can be. Returns what is stored of the others, locked. */
  private async addUnlessStored(
    context: RequestContext,
    tx: Transaction,
    records: readonly ObservationRecord[],
  ): Promise<ReadonlyMap<string, StoredObservation>> {
    const { versions } = this.deps;
    const stored = new Map<string, StoredObservation>();
    const lock = async (these: readonly ObservationRecord[]): Promise<void> => {
      const ids = these.map(({ id }) => id);
      for (const row of await versions.lock(context, tx.sql, ids)) stored.set(row.observation.id, row);
    };
    await lock(records);
    const fresh = records.filter((record) => !stored.has(record.id) && newFault(record) === null);
    const added = await versions.add(tx.sql, fresh);
    // Somebody else was quicker with these: they are his to show or not, like those before.
    if (added.size < fresh.length) await lock(fresh.filter(({ id }) => !added.has(id)));
    return stored;
  }
}

const keyOf = (provider: string, providerRef: string): string =>
  idFromKey('observation', provider, providerRef);

const mineUnknown = (code: string) => ({
  code: 'MINE_UNKNOWN',
  path: 'mineCode',
  message: `There is no mine with the code ${code} that you may see; leave mineCode out to have the mine found by place.`,
});

const keyRepeated = (facts: ObservationFacts) => ({
  code: 'KEY_REPEATED',
  path: 'providerRef',
  message: `${facts.provider} ${facts.providerRef} stands in this input more than once.`,
});
