import { writeArchive } from '../../../evidence/archive.js';
import { type Issue, type PackFiles, PDF, REPORT } from '../../../evidence/manifest.js';
import type { PackFacts } from '../../../evidence/pack-facts.js';
import { packFiles } from '../../../evidence/pack-files.js';
import { printPdf } from '../../../evidence/pdf.js';
import { packFileName, type SealedPack, seal } from '../../../evidence/seal.js';
import { newSigningKey, type SigningKey } from '../../../evidence/signature.js';
import type { RequestContext } from '../../../platform/context.js';
import { notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import { Slots } from '../../../platform/slots.js';
import type { Transact, Transaction } from '../../../platform/transact.js';
import type { Violation } from '../violations/violation.js';
import type { ViolationRepository } from '../violations/violation.repository.js';
import { withGrowth } from '../violations/violation-growth.js';
import type { EvidenceRepository } from './evidence.repository.js';
import type { EvidenceChainRepository } from './evidence-chain.repository.js';
import type { EvidencePack } from './evidence-pack.js';

export interface EvidenceDeps {
  readonly violations: ViolationRepository;
  readonly evidence: EvidenceRepository;
  readonly chain: EvidenceChainRepository;
  readonly transact: Transact;
  /** Executable of a Chromium; null: reports are not printed. */
  readonly chromium: string | null;
  /** Package version of the hub. */
  readonly hub: string;
}

/** A pack as it leaves the hub. */
export interface IssuedPack {
  readonly pack: EvidencePack;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Why there is no report.pdf; null: there is one. */
  readonly withoutPdf: string | null;
}

/** A pack before it has its place in the chain. */
interface Draft {
  readonly violation: Violation;
  readonly divisionCode: string | null;
  readonly issue: Issue;
  readonly files: PackFiles;
}

/** A Chromium takes as much memory as the hub, however many ask for packs at once. */
const MOST_PRINTERS = 2;

/** Use cases of evidence: a violation put into a file that anybody can check. */
export class EvidenceService {
  private readonly printers = new Slots(MOST_PRINTERS);

  constructor(private readonly deps: EvidenceDeps) {}

  /**
   * Issues a pack and adds it to the chain. The same violation at the same instant gives the same bytes, apart from
   * its place in the chain. Printing the report may take `printingMs`, or as long as it ever may. Errors: `NOT_FOUND`.
   */
  async issue(context: RequestContext, violationId: string, printingMs?: number): Promise<IssuedPack> {
    const violation = await this.find(context, violationId);
    const facts = await this.facts(context, violation.id);
    const issuedAt = context.clock.now();
    const issued = { issuedAt: issuedAt.toISOString(), issuedBy: context.principal.id };
    const files = packFiles(facts, issued);
    const pdf = await this.printers.use(() =>
      printPdf(this.deps.chromium, text(files, REPORT), issued.issuedAt, printingMs),
    );
    const issue: Issue = {
      ...issued,
      violationId: violation.id,
      hub: this.deps.hub,
      withoutPdf: pdf.absence,
    };
    const whole: PackFiles = pdf.bytes === null ? files : new Map([...files, [PDF, pdf.bytes]]);
    const { sealed, pack } = await this.deps.transact(context, (tx) =>
      this.link(tx, { violation, divisionCode: divisionOf(facts), issue, files: whole }),
    );
    return {
      pack,
      fileName: packFileName(violation.id, pack.digest),
      bytes: writeArchive(sealed.files),
      withoutPdf: pdf.absence,
    };
  }

  /** The key that packs are signed with, its public half in PEM; made when it is first asked for. */
  async publicKey(context: RequestContext): Promise<{ readonly id: string; readonly publicKey: string }> {
    const { id, publicKey } = await this.deps.transact(context, async (tx) => {
      await this.deps.chain.lock(tx.sql);
      return this.key(tx, context.clock.now());
    });
    return { id, publicKey };
  }

  /** What the chain remembers of a pack; null: the hub never issued it. */
  recorded(digest: string): Promise<EvidencePack | null> {
    return this.deps.chain.byDigest(digest);
  }

  private async find(context: RequestContext, id: string): Promise<Violation> {
    const [found] = isId(id) ? await this.deps.violations.byIds(context, [id.toLowerCase()]) : [];
    if (!found) throw notFound('violation', id);
    return found.violation;
  }

  private async facts(context: RequestContext, id: string): Promise<PackFacts> {
    const read = await this.deps.evidence.rows(context, id);
    if (!read) throw notFound('violation', id);
    const { history, days, engine, ...rows } = read;
    return {
      ...rows,
      engine: { ...engine, hub: this.deps.hub },
      history: history.map(({ action, from, to, by, note, at }) => ({
        action,
        from,
        to,
        by,
        note,
        at: at.toISOString(),
      })),
      series: withGrowth(days).map((day) => ({
        observed_on: day.observedOn,
        area_m2: day.areaSquareMetres,
        overrun_m: day.overrunMetres,
        depth_overrun_m: day.depthOverrunMetres,
        growth_m2_per_day: day.growthSquareMetresPerDay,
      })),
    };
  }

  /** Closes a pack as the next link of the chain; whoever issues another waits until this one is in it. */
  private async link(
    tx: Transaction,
    { violation, divisionCode, issue, files }: Draft,
  ): Promise<{ readonly sealed: SealedPack; readonly pack: EvidencePack }> {
    const { chain } = this.deps;
    const issuedAt = new Date(issue.issuedAt);
    await chain.lock(tx.sql);
    const key = await this.key(tx, issuedAt);
    const last = await chain.last(tx.sql);
    const place = { sequence: (last?.sequence ?? 0) + 1, previous: last?.digest ?? null };
    const sealed = seal(issue, files, place, key);
    const pack: EvidencePack = {
      ...place,
      digest: sealed.digest,
      violationId: violation.id,
      factsDigest: sealed.manifest.factsDigest,
      keyId: key.id,
      issuedBy: issue.issuedBy,
      issuedAt,
    };
    await chain.add(tx.sql, pack);
    tx.emit({
      type: 'evidence.issued',
      subjectType: 'Violation',
      subjectId: violation.id,
      mineId: violation.mineId,
      divisionCode,
      changesNothing: true,
      data: { sequence: pack.sequence, digest: pack.digest, previous: pack.previous, keyId: key.id },
    });
    return { sealed, pack };
  }

  private async key(tx: Transaction, at: Date): Promise<SigningKey> {
    const known = await this.deps.chain.key(tx.sql);
    if (known) return known;
    const key = newSigningKey();
    await this.deps.chain.addKey(tx.sql, key, at);
    return key;
  }
}

const text = (files: PackFiles, path: string): string =>
  Buffer.from(files.get(path) ?? new Uint8Array()).toString('utf8');

const divisionOf = ({ violation, mines }: PackFacts): string | null =>
  mines.find(({ id }) => id === violation.mine_id)?.division_code ?? null;
