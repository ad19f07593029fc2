import { type DraftArea, following, isCurrent, type PermittedArea } from './permitted-area.js';

/** A version as it stands, and the version that is to follow it. */
interface Change {
  readonly before: PermittedArea | null;
  readonly after: DraftArea;
}

/** The last version of an area, as drafts are set against it. */
interface Last {
  readonly area: PermittedArea;
  readonly contentDigest: string;
}

/** Drafts in their order: as they stand where they say the same, else as the versions that are to be written. */
export function nextAreas(
  drafts: readonly DraftArea[],
  latest: ReadonlyMap<string, Last>,
): { readonly areas: readonly PermittedArea[]; readonly changes: readonly Change[] } {
  const changes: Change[] = [];
  const areas = drafts.map((draft) => {
    const last = latest.get(draft.id);
    const before = last && isCurrent(last.area) ? last.area : null;
    if (last && before && last.contentDigest === draft.contentDigest) return before;
    const after = following(draft, last?.area ?? null);
    changes.push({ before, after });
    return after;
  });
  return { areas, changes };
}
