import { readFileSync } from 'node:fs';
import type { Extent } from '../../src/config.js';
import { readCornerList } from '../../src/subgraphs/boundaries/formats/corner-list.js';
import { readIntakeFile } from '../../src/subgraphs/boundaries/formats/formats.js';
import type { IntakeFile } from '../../src/subgraphs/boundaries/formats/intake-file.js';
import { inputOfBytes } from '../../src/subgraphs/boundaries/formats/intake-input.js';
import type { IntakeFormat } from '../../src/vocabulary/intake.js';
import { NOTICE } from './notice-intake.js';

/** Bytes of `test/fixtures/formats/<path>`. */
export const formatFixture = (path: string): Buffer => readFileSync(`test/fixtures/formats/${path}`);

export const readBytes = (
  format: IntakeFormat,
  bytes: Uint8Array,
  srid: number | null = null,
  extent: Extent = null,
): Promise<IntakeFile> => readIntakeFile(format, inputOfBytes(bytes), srid, extent);

/** What the notice of the fixtures says, in the format it was published in. */
export const notice = (): IntakeFile => readCornerList(NOTICE, null);

/** A file's areas without the lines they stand on, which binary formats do not have. */
export const withoutLines = ({ features }: IntakeFile): unknown =>
  JSON.parse(JSON.stringify(features, (key, value) => (key === 'line' ? null : value)));

/** Codes and places of what is wrong with a file. */
export const faults = ({ issues }: IntakeFile): unknown[] =>
  issues.map(({ code, index, line, ring, vertex }) => ({
    code,
    index,
    ...(line !== null && { line }),
    ...(ring !== null && { ring }),
    ...(vertex !== null && { vertex }),
  }));
