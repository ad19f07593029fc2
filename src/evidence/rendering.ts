import type { IntactPack } from './integrity.js';
import { MANIFEST, PDF, SIGNATURE } from './manifest.js';
import type { PackFacts } from './pack-facts.js';
import { packFiles } from './pack-files.js';

/**
 * The files that do not say what the facts say: GeoJSON, map and report are made again and compared byte by byte.
 * The PDF cannot be; it is the report printed.
 */
export function misrendered({ files, manifest }: IntactPack, facts: PackFacts): readonly string[] {
  const again = packFiles(facts, manifest);
  const paths = new Set([...files.keys(), ...again.keys()]);
  return [...paths]
    .filter((path) => path !== MANIFEST && path !== SIGNATURE && path !== PDF)
    .filter((path) => {
      const [there, made] = [files.get(path), again.get(path)];
      return !there || !made || Buffer.compare(there, made) !== 0;
    })
    .sort();
}
