import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects garbage now. Node lets the garbage of a stream grow to several times what is alive before it does so by
 * itself; a command that runs beside a database on one machine gives the memory back.
 */
export function memoryCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
