import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationTable, type Language, READMES } from '../../scripts/configuration-table.js';
import { ERROR_CODES } from '../../src/platform/errors.js';
import { SETTINGS } from '../../src/settings.js';

for (const [language, path] of Object.entries(READMES) as [Language, string][]) {
  const text = readFileSync(path, 'utf8');

  test(`${path} opens with the two commands`, () => {
    const commands = text.match(/```sh\n([\s\S]*?)```/)?.[1];
    expect(
      commands
        ?.replace(/ *#.*$/gm, '')
        .trim()
        .split('\n'),
    ).toEqual(['npm ci && npm start', 'npm ci && npm test']);
    expect(text.indexOf('```sh')).toBeLessThan(500);
  });

  test(`${path} lists every setting as src/settings.ts has it (npx tsx scripts/configuration-table.ts)`, () => {
    expect(text).toContain(configurationTable(language));
    for (const name of Object.keys(SETTINGS)) expect(text).toContain(`| \`${name}\` |`);
  });

  test(`${path} links only to files that exist`, () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(() => readFileSync(link), link).not.toThrow();
  });
}

test('the two READMEs have the same sections', () => {
  const sections = (path: string) => readFileSync(path, 'utf8').match(/^## /gm)?.length;
  expect(sections(READMES.zh)).toBe(sections(READMES.en));
});

test('every exit code is explained in docs/operations.md', () => {
  const operations = readFileSync('docs/operations.md', 'utf8');
  for (const { exit } of Object.values(ERROR_CODES))
    expect(operations).toMatch(new RegExp(`^\\| ${exit} \\| `, 'm'));
});

test('documents link only to files that exist', () => {
  for (const path of readdirSync('docs', { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.md')) continue;
    const file = join('docs', path);
    for (const [, link = ''] of readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      expect(existsSync(join(dirname(file), link)), `${file} → ${link}`).toBe(true);
    }
  }
});
