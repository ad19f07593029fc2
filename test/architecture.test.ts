import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Rules {
  readonly forbidden: readonly (IForbiddenRuleType & { name: string })[];
  readonly options: Record<string, unknown> & { enhancedResolveOptions: Record<string, unknown> };
}

const RULES = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as Rules;
const PROJECT = resolve('.');

/** What a text may not say outside the places that it is for. Comments do not count. */
const WORDS = {
  'ST_ only in spatial, judgement and migrations': {
    pattern: /\bST_[A-Z]\w+/,
    allowed: /^(src\/(spatial|judgement)\/|migrations\/)/,
  },
  'process.env only in config.ts': { pattern: /\bprocess\.env\b/, allowed: /^src\/config\.ts$/ },
} as const;

/** `rule: file → what it imports` for every import that stands where it may not. */
async function forbiddenImports(root: string): Promise<string[]> {
  const roots = ['src', 'migrations', 'seeds'];
  const result = await cruise(
    roots,
    { ...RULES.options, ruleSet: { forbidden: [...RULES.forbidden] }, validate: true, baseDir: root },
    { ...RULES.options.enhancedResolveOptions, bustTheCache: true },
    { tsConfig: extractTSConfig(join(PROJECT, 'tsconfig.json')) },
  );
  const { violations } = (result.output as ICruiseResult).summary;
  return violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`);
}

async function forbiddenWords(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of ['src', 'migrations', 'seeds']) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile() && /\.(ts|sql)$/.test(each.name))) {
      const absolute = join(entry.parentPath, entry.name);
      const path = absolute.slice(root.length + 1);
      const code = (await readFile(absolute, 'utf8')).replace(/\/\*[\s\S]*?\*\/|(^|\s)(\/\/|--).*$/gm, '');
      for (const [rule, { pattern, allowed }] of Object.entries(WORDS)) {
        if (!allowed.test(path) && pattern.test(code)) found.push(`${rule}: ${path}`);
      }
    }
  }
  return found;
}

test('every import stands where it may', async () => {
  expect(await forbiddenImports(PROJECT)).toEqual([]);
});

test('ST_ and process.env stand where they may', async () => {
  expect(await forbiddenWords(PROJECT)).toEqual([]);
});

/** One offender for each rule: the file, what it imports, and what it would look like elsewhere. */
const OFFENDERS: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ['no-cycle', 'src/graph/one.ts', './two.js'],
  ['no-unresolved', 'src/graph/lost.ts', './nowhere.js'],
  ['subgraphs-apart', 'src/subgraphs/registry/mine.service.ts', '../licences/licence.js'],
  ['resolver-delegates', 'src/subgraphs/registry/mine.resolver.ts', './mine.repository.js'],
  ['resolver-delegates', 'src/subgraphs/registry/operator.resolver.ts', 'knex'],
  ['service-takes-ports', 'src/subgraphs/registry/division.service.ts', 'type-graphql'],
  ['services-without-graph', 'src/subgraphs/registry/services.ts', './mine.type.js'],
  ['services-without-graph', 'src/cli/mine.command.ts', '../subgraphs/registry/subgraph.js'],
  ['services-run-no-sql', 'src/subgraphs/registry/operator.service.ts', 'pg'],
  ['repository-below-service', 'src/subgraphs/registry/mine.repository.ts', './mine.type.js'],
  ['domain-is-pure', 'src/subgraphs/registry/mine.ts', 'knex'],
  ['domain-is-pure', 'src/subgraphs/registry/operator.ts', './mine.repository.js'],
  ['platform-without-domain', 'src/platform/glue.ts', '../subgraphs/licences/licence.js'],
  ['platform-without-domain', 'src/platform/map.ts', '../spatial/crs.js'],
  ['platform-without-domain', 'src/platform/verdict.ts', '../judgement/judge.js'],
  ['vocabulary-alone', 'src/vocabulary/words.ts', '../platform/errors.js'],
  ['graph-below-subgraphs', 'src/graph/shared.ts', '../subgraphs/licences/licence.js'],
  ['spatial-below-subgraphs', 'src/spatial/filter.ts', '../subgraphs/licences/licence.js'],
  ['judgement-reads-views', 'src/judgement/engine.ts', '../subgraphs/licences/licence.js'],
  ['evidence-stands-alone', 'src/evidence/report.ts', '../subgraphs/licences/licence.js'],
  ['outlets-send-events', 'src/webhooks/dispatcher.ts', '../subgraphs/licences/licence.js'],
  ['outlets-send-events', 'src/bridges/bridge.ts', '../judgement/judge.js'],
  ['gateway-routes-only', 'src/gateway/router.ts', '../subgraphs/licences/licence.js'],
  ['cli-on-top', 'src/platform/start.ts', '../cli/serve.js'],
  ['src-without-tests', 'src/platform/fake.ts', '../../test/fake.js'],
  ['migrations-frozen', 'migrations/1_create.ts', '../src/platform/errors.js'],
];

/** What offenders import. The type of `mine` closes the cycle of `two` with `one`. */
const INNOCENT: Readonly<Record<string, string>> = {
  'src/graph/two.ts': "import { it } from './one.js';\nexport const that = it;\n",
  'src/subgraphs/licences/licence.ts': 'export const it = 1;\n',
  'src/subgraphs/registry/mine.type.ts': 'export const it = 1;\n',
  'src/subgraphs/registry/subgraph.ts': 'export const it = 1;\n',
  'src/spatial/crs.ts': "export const it = 'ST_Transform(1)';\n",
  'src/judgement/judge.ts': 'export const it = 1;\n',
  'src/platform/errors.ts': 'export const it = 1;\n',
  'src/cli/serve.ts': "// process.env is read in config.ts, and ST_Area is PostGIS'.\nexport const it = 1;\n",
  'test/fake.ts': 'export const it = 1;\n',
  'seeds/demo.ts': 'export const it = 1;\n',
  'src/config.ts': 'export const it = process.env;\n',
};

let fixture: string;

beforeAll(async () => {
  fixture = await mkdtemp(join(tmpdir(), 'minebound-architecture-'));
  const files = { ...INNOCENT };
  for (const [, file, imported] of OFFENDERS) {
    const name = imported.startsWith('.') ? '{ it }' : '* as it';
    files[file] =
      `import ${file.endsWith('one.ts') ? '{ that as it }' : name} from '${imported}';\nexport { it };\n`;
  }
  files['src/subgraphs/registry/area.repository.ts'] = "export const sql = 'select ST_Area(geometry)';\n";
  files['src/platform/settings.ts'] = 'export const port = process.env.PORT;\n';
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(fixture, path)), { recursive: true });
    await writeFile(join(fixture, path), text);
  }
  await symlink(join(PROJECT, 'node_modules'), join(fixture, 'node_modules'));
});
afterAll(() => rm(fixture, { recursive: true, force: true }));

test('each rule catches its offender, and nothing else is caught', async () => {
  const caught = await forbiddenImports(fixture);
  const byRule = caught.map((violation) => violation.split(' → ')[0]);
  for (const [rule, file] of OFFENDERS) expect(byRule, rule).toContain(`${rule}: ${file}`);
  const offending = new Set(OFFENDERS.map(([, file]) => file));
  expect(byRule.filter((violation) => !offending.has(violation?.split(': ')[1] ?? ''))).toEqual([]);
});

test('every rule has an offender', () => {
  const proven = new Set(OFFENDERS.map(([rule]) => rule));
  expect(RULES.forbidden.map((rule) => rule.name).filter((name) => !proven.has(name))).toEqual([]);
});

test('a word outside its place is caught, one in a comment or in its place is not', async () => {
  expect((await forbiddenWords(fixture)).sort()).toEqual([
    'ST_ only in spatial, judgement and migrations: src/subgraphs/registry/area.repository.ts',
    'process.env only in config.ts: src/platform/settings.ts',
  ]);
});
