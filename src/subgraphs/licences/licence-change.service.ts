import type { RequestContext } from '../../platform/context.js';
import { AppError, badInput } from '../../platform/errors.js';
import { idFromKey } from '../../platform/ids.js';
import type { Transact, Transaction } from '../../platform/transact.js';
import { type ChangeGrounds, groundsFault, nextRecordedAt } from '../../vocabulary/versions.js';
import type { Licence } from './licence.js';
import type { LicenceRepository, MineKey } from './licence.repository.js';
import { type Changed, type RenewalTerms, renew, resume, revoke, suspend } from './licence-change.js';
import { faultOfFacts, faultOfNewNumber, type LicenceFault, trimmed } from './licence-intake.js';
import type { LicenceVersionRepository } from './licence-version.repository.js';
import type { LicenceVersions } from './licence-versions.service.js';

export interface LicenceChangeServiceDeps {
  readonly licences: LicenceRepository;
  readonly versions: LicenceVersionRepository;
  readonly recorder: LicenceVersions;
  readonly transact: Transact;
}

/** The version that came of a change, and what changed in the verdicts. */
export interface LicenceChangeOutcome {
  readonly licence: Licence;
  readonly judgementDiffId: string | null;
}

/** A renewal under a number of its own: the new licence supersedes the old one, which stays as it is. */
export interface Renewal extends RenewalTerms {
  readonly newNumber: string | null;
  /** First day of the licence with the new number; null: the day on which the old one ends. */
  readonly validFrom: string | null;
}

/** Changes of one licence, each a new version with a reason: the old one stays readable as it was known. */
export class LicenceChangeService {
  constructor(private readonly deps: LicenceChangeServiceDeps) {}

  /** Errors: `NOT_FOUND`, `BAD_USER_INPUT` for days that do not fit, `CONFLICT` for what the licence's state forbids. */
  renewLicence(
    context: RequestContext,
    number: string,
    terms: Renewal,
    grounds: ChangeGrounds,
  ): Promise<LicenceChangeOutcome> {
    const { newNumber } = terms;
    if (newNumber !== null && newNumber !== number)
      return this.replace(context, number, newNumber, terms, grounds);
    return this.change(context, number, grounds, (licence) => renew(licence, terms));
  }

  suspendLicence(
    context: RequestContext,
    number: string,
    from: string,
    to: string | null,
    grounds: ChangeGrounds,
  ): Promise<LicenceChangeOutcome> {
    return this.change(context, number, grounds, (licence) => suspend(licence, from, to));
  }

  resumeLicence(
    context: RequestContext,
    number: string,
    on: string,
    grounds: ChangeGrounds,
  ): Promise<LicenceChangeOutcome> {
    return this.change(context, number, grounds, (licence) => resume(licence, on));
  }

  revokeLicence(
    context: RequestContext,
    number: string,
    on: string,
    grounds: ChangeGrounds,
  ): Promise<LicenceChangeOutcome> {
    return this.change(context, number, grounds, (licence) => revoke(licence, on));
  }

  /** For what was entered by mistake: nothing of it counts any more, on any day. */
  async withdrawLicence(
    context: RequestContext,
    number: string,
    grounds: ChangeGrounds,
  ): Promise<LicenceChangeOutcome> {
    const mine = await this.mineOf(context, number, grounds);
    return this.deps.transact(context, async (tx) => {
      const licence = await this.lock(tx, number, mine);
      return this.deps.recorder.withdraw(context, tx, licence, mine, grounds);
    });
  }

  private async change(
    context: RequestContext,
    number: string,
    grounds: ChangeGrounds,
    apply: (licence: Licence) => Changed,
  ): Promise<LicenceChangeOutcome> {
    const mine = await this.mineOf(context, number, grounds);
    return this.deps.transact(context, async (tx) => {
      const before = await this.lock(tx, number, mine);
      const changed = apply(before);
      if ('fault' in changed) throw asError(changed.fault);
      const after = next(changed.licence, before, grounds, context.clock.now());
      const judgementDiffId = await this.deps.recorder.record(
        context,
        tx,
        [{ before, after, mine }],
        grounds.reason,
      );
      return { licence: after, judgementDiffId };
    });
  }

