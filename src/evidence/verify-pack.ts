import type { Knex } from 'knex';
import { type Comparison, compare } from './compare.js';
import type { IntactPack } from './integrity.js';
import type { DecisionFact, PackFacts } from './pack-facts.js';
import { readFacts } from './pack-files.js';
import { recompute } from './recompute.js';
import { misrendered } from './rendering.js';
import { shapeDifferences } from './shapes.js';

/** What recomputing a pack that hangs together came to. */
export interface Verification {
  readonly violationId: string;
  readonly kind: string;
  readonly verdict: string;
  /** Empty: the verdict is the one in the pack. */
  readonly differences: readonly string[];
  /** What is no difference and should be known all the same. */
  readonly notes: readonly string[];
  readonly observations: number;
  /** Whether all digests of judgements came out the same, bit for bit. */
  readonly digestsEqual: boolean;
}

/**
 * Reaches a pack's verdict again on a migrated, empty database, and compares everything that follows from its facts.
 * `hub` is the package version that verifies.
 */
export async function verifyPack(knex: Knex, pack: IntactPack, hub: string): Promise<Verification> {
  try {
    return await verified(knex, pack, hub);
  } catch (error) {
    // Facts that somebody has put together may be anything, also what no database takes.
    const why = error instanceof Error ? (error.message.split(' - ').at(-1) ?? '') : String(error);
    return {
      violationId: pack.manifest.violationId,
      kind: '',
      verdict: '',
      differences: [`the facts cannot be judged: ${why.slice(0, 300)}`],
      notes: [],
      observations: 0,
      digestsEqual: false,
    };
  }
}

async function verified(knex: Knex, pack: IntactPack, hub: string): Promise<Verification> {
  const facts = readFacts(pack.files);
  const { violation, observations } = facts;
  const recomputed = await recompute(knex, facts);
  const comparison = compare(facts, recomputed);
  const { differences, digestsEqual } = comparison;
  const rendered = misrendered(pack, facts).map((path) => `${path} does not say what the facts say`);
  const sameHub = pack.manifest.hub === hub;
  return {
    violationId: violation.id,
    kind: violation.kind,
    verdict: violation.verdict,
    differences: [
      ...(pack.manifest.violationId === violation.id
        ? []
        : ['the manifest names another violation than the facts']),
      ...differences,
      ...(await shapeDifferences(knex, facts, recomputed)),
      ...(sameHub ? rendered : []),
    ],
    notes: [
      ...engineNotes(facts, comparison),
      ...facts.decisions.map(decisionNote),
      ...(sameHub || rendered.length === 0
        ? []
        : [`Issued by minebound ${pack.manifest.hub}; ${hub} writes otherwise: ${rendered.join('; ')}.`]),
    ],
    observations: observations.length,
    digestsEqual,
  };
}

/** What no engine can reach again is named, so that whoever reads it can ask those who decided. */
const decisionNote = ({ violation_id, action, at, by, findings }: DecisionFact): string =>
  `Taken as given: ${action} of violation ${violation_id} by ${by} at ${at}; findings that stay its whatever they touch: ${findings.length}.`;

/** Why digests may differ where verdicts do not. */
function engineNotes(
  { judgements }: PackFacts,
  { otherEngines, otherStatements, digestsEqual }: Comparison,
): readonly string[] {
  const notes =
    otherStatements.length === 0
      ? []
      : [
          `The pack holds other statements than those by which was judged again: ${otherStatements.join(', ')}.`,
        ];
  if (otherEngines.length > 0) {
    const then = [...new Set(judgements.map(({ engine }) => JSON.stringify(engine)))].join(', ');
    return [
      ...notes,
      `Judged with other versions than these (${then}): numbers were compared within what engines differ by.`,
    ];
  }
  if (digestsEqual) return notes;
  return [
    ...notes,
    'The last bits differ, though versions are the same: a server and an embedded database round differently.',
  ];
}
