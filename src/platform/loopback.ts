import { BlockList, isIP } from 'node:net';

const ADDRESSES = new BlockList();
ADDRESSES.addSubnet('127.0.0.0', 8);
ADDRESSES.addAddress('::1', 'ipv6');

/** Whether a server that listens on `host` is reached from this machine only. */
function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0
    ? host.toLowerCase() === 'localhost'
    : ADDRESSES.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** Names that a server on `host` is asked by when it listens on loopback; null: it listens elsewhere, and by any. */
export const loopbackNames = (host: string): ReadonlySet<string> | null =>
  isLoopback(host) ? new Set(['127.0.0.1', '::1', 'localhost', host.toLowerCase()]) : null;
