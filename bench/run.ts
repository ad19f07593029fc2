import 'reflect-metadata';
import { catchUp } from './catch-up.js';
import { fanout } from './fanout.js';
import { federatedRead } from './federated-read.js';
import { intake } from './intake.js';
import { judgeOne } from './judge-one.js';
import { longSeries } from './long-series.js';
import { rejudge } from './rejudge.js';
import { startup } from './startup.js';
import { sweep } from './sweep.js';
import { writeCost } from './write-cost.js';

const BENCHES = {
  'federated-read': federatedRead,
  sweep,
  'judge-one': judgeOne,
  intake,
  rejudge,
  'long-series': longSeries,
  startup,
  fanout,
  'catch-up': catchUp,
  'write-cost': writeCost,
} as const;

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(BENCHES)) {
  if (names.length === 0 || names.includes(name)) await run();
}
process.exit(0);
