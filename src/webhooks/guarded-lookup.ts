import { type LookupAddress, type LookupOptions, promises } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { refusedAddress } from './target.js';

/** All addresses of a name. */
export type ResolveName = (name: string, options: LookupOptions) => Promise<readonly LookupAddress[]>;

/** As every other program on this machine does: the hosts file, then the name servers. */
export const systemResolve: ResolveName = (name, options) => promises.lookup(name, { ...options, all: true });

/** A name led to no address that may be connected to. */
export class ForbiddenTarget extends Error {
  override readonly name = 'ForbiddenTarget';
}

/**
 * The resolution that a connection itself uses. What is checked here is what is connected to: a name that led
 * to a public address a moment ago and leads to a private one now (DNS rebinding) gets nowhere.
 */
export function guardedLookup(resolve: ResolveName, permits: (address: string) => boolean): LookupFunction {
  return (name, options, callback) => {
    resolve(name, options).then(
      (addresses) => {
        const permitted = addresses.filter(({ address }) => permits(address));
        const [first] = permitted;
        if (first === undefined) {
          callback(new ForbiddenTarget(reason(name, addresses)), '');
        } else if (options.all) callback(null, permitted as LookupAddress[]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

const reason = (name: string, [first]: readonly LookupAddress[]): string =>
  first === undefined ? `${name} has no address.` : `${name} leads to ${refusedAddress(first.address)}`;
