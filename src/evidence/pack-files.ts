import { geoJsonFiles } from './geojson.js';
import { factsDigest, type Issue, type PackFiles, REPORT } from './manifest.js';
import { mapFile } from './map.js';
import type { PackFacts } from './pack-facts.js';
import { packJson } from './pack-json.js';
import { READ_ME } from './read-me.js';
import { renderReport } from './report.js';

/** Which file holds which part of the facts. */
const FACT_FILES = {
  violation: 'facts/violation.json',
  history: 'facts/history.json',
  series: 'facts/series.json',
  observations: 'facts/observations.json',
  judgements: 'facts/judgements.json',
  findings: 'facts/findings.json',
  areas: 'facts/permitted-areas.json',
  licences: 'facts/licences.json',
  mines: 'facts/mines.json',
  policies: 'facts/tolerance-policies.json',
  engine: 'facts/engine.json',
  decisions: 'facts/decisions.json',
} as const satisfies Record<keyof PackFacts, string>;

/** All files that follow from the facts and the issue: everything but a PDF, the manifest and its signature. */
export function packFiles(facts: PackFacts, issue: Pick<Issue, 'issuedAt' | 'issuedBy'>): PackFiles {
  const files = new Map<string, Uint8Array>();
  const add = (path: string, text: string): void => void files.set(path, Buffer.from(text, 'utf8'));
  const { sql, ...engine } = facts.engine;
  for (const [part, path] of Object.entries(FACT_FILES)) {
    if (part === 'decisions' && facts.decisions.length === 0) continue;
    add(path, packJson(part === 'engine' ? engine : facts[part as keyof typeof FACT_FILES]));
  }
  for (const [name, text] of Object.entries(sql)) add(`sql/${name}.sql`, text);
  for (const [path, text] of geoJsonFiles(facts)) add(path, text);
  add('map.svg', mapFile(facts));
  add('readme.txt', READ_ME);
  add(REPORT, renderReport(facts, { ...issue, factsDigest: factsDigest(files) }));
  return files;
}

/** The facts out of a pack's files. Errors: `SyntaxError` and `RangeError` where a file is absent or no JSON. */
export function readFacts(files: PackFiles): PackFacts {
  const read = (path: string): unknown => {
    const bytes = files.get(path);
    if (!bytes) throw new RangeError(`${path} is missing`);
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  };
  const facts = Object.fromEntries(
    Object.entries(FACT_FILES).map(([part, path]) => [
      part,
      part === 'decisions' && !files.has(path) ? [] : read(path),
    ]),
  ) as unknown as PackFacts;
  const statements = [...files].flatMap(([path, bytes]) => {
    const name = /^sql\/([a-z-]+)\.sql$/.exec(path)?.[1];
    return name === undefined ? [] : [[name, Buffer.from(bytes).toString('utf8')] as const];
  });
  return { ...facts, engine: { ...facts.engine, sql: Object.fromEntries(statements) } };
}
