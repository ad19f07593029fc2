import { readFileSync } from 'node:fs';
import type { Knex } from 'knex';
import type { IntakeOptions, IntakeRequest } from '../../src/subgraphs/boundaries/intake/intake.js';
import type { MineFacts } from '../../src/subgraphs/registry/mine.js';
import { aMine } from './builders.js';
import { registerMines } from './registered-mines.js';

/** A notice as the province published it: two areas of a mine in Haicheng, in CGCS2000. */
export const NOTICE = readFileSync('test/fixtures/notices/liaoning-2025-54.txt', 'utf8');

/** What is said of the notice's areas when they are imported. */
export const NOTICE_OPTIONS: IntakeOptions = {
  kind: 'MINING_RIGHT',
  authority: '辽宁省自然资源厅',
  validFrom: '2025-12-01',
  validTo: '2035-12-01',
  sigmaMetres: 0.1,
  documentNumber: '辽采协示字〔2025〕54号',
};

/** Areas for a mine, listed as the notice lists its own. */
export const cornerListRequest = (
  mineId: string,
  content: string,
  more: Partial<IntakeOptions> = {},
): IntakeRequest => ({
  mineId,
  format: 'CORNER_LIST',
  content,
  encoding: 'UTF8',
  options: { ...NOTICE_OPTIONS, ...more },
});

/** A new mine in Haicheng that nobody has said the place of. */
export async function aMineInHaicheng(knex: Knex, facts: Partial<MineFacts> = {}): Promise<MineFacts> {
  const mine = aMine({ divisionCode: '210381', location: null, ...facts });
  await registerMines(knex, [mine]);
  return mine;
}
