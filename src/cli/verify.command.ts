import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { Knex } from 'knex';
import { LARGEST_PACK } from '../evidence/archive.js';
import { type IntactPack, openPack } from '../evidence/integrity.js';
import { keyIdOf } from '../evidence/signature.js';
import { type Verification, verifyPack } from '../evidence/verify-pack.js';
import { openDatabase } from '../platform/database.js';
import { AppError, badInput } from '../platform/errors.js';
import { prepareEventLog } from '../platform/events/event-maintenance.js';
import { createLogger } from '../platform/logging.js';
import { migrateToLatest } from '../platform/migrations.js';
import { createEvidenceService } from '../subgraphs/enforcement/services.js';
import { type Cli, type CommonOptions, examples, JSON_OPTION } from './cli.js';
import { withSession } from './session.js';
import { counted } from './table.js';
import { packageVersion } from './version.js';

interface VerifyFlags extends CommonOptions {
  readonly key?: string;
  readonly hub?: boolean;
}

/** `minebound verify`: whether an evidence pack is as it was issued, and whether its verdict is right. */
export function addVerifyCommand(program: Command, cli: Cli): void {
  const command = program
    .command('verify')
    .argument('<pack>', 'the zip')
    .description('check every byte of an evidence pack and reach its verdict again, on a database of its own')
    .option('--key <file>', 'public key (PEM) that must have signed it, as the issuing hub prints it')
    .option('--hub', 'compare with the chain of the hub whose database the settings name')
    .option(...JSON_OPTION)
    .action(async (path: string, flags: VerifyFlags) => {
      const pack = await openPack(await bytesOf(path), basename(path));
      // What comes from somebody else is not worth judging.
      refuseStranger([...(await keyFaults(flags.key, pack)), ...(await chainFaults(cli, flags, pack))]);
      const verification = await onEmptyDatabase((knex) => verifyPack(knex, pack, packageVersion()));
      const { differences } = verification;
      const { manifest, digest, signature } = pack;
      cli.print(flags, {
        data: {
          identical: differences.length === 0,
          digest,
          keyId: signature.keyId,
          chain: manifest.chain,
          issuedAt: manifest.issuedAt,
          issuedBy: manifest.issuedBy,
          ...verification,
        },
        text: differences.length === 0 ? accepted(pack, verification, flags) : refusal(verification),
        shortfall: differences.length === 0 ? null : 'EVIDENCE_REFUSED',
      });
    });
  examples(
    command,
    'minebound verify evidence-1f0c1a52-8968bde55838c0ba.zip',
    'minebound verify pack.zip --key hub-key.pem',
    'minebound verify pack.zip --hub --json',
  );
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw badInput(`${path} is not a file.`, { field: 'pack' });
  if (found.size > LARGEST_PACK) throw badInput(`${path} is larger than any pack.`, { field: 'pack' });
  return readFile(path);
}

/** An embedded database for this alone, whatever database is configured: verifying needs and touches no other. */
async function onEmptyDatabase<T>(work: (knex: Knex) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'minebound-verify-'));
  const log = createLogger('silent');
  try {
    const { knex, close } = await openDatabase(
      { databaseUrl: null, databasePool: 2, dataDir, debugSql: false },
      log,
    );
    try {
      await migrateToLatest(knex);
      await prepareEventLog({ knex, retentionDays: null, log });
      return await work(knex);
    } finally {
      await close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function refuseStranger(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const list = faults.map((fault) => `  - ${fault}`).join('\n');
  throw new AppError('EVIDENCE_REFUSED', `This pack is not from where it should be:\n${list}`, { faults });
}

async function keyFaults(file: string | undefined, { signature }: IntactPack): Promise<readonly string[]> {
  if (file === undefined) return [];
  let expected: string;
  try {
    expected = keyIdOf(await readFile(file, 'utf8'));
  } catch {
    throw badInput(`${file} holds no public key in PEM.`, { field: 'key' });
  }
  return expected === signature.keyId ? [] : [`It was signed by key ${signature.keyId}, not by ${expected}.`];
}

async function chainFaults(
  cli: Cli,
  flags: VerifyFlags,
  { digest, manifest, signature }: IntactPack,
): Promise<readonly string[]> {
  if (!flags.hub) return [];
  return withSession(cli, { ...flags, prepare: false }, async ({ deps }) => {
    const evidence = createEvidenceService(deps, { chromium: null, hub: packageVersion() });
    const recorded = await evidence.recorded(digest);
    if (!recorded) return [`The hub has no pack ${digest} in its chain.`];
    const { sequence, previous } = manifest.chain;
    const asIssued =
      recorded.sequence === sequence && recorded.previous === previous && recorded.keyId === signature.keyId;
    return asIssued
      ? []
      : [`The hub's chain has this pack at place ${recorded.sequence}, signed by ${recorded.keyId}.`];
  });
}

function accepted(
  { digest, signature, manifest }: IntactPack,
  found: Verification,
  flags: VerifyFlags,
): string {
  const { sequence, previous } = manifest.chain;
  return [
    `IDENTICAL: violation ${found.violationId}, ${found.kind}, ${found.verdict}: the verdict on ${counted(found.observations, 'observation')} was reached again${found.digestsEqual ? ', bit for bit' : ''}.`,
    `digest    ${digest}`,
    `signed by ${signature.keyId}${flags.key === undefined && !flags.hub ? ' (ask the issuer whether that key is theirs)' : ''}`,
    `chain     pack ${sequence}, after ${previous ?? 'none'}${flags.hub ? ', as the hub has it' : ''}`,
    `issued    ${manifest.issuedAt} by ${manifest.issuedBy}`,
    ...found.notes.map((note) => `note      ${note}`),
  ].join('\n');
}

const refusal = ({ differences, violationId, notes }: Verification): string =>
  [
    `DIFFERENT: violation ${violationId}. Every byte is as it was signed, but:`,
    ...differences.map((difference) => `  - ${difference}`),
    ...notes.map((note) => `note: ${note}`),
  ].join('\n');
