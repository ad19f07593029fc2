import type { OracleFinding, OracleVerdict } from './oracle-situation.js';
import type { HubFinding, HubVerdict } from './situation-batch.js';

/** Within 1e-6 relatively, or 1 cm². */
const sameArea = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(1e-4, 1e-6 * b);

const label = ({ kind, reason, verdict, other }: OracleFinding | HubFinding): string =>
  [kind, reason, verdict, other].filter((part) => part !== null).join(' ');

const ordered = <T extends OracleFinding | HubFinding>(findings: readonly T[]): T[] =>
  findings.toSorted((a, b) => (label(a) < label(b) ? -1 : label(a) > label(b) ? 1 : b.area - a.area));

/** What the hub says otherwise than the oracle, in words; empty where they agree. */
export function disagreements(expected: OracleVerdict, actual: HubVerdict | undefined): string[] {
  if (!actual) return ['the hub did not judge it'];
  const different: string[] = [];
  const compare = (what: string, oracle: unknown, hub: unknown, same = oracle === hub): void => {
    if (!same) different.push(`${what}: oracle ${oracle}, hub ${hub}`);
  };
  for (const name of ['mine', 'attribution', 'plan', 'depth', 'slivers'] as const) {
    compare(name, expected[name], actual[name]);
  }
  compare(
    'depth overrun',
    expected.depthOverrun,
    actual.depthOverrun,
    near(expected.depthOverrun, actual.depthOverrun),
  );
  for (const name of ['footprint', 'sliverArea'] as const) {
    compare(name, expected[name], actual[name], sameArea(actual[name], expected[name]));
  }
  const [oracle, hub] = [ordered(expected.findings), ordered(actual.findings)];
  compare('findings', oracle.map(label).join(', '), hub.map(label).join(', '));
  oracle.forEach((finding, i) => {
    const judged = hub[i];
    if (!judged || label(judged) !== label(finding)) return;
    compare(`area of ${label(finding)}`, finding.area, judged.area, sameArea(judged.area, finding.area));
    const { low, high } = finding.overrun ?? { low: 0, high: 0 };
    const right =
      finding.overrun === null
        ? judged.overrun === null
        : judged.overrun !== null &&
          judged.overrun >= 0.99 * low - 1e-6 &&
          judged.overrun <= 1.01 * high + 1e-6;
    compare(`overrun of ${label(finding)}`, `${low} to ${high}`, judged.overrun, right);
    compare(
      `depth of ${label(finding)}`,
      finding.depthOverrun,
      judged.depthOverrun,
      near(finding.depthOverrun, judged.depthOverrun),
    );
  });
  // Case 13: what is within and what is not are the footprint.
  const whole = actual.within + actual.excess;
  compare('the sum', actual.footprint, whole, sameArea(whole, actual.footprint));
  return different;
}

const near = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) < 1e-9;
