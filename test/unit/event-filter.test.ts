import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaTest } from '../../src/platform/events/area-test.js';
import { AskedGeometry } from '../../src/platform/events/asked-geometry.js';
import { cursorOrder, EventCursors } from '../../src/platform/events/event-cursor.js';
import {
  type EventFilter,
  eventMatcher,
  filterDigest,
  toldMatcher,
} from '../../src/platform/events/event-filter.js';
import { comparePositions, type LoggedEvent } from '../../src/platform/events/event-log.js';

const MINE = '4c0f1a52-58a5-8c60-9e1d-1d5b0a3f2c11';

const event = (facts: Partial<LoggedEvent> = {}): LoggedEvent => ({
  position: { epoch: 1, xid: 10, seq: 1 },
  id: 'e',
  type: 'violation.changed',
  subjectType: 'Violation',
  subjectId: 'v',
  mineId: MINE,
  divisionCode: '150421',
  beforeDigest: null,
  afterDigest: null,
  actor: 'a',
  causeId: null,
  occurredAt: new Date(0),
  data: {},
  facets: { kind: 'ENCROACHMENT', severity: 'CONFIRMED', extent: [120, 43, 120.1, 43.1] },
  previousFacets: null,
  ...facts,
});

const county = (...divisions: string[]) => officer(divisions, {});
const officer = (divisions: string[], filter: EventFilter) =>
  toldMatcher(filter, { id: 'p', name: 'p', divisions });

test('every part of a filter must hold, and of a list one value', () => {
  const matches = (filter: object) => eventMatcher(filter)(event());
  expect(matches({})).toBe('match');
  expect(matches({ types: ['violation.*'], kinds: ['ENCROACHMENT', 'BEYOND_DEPTH'] })).toBe('match');
  expect(matches({ types: ['violation.detected'] })).toBeNull();
  expect(matches({ kinds: ['BEYOND_DEPTH'] })).toBeNull();
  expect(matches({ severities: ['CONFIRMED'], divisionCode: '150000', mineIds: [MINE.toUpperCase()] })).toBe(
    'match',
  );
  expect(matches({ divisionCode: '150422' })).toBeNull();
  expect(matches({ area: { bbox: [119, 42, 120.05, 43.05] } })).toBe('match');
  expect(matches({ area: { bbox: [121, 42, 122, 43] } })).toBeNull();
});

test('a subject that matched before and does not any more has left, whatever the type of the event', () => {
  const changed = event({ facets: { severity: 'PROBABLE' }, previousFacets: { severity: 'CONFIRMED' } });
  expect(eventMatcher({ severities: ['CONFIRMED'] })(changed)).toBe('left');
  expect(eventMatcher({ severities: ['CONFIRMED'], types: ['violation.detected'] })(changed)).toBe('left');
  expect(eventMatcher({ severities: ['CONFIRMED'], types: ['mine.*'] })(changed)).toBeNull();
  expect(eventMatcher({ severities: ['PROBABLE'] })(changed)).toBe('match');
});

test('nobody is told of another division, but that something has left his own', () => {
  expect(county('150421')(event())).toBe('match');
  expect(county('150400')(event())).toBe('match');
  expect(county('210381')(event())).toBeNull();
  expect(county('210381')(event({ previousFacets: { divisionCode: '210381' } }))).toBe('left');
  expect(county('150421')(event({ divisionCode: null }))).toBeNull();
  const both = officer(['210381'], { kinds: ['ENCROACHMENT'] });
  expect(both(event({ previousFacets: { divisionCode: '210381' } }))).toBe('left');
});

const THEIR_MINE = '5d1f1a52-58a5-8c60-9e1d-1d5b0a3f2c22';

/** An observation of a mine of one county, corrected to a mine of another. */
const moved = event({
  mineId: THEIR_MINE,
  divisionCode: '150421',
  facets: { kind: 'DUMPING', extent: [120, 43, 120.1, 43.1] },
  previousFacets: {
    mineId: MINE,
    divisionCode: '210381',
    kind: 'STRIPPING',
    extent: [122, 40, 122.1, 40.1],
  },
});

test.each([
  [{ divisionCode: '210381' }, { divisionCode: '150421' }],
  [{ mineIds: [MINE] }, { mineIds: [THEIR_MINE] }],
  [{ kinds: ['STRIPPING'] }, { kinds: ['DUMPING'] }],
  [{ area: { bbox: [122, 40, 123, 41] } }, { area: { bbox: [120, 43, 121, 44] } }],
] as const)('no filter says where something has gone, or came from: %j, %j', (before, after) => {
  expect(officer(['210381'], before)(moved)).toBe('left');
  expect(officer(['210381'], after)(moved)).toBeNull();
  expect(officer(['150421'], before)(moved)).toBeNull();
  expect(officer(['150421'], after)(moved)).toBe('match');
  // Who sees both is told that it has left what he asked for.
  expect(officer(['210381', '150421'], before)(moved)).toBe('left');
});

test('what has left the divisions of somebody has left, whatever the type of the event', () => {
  expect(officer(['210381'], { types: ['violation.detected'] })(moved)).toBe('left');
  expect(officer(['210381'], { types: ['mine.*'] })(moved)).toBeNull();
});

test('equal filters have equal digests however they are written', () => {
  expect(filterDigest({ kinds: ['b', 'a', 'a'] })).toBe(filterDigest({ kinds: ['a', 'b'], types: null }));
  expect(filterDigest({ kinds: ['a'] })).not.toBe(filterDigest({ severities: ['a'] }));
  expect(filterDigest({ kinds: [] })).not.toBe(filterDigest({}));
});

