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

/** A filter made ready for many events, whoever is told of them. */
export const eventMatcher = (filter: EventFilter): Matcher => matcherOf(filter.types, subjectTests(filter));

/**
 * What somebody is told of: what he may see and asked for, and what has stopped being both. He hears of a subject that
 * has left only where he could have been told of it before, so that nothing says where it has gone or came from.
 */
export const toldMatcher = (filter: EventFilter, principal: Principal): Matcher =>
  matcherOf(filter.types, [...scopeTests(principal), ...subjectTests(filter)]);

function matcherOf(types: EventFilter['types'], tests: readonly SubjectTest[]): Matcher {
  const ofType = typeTest(types);
  const ofSubject = subjectTypeTest(types);
  if (tests.length === 0) return (event) => (ofType(event.type) ? 'match' : null);
  const stands = (event: LoggedEvent, then: Facets | null) => tests.every((test) => test(event, then));
  return (event) => {
    if (!ofSubject(event.type)) return null;
    if (stands(event, null)) return ofType(event.type) ? 'match' : null;
    return event.previousFacets !== null && stands(event, event.previousFacets) ? 'left' : null;
  };
}

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

/** Of a subject as it was `then`, of which only what has changed need be there; null: as it is after the event. */
type SubjectTest = (event: LoggedEvent, then: Facets | null) => boolean;

/** Everything lies in the divisions of somebody who sees all of them. */
function scopeTests(principal: Principal): readonly SubjectTest[] {
  if (principal.divisions === 'all') return [];
  const sees = divisionTest(principal);
  return [(event, then) => sees(divisionOf(event, then))];
}

function subjectTests(filter: EventFilter): readonly SubjectTest[] {
  const tests: SubjectTest[] = [];
  if (filter.mineIds != null) {
    const mines = new Set(filter.mineIds.map((id) => id.toLowerCase()));
    tests.push(({ mineId }, then) => has(mines, then?.mineId === undefined ? mineId : then.mineId));
  }
  if (filter.divisionCode != null) {
    const prefix = divisionPrefix(filter.divisionCode);
    tests.push((event, then) => (divisionOf(event, then) ?? '').startsWith(prefix));
  }
  if (filter.kinds != null) {
    const kinds = new Set(filter.kinds);
    tests.push((event, then) => has(kinds, then?.kind === undefined ? event.facets.kind : then.kind));
  }
  if (filter.severities != null) {
    const severities = new Set(filter.severities);
    tests.push((event, then) =>
      has(severities, then?.severity === undefined ? event.facets.severity : then.severity),
    );
  }
  if (filter.area != null) {
    const touches: AreaTest = areaTest(filter.area);
    tests.push((event, then) => touches(then?.extent === undefined ? event.facets : then));
  }
  return tests;
}

const divisionOf = ({ divisionCode }: LoggedEvent, then: Facets | null): string | null =>
  then?.divisionCode === undefined ? divisionCode : then.divisionCode;

const has = (values: ReadonlySet<string>, value: string | null | undefined): boolean =>
  value != null && values.has(value);
