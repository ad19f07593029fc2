import { PermittedAreaKind } from '../../../vocabulary/boundaries.js';
import type { IntakeFeature, IntakeIssue, IntakeRemark } from '../formats/intake-file.js';
import { kindNamed } from '../formats/kind-words.js';

/** What an import says of all areas of a file. */
export interface ImportedAs {
  readonly kind: PermittedAreaKind;
  readonly mineCode: string;
}

/** Features that say they are of another kind or mine than the import does: a prohibited zone is no mining right. */
export function statedIssues(
  features: readonly IntakeFeature[],
  { kind, mineCode }: ImportedAs,
): IntakeIssue[] {
  return features.flatMap((feature): IntakeIssue[] => {
    const { stated } = feature;
    const [issues, who] = [[] as IntakeIssue[], nameOf(feature)];
    const statedKind = stated?.kind == null ? null : kindNamed(stated.kind);
    if (statedKind !== null && statedKind !== kind) {
      const message = `${who} says it is a ${statedKind}, the import ${kind}. Import the areas of each kind by themselves (an export of one kind has no other), or a GeoPackage with --bulk, which heeds its column kind.`;
      issues.push({ code: 'KIND_CONFLICT', message, ...placeOf(feature) });
    }
    if (stated?.mineCode != null && stated.mineCode !== mineCode) {
      const message = `${who} says it is of mine ${stated.mineCode.slice(0, 60)}, the import ${mineCode}. Import the areas of each mine by themselves, or a GeoPackage with --bulk; if the mine has that code elsewhere only, take it out of the file.`;
      issues.push({ code: 'MINE_CONFLICT', message, ...placeOf(feature) });
    }
    return issues;
  });
}

/** Features whose kind is a word that is none of the hub's. */
export function statedRemarks(features: readonly IntakeFeature[], { kind }: ImportedAs): IntakeRemark[] {
  return features.flatMap((feature): IntakeRemark[] => {
    const words = feature.stated?.kind ?? null;
    if (words === null || kindNamed(words) !== null) return [];
    return [
      {
        code: 'KIND_UNKNOWN',
        severity: 'WARNING',
        message: `${nameOf(feature)} says its kind is "${words.slice(0, 60)}", which is none of ${Object.keys(PermittedAreaKind).join(', ')}; it was taken as the ${kind} that the import says.`,
        advice: 'Check that the area is of that kind; if it is not, withdraw it and import it as what it is.',
        ...placeOf(feature),
      },
    ];
  });
}

const nameOf = ({ index, name }: IntakeFeature): string =>
  `Feature ${index + 1}${name === null ? '' : ` (${name.slice(0, 60)})`}`;

const placeOf = ({ index, polygons }: IntakeFeature) => ({
  index,
  line: polygons[0]?.[0]?.[0]?.line ?? null,
  ring: null,
  vertex: null,
});
