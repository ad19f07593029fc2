import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readIntakeFile } from '../../../src/subgraphs/boundaries/formats/formats.js';
import { inputOfText } from '../../../src/subgraphs/boundaries/formats/intake-input.js';

test('a corner that stands twice in a row is told of, as gravely as the documentation says', async () => {
  const ring = [
    [120, 43],
    [120.01, 43],
    [120.01, 43],
    [120.01, 43.01],
    [120, 43],
  ];
  const input = inputOfText(JSON.stringify({ type: 'Polygon', coordinates: [ring] }));
  const { remarks } = await readIntakeFile('GEOJSON', input, null, null);
  expect(remarks).toMatchObject([{ code: 'REPEATED_CORNER', ring: 1, vertex: 3 }]);
  const page = await readFile('docs/data-quality.md', 'utf8');
  const [, severity] = /^\| `REPEATED_CORNER` \| (\w+) \|/m.exec(page) ?? [];
  expect(remarks[0]?.severity).toBe(severity);
});