  private async replace(
    context: RequestContext,
    number: string,
    newNumber: string,
    terms: Renewal,
    grounds: ChangeGrounds,
  ): Promise<LicenceChangeOutcome> {
    const mine = await this.mineOf(context, number, grounds);
    return this.deps.transact(context, async (tx) => {
      const old = await this.lock(tx, number, mine);
      const [taken] = await this.deps.versions.latest(tx.sql, [newNumber]);
      if (taken) throw new AppError('CONFLICT', `${newNumber} is on record already.`, { field: 'newNumber' });
      const after = successor(old, newNumber, terms, grounds, context.clock.now());
      const judgementDiffId = await this.deps.recorder.record(
        context,
        tx,
        [{ before: null, after, mine }],
        grounds.reason,
      );
      return { licence: after, judgementDiffId };
    });
  }

  private async mineOf(context: RequestContext, number: string, grounds: ChangeGrounds): Promise<MineKey> {
    const fault = groundsFault(grounds);
    if (fault) throw badInput(fault, { field: 'reason' });
    const mine = await this.deps.licences.mineOfNumber(context, number);
    if (!mine) throw unknown(number);
    return mine;
  }

  /** The licence as it stands, until the transaction ends. */
  private async lock(tx: Transaction, number: string, mine: MineKey): Promise<Licence> {
    await this.deps.versions.lockMines(tx.sql, [mine.id]);
    const [licence] = await this.deps.versions.latest(tx.sql, [number]);
    if (!licence || licence.supersededAt !== null) throw unknown(number);
    return licence;
  }
}

const unknown = (number: string): AppError =>
  new AppError('NOT_FOUND', `There is no licence ${number} that you may see.`, { field: 'number' });

const asError = ({ code, path, message }: LicenceFault): AppError =>
  new AppError(
    code === 'SUSPENSION_EMPTY' || code === 'RENEWAL_SHORTENS' ? 'BAD_USER_INPUT' : 'CONFLICT',
    message,
    {
      field: path,
      fault: code,
    },
  );

function next(
  licence: Licence,
  before: Licence,
  { reason, documentNumber }: ChangeGrounds,
  at: Date,
): Licence {
  return {
    ...licence,
    version: before.version + 1,
    recordedAt: nextRecordedAt(at, before),
    changeReason: reason,
    changeDocumentNumber: documentNumber,
  };
}

function successor(old: Licence, number: string, terms: Renewal, grounds: ChangeGrounds, at: Date): Licence {
  const validFrom = terms.validFrom ?? old.validTo;
  if (validFrom === null) {
    throw badInput(`${old.number} has no end: say from which day ${number} is valid.`, {
      field: 'validFrom',
    });
  }
  const licence: Licence = {
    ...old,
    id: idFromKey('licence', number),
    version: 1,
    number,
    issuer: terms.issuer ?? old.issuer,
    validFrom,
    validTo: terms.validTo,
    suspendedFrom: null,
    suspendedTo: null,
    revokedOn: null,
    statedAreaSquareKilometres: terms.statedAreaSquareKilometres ?? old.statedAreaSquareKilometres,
    capacityTonnesPerYear: terms.capacityTonnesPerYear ?? old.capacityTonnesPerYear,
    seams: trimmed(terms.seams ?? old.seams),
    supersedesId: old.id,
    recordedAt: at,
    change: 'RENEWED',
    changeReason: grounds.reason,
    changeDocumentNumber: grounds.documentNumber,
  };
  const fault =
    faultOfNewNumber(number, 'newNumber') ??
    faultOfFacts({ ...licence, mineCode: '', supersedesNumber: old.number });
  if (fault) throw badInput(fault.message, { field: fault.path });
  return licence;
}
