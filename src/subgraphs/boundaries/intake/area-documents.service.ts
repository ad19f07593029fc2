import type { Knex } from 'knex';
import type { RequestContext } from '../../../platform/context.js';
import type { Transaction } from '../../../platform/transact.js';
import type { AreaVersionRepository } from '../areas/area-version.repository.js';
import type { AreaVersions, NextArea } from '../areas/area-versions.service.js';
import { nextAreas } from '../areas/next-areas.js';
import { type Ground, isDraft, type PermittedArea, stored } from '../areas/permitted-area.js';
import type { KnownMine } from '../published.repository.js';
import type { DataQualityRepository } from '../quality/data-quality.repository.js';
import type { IntakeResult } from './intake.js';
import { intakeKey } from './intake-draft.js';
import { accepted, type Outcome, type TakenFile } from './intake-result.js';

/** A mine's document without faults, as a file or as rows of a large one. */
export interface AreaDocument {
  readonly mine: KnownMine;
  readonly taken: TakenFile;
}

export interface AreaDocumentsDeps {
  readonly versions: AreaVersionRepository;
  readonly recorder: AreaVersions;
  readonly quality: DataQualityRepository;
}

interface Compared extends AreaDocument {
  readonly outcome: Outcome;
  readonly changes: readonly NextArea[];
}

/** Sets documents against what is recorded, and records them: many with the statements of one. */
export class AreaDocuments {
  constructor(private readonly deps: AreaDocumentsDeps) {}

  /** What recording them would give; nothing is written. No document may be there twice. */
  async preview(sql: Knex, documents: readonly AreaDocument[]): Promise<IntakeResult[]> {
    return (await this.compare(sql, documents)).map(({ taken, outcome }) => accepted(taken, outcome));
  }

  /**
   * Writes the versions of their areas that are new or differ, what is doubtful about them, and the events, and has judged
   * again what they decide: one difference for all. No document may be there twice.
   */
  async record(
    context: RequestContext,
    tx: Transaction,
    documents: readonly AreaDocument[],
    reason: string | null,
  ): Promise<IntakeResult[]> {
    await this.deps.versions.lockMines(tx.sql, [...new Set(documents.map(({ mine }) => mine.id))]);
    const compared = await this.compare(tx.sql, documents);
    const changed = compared.filter(({ changes }) => changes.length > 0);
    // What is doubtful about a version is the version's, and the recorder's to store: it goes first.
    const judgementDiffId =
      changed.length > 0 ? await this.deps.recorder.recordAll(context, tx, changed, reason) : null;
    const results = compared.map(({ taken, outcome }) => {
      const areas = outcome.areas.map((area) => (isDraft(area) ? stored(area) : area));
      return accepted(taken, { ...outcome, areas, judgementDiffId });
    });
    const findings = documents.map(
      ({ taken }, i) => [intakeKey(taken.mineId, taken.options), results[i]?.findings ?? []] as const,
    );
    await this.deps.quality.replaceAll(tx.sql, new Map(findings), context.clock.now());
    return results;
  }

  /** What is new, differs or was withdrawn is to be written. */
  private async compare(sql: Knex, documents: readonly AreaDocument[]): Promise<Compared[]> {
    const { versions } = this.deps;
    const files = documents.map(({ taken }) => taken);
    const ids = files.flatMap(({ drafts }) => drafts.map(({ id }) => id));
    const latest = new Map((await versions.latest(sql, ids)).map((version) => [version.area.id, version]));
    const others = new OmittedAreas(await versions.othersOfDocuments(sql, files, ids));
    const grounds = await this.groundsOf(sql, files);
    return documents.map(({ mine, taken }, i) => {
      const { areas, changes } = nextAreas(taken.drafts, latest);
      const corrected = changes.filter(({ before }) => before !== null).length;
      const written = changes.map(({ after }) => after);
      const omitted = others.of(taken);
      const ground = grounds[i] ?? null;
      return {
        mine,
        taken,
        changes,
        outcome: { areas, written, corrected, omitted, ground, judgementDiffId: null },
      };
    });
  }

  /** One after the other, as only files that state an area ask: of a large one none does. */
  private async groundsOf(sql: Knex, files: readonly TakenFile[]): Promise<readonly (Ground | null)[]> {
    const grounds: (Ground | null)[] = [];
    for (const { drafts, options } of files) {
      const stated = options.statedAreaSquareMetres;
      const [only, second] = drafts;
      if (stated == null || !only) grounds.push(null);
      else grounds.push(second ? await this.deps.versions.groundOf(sql, stated, drafts) : only);
    }
    return grounds;
  }
}

/** Areas that earlier imports of documents recorded and these leave out, by document. */
class OmittedAreas {
  private readonly byDocument = new Map<string, PermittedArea[]>();

  constructor(areas: readonly PermittedArea[]) {
    for (const area of areas) {
      const key = keyOfDocument(area);
      const group = this.byDocument.get(key);
      if (group) group.push(area);
      else this.byDocument.set(key, [area]);
    }
  }

  of({ mineId, options }: TakenFile): readonly PermittedArea[] {
    return this.byDocument.get(keyOfDocument({ ...options, mineId })) ?? [];
  }
}

const keyOfDocument = (of: {
  readonly mineId: string;
  readonly kind: string;
  readonly documentNumber?: string | null;
  readonly licenceId?: string | null;
}): string => JSON.stringify([of.mineId, of.kind, of.documentNumber ? [of.documentNumber] : of.licenceId]);
