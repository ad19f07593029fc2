import { createHash } from 'node:crypto';
import { divisionPrefix } from '../division-code.js';
import type { Principal } from '../principal.js';
import { divisionTest } from '../scope.js';
import { type Area, type AreaTest, areaTest } from './area-test.js';
import type { Facets, LoggedEvent } from './event-log.js';

/** Which events a subscriber wants; all that is given must hold, and of a list one. */
export interface EventFilter {
  /** `violation.detected`, or `violation.*` for all of a subject. */
  readonly types?: readonly string[] | null;
  readonly mineIds?: readonly string[] | null;
  /** A division and everything below it. */
  readonly divisionCode?: string | null;
  readonly kinds?: readonly string[] | null;
  readonly severities?: readonly string[] | null;
  readonly area?: Area | null;
}

/** `left`: the subject matched before the event and does not any more. */
export type Match = 'match' | 'left' | null;

export type Matcher = (event: LoggedEvent) => Match;

/** A filter made ready for many events. */
export function eventMatcher(filter: EventFilter): Matcher {
  const ofType = typeTest(filter.types);
  const ofSubject = subjectTypeTest(filter.types);
  const bySubject = subjectTest(filter);
  if (bySubject === null) return (event) => (ofType(event.type) ? 'match' : null);
  return (event) => {
    if (!ofSubject(event.type)) return null;
    if (bySubject(event, event.facets)) return ofType(event.type) ? 'match' : null;
    return event.previousFacets !== null && bySubject(event, event.previousFacets) ? 'left' : null;
  };
}

/** What somebody may be told of: what lies in his divisions, and that something has left them. */
export function scopeMatcher(principal: Principal): Matcher {
  if (principal.divisions === 'all') return () => 'match';
  const sees = divisionTest(principal);
  return ({ divisionCode, previousFacets }) => {
    if (sees(divisionCode)) return 'match';
    return sees(previousFacets?.divisionCode) ? 'left' : null;
  };
}

/** Both must hold; whoever has left one of them has left. */
export const bothMatch =
  (a: Matcher, b: Matcher): Matcher =>
  (event) => {
    const first = a(event);
    if (first === null) return null;
    const second = b(event);
    if (second === null) return null;
    return first === 'left' || second === 'left' ? 'left' : 'match';
  };

/** Equal filters have equal digests, however they were written. 64 bits in hexadecimal. */
export function filterDigest(filter: EventFilter): string {
  const list = (values: readonly string[] | null | undefined) =>
    values == null ? null : [...new Set(values)].sort();
  const canonical = [
    list(filter.types),
    list(filter.mineIds?.map((id) => id.toLowerCase())),
    filter.divisionCode ?? null,
    list(filter.kinds),
    list(filter.severities),
    filter.area ?? null,
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex').slice(0, 16);
}

function typeTest(types: EventFilter['types']): (type: string) => boolean {
  if (types == null) return () => true;
  const exact = new Set(types);
  return (type) => exact.has(type) || exact.has(`${subjectOf(type)}.*`);
}

/** That something stopped matching is told of every subject that the types are about. */
function subjectTypeTest(types: EventFilter['types']): (type: string) => boolean {
  if (types == null) return () => true;
  const subjects = new Set(types.map(subjectOf));
  return (type) => subjects.has(subjectOf(type));
}

const subjectOf = (type: string): string => type.slice(0, Math.max(0, type.indexOf('.')));

type SubjectTest = (event: LoggedEvent, facets: Facets) => boolean;

/** null: the filter says nothing of the subject. Facets that were not given are those of the event. */
function subjectTest(filter: EventFilter): SubjectTest | null {
  const tests: SubjectTest[] = [];
  if (filter.mineIds != null) {
    const mines = new Set(filter.mineIds.map((id) => id.toLowerCase()));
    tests.push(({ mineId }, facets) => has(mines, facets.mineId === undefined ? mineId : facets.mineId));
  }
  if (filter.divisionCode != null) {
    const prefix = divisionPrefix(filter.divisionCode);
    tests.push(({ divisionCode }, facets) =>
      ((facets.divisionCode === undefined ? divisionCode : facets.divisionCode) ?? '').startsWith(prefix),
    );
  }
  if (filter.kinds != null) {
    const kinds = new Set(filter.kinds);
    tests.push((event, facets) => has(kinds, facets.kind === undefined ? event.facets.kind : facets.kind));
  }
  if (filter.severities != null) {
    const severities = new Set(filter.severities);
    tests.push((event, facets) =>
      has(severities, facets.severity === undefined ? event.facets.severity : facets.severity),
    );
  }
  if (filter.area != null) {
    const touches: AreaTest = areaTest(filter.area);
    tests.push((event, facets) => touches(facets.extent === undefined ? event.facets : facets));
  }
  return tests.length === 0 ? null : (event, facets) => tests.every((test) => test(event, facets));
}

const has = (values: ReadonlySet<string>, value: string | null | undefined): boolean =>
  value != null && values.has(value);
