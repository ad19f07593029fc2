import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Place } from '../../examples/subscriber/place.js';

let folder: string;
let output: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minebound-place-'));
  output = openSync(join(folder, 'output'), 'a');
});
afterEach(() => {
  closeSync(output);
  rmSync(folder, { recursive: true });
});

const open = (): Place => Place.open(join(folder, 'cursor.json'), output);
const printed = (): string => readFileSync(join(folder, 'output'), 'utf8');

test('a subscriber goes on from the cursor of the last line it printed, or of the last heartbeat', () => {
  const place = open();
  expect(place.cursor).toBeNull();
  place.print('one', 'c1');
  expect(open().cursor).toBe('c1');
  place.move('c2');
  expect(open().cursor).toBe('c2');
  expect(printed()).toBe('one\n');
});

test.each(['two\n', 'tw'])(
  'what was printed by a process that died before it recorded it is taken back: %j',
  (unrecorded) => {
    open().print('one', 'c1');
    appendFileSync(output, unrecorded);
    const place = open();
    expect(place.cursor).toBe('c1');
    place.print('two', 'c2');
    expect(printed()).toBe('one\ntwo\n');
  },
);

test('another output than before is left as it is', () => {
  open().print('one', 'c1');
  const other = openSync(join(folder, 'other'), 'a');
  appendFileSync(other, 'what somebody else wrote\n');
  Place.open(join(folder, 'cursor.json'), other).print('two', 'c2');
  closeSync(other);
  expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('what somebody else wrote\ntwo\n');
});
