import { list } from 'tar';
import { expect, test } from 'vitest';
import { ARCHIVE, isNeeded, WHOLE_ARCHIVE } from '../../src/platform/embedded-postgis.js';

async function filesIn(archive: string): Promise<readonly string[]> {
  const files: string[] = [];
  await list({
    file: archive,
    onReadEntry: ({ type, path }) => void (type === 'File' && files.push(path)),
  });
  return files.sort();
}

test('the build leaves of the embedded PostGIS what the hub needs, and nothing else', async () => {
  const built = await filesIn(ARCHIVE);
  expect(built).toEqual((await filesIn(WHOLE_ARCHIVE)).filter(isNeeded));
  expect(built.filter((path) => !path.startsWith('share/proj/'))).toEqual([
    expect.stringMatching(/^lib\/postgresql\/postgis-\d+\.so$/),
    expect.stringMatching(/^share\/postgresql\/extension\/postgis--\d+\.\d+\.\d+\.sql$/),
    'share/postgresql/extension/postgis.control',
  ]);
  expect(built).toContain('share/proj/proj.db');
});
