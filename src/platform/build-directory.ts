import { basename, join } from 'node:path';
import { MIGRATIONS_DIRECTORY } from './migrations.js';

/** The checkout, or its build. */
const HERE = join(MIGRATIONS_DIRECTORY, '..');

/** Where the build leaves what it makes, whether the sources run or the build. */
export const BUILD_DIRECTORY = basename(HERE) === 'dist' ? HERE : join(HERE, 'dist');