test('a geometry to look in touches a box by its edges, its inside, or from within', () => {
  const triangle = areaTest({
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [0, 10],
          [0, 0],
        ],
      ],
    },
  });
  expect(triangle({ extent: [1, 1, 2, 2] })).toBe(true);
  expect(triangle({ extent: [-5, -5, 20, 20] })).toBe(true);
  expect(triangle({ extent: [4, 4, 9, 9] })).toBe(true);
  expect(triangle({ extent: [6, 6, 9, 9] })).toBe(false);
  const holed = areaTest({
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
        [
          [2, 2],
          [8, 2],
          [8, 8],
          [2, 8],
          [2, 2],
        ],
      ],
    },
  });
  expect(holed({ extent: [4, 4, 5, 5] })).toBe(false);
  expect(holed({ extent: [1, 4, 5, 5] })).toBe(true);
  const disc = areaTest({ near: { longitude: 120, latitude: 43, radiusMetres: 1_000 } });
  expect(disc({ extent: [120.005, 43, 120.1, 43.1] })).toBe(true);
  expect(disc({ extent: [120.05, 43, 120.1, 43.1] })).toBe(false);
  expect(() => areaTest({ geometry: { type: 'Polygon', coordinates: [0, 1] } })).toThrow('nested lists');
});

const position = fc.record({
  epoch: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  xid: fc.nat(Number.MAX_SAFE_INTEGER),
  seq: fc.nat(Number.MAX_SAFE_INTEGER),
});
const digest = filterDigest({});

test('a cursor tells its position to who has the key, and keeps the order of positions', () => {
  const cursors = new EventCursors(randomBytes(32));
  fc.assert(
    fc.property(position, position, (a, b) => {
      const [first, second] = [cursors.encode(a, digest), cursors.encode(b, digest)];
      expect(cursors.decode(first, digest)).toEqual(a);
      expect(Math.sign(cursorOrder(first, second))).toBe(Math.sign(comparePositions(a, b)));
    }),
  );
});

test('no changed byte of a cursor is accepted, and no other key or filter', () => {
  const key = randomBytes(32);
  const cursors = new EventCursors(key);
  const cursor = cursors.encode({ epoch: 1, xid: 2, seq: 3 }, digest);
  const bytes = Buffer.from(cursor, 'base64url');
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(() => cursors.decode(changed.toString('base64url'), digest)).toThrow('not issued by this hub');
  }
  expect(() => cursors.decode(`${cursor}=`, digest)).toThrow('not issued');
  expect(() => new EventCursors(randomBytes(32)).decode(cursor, digest)).toThrow('not issued');
  expect(() => cursors.decode(cursor, filterDigest({ kinds: ['a'] }))).toThrow('another filter');
  expect(new EventCursors(key).decode(cursor, digest)).toEqual({ epoch: 1, xid: 2, seq: 3 });
});

/** The lower left half of the square between (120, 43) and (120.1, 43.1), less a corner at its right angle. */
const halfSquare = {
  extent: [120, 43, 120.1, 43.1],
  outline: JSON.stringify({
    type: 'MultiPolygon',
    coordinates: [
      [
        [
          [120.02, 43],
          [120.1, 43],
          [120, 43.1],
          [120, 43.02],
          [120.02, 43],
        ],
      ],
    ],
  }),
} as const;

const rectangle = (west: number, south: number, east: number, north: number) => ({
  type: 'Polygon',
  // Not closed, and with a height: both are taken.
  coordinates: [
    [
      [west, south, 900],
      [east, south, 900],
      [east, north, 900],
      [west, north, 900],
    ],
  ],
});

test.each([
  ['meets the surface', [120.04, 43.04, 120.2, 43.2], true],
  ['touches it along an edge', [119.9, 43.03, 120, 43.05], true],
  ['lies inside it', [120.03, 43.03, 120.04, 43.04], true],
  ['holds it', [119, 42, 121, 44], true],
  ['meets its box only', [120.06, 43.06, 120.2, 43.2], false],
  ['lies inside its box only', [120.08, 43.08, 120.09, 43.09], false],
  ['meets the corner that is cut off', [119.9, 42.9, 120.005, 43.005], false],
])('an area that %s is told apart by the outline', (_what, box, expected) => {
  const [west, south, east, north] = box as [number, number, number, number];
  expect(areaTest({ bbox: [west, south, east, north] })(halfSquare)).toBe(expected);
  expect(areaTest({ geometry: rectangle(west, south, east, north) })(halfSquare)).toBe(expected);
  // What was written without an outline goes by its box.
  expect(areaTest({ bbox: [west, south, east, north] })({ extent: halfSquare.extent })).toBe(true);
});

test('a disc goes by the nearest point of the surface', () => {
  const at = (radiusMetres: number) =>
    areaTest({ near: { longitude: 120.1, latitude: 43.1, radiusMetres } })(halfSquare);
  // From the corner of the square to its diagonal.
  expect(at(6_400)).toBe(false);
  expect(at(6_700)).toBe(true);
});

test('an outline is that of the moment: what was there before has left', () => {
  const matches = eventMatcher({ area: { bbox: [120.08, 43.08, 120.09, 43.09] } });
  const { extent } = halfSquare;
  expect(matches(event({ facets: halfSquare, previousFacets: { extent } }))).toBe('left');
  expect(matches(event({ facets: { extent }, previousFacets: halfSquare }))).toBe('match');
  // Only the kind changed: where it lies is that of the event.
  expect(matches(event({ facets: halfSquare, previousFacets: { kind: 'OTHER' } }))).toBeNull();
  expect(matches(event({ facets: { kind: 'ENCROACHMENT' } }))).toBeNull();
});

test.each(['GeometryCollection', 'constructor', 'toString'])('a geometry of type %s is refused', (type) => {
  expect(() => new AskedGeometry({ type, coordinates: [] })).toThrow(`type ${type} cannot be looked in`);
});
