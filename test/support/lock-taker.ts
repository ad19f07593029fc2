import { lockDirectory } from '../../src/platform/directory-lock.js';
import type { AppError } from '../../src/platform/errors.js';

/** A process that, once told to, takes the directory it was given, says how that went, and waits to be killed. */
const [directory = ''] = process.argv.slice(2);
process.on('message', async () => {
  process.send?.(
    await lockDirectory(directory).then(
      () => 'held',
      (error: AppError) => error.code,
    ),
  );
});
process.send?.('ready');
