import { expect, test } from 'vitest';
import { AddressRules, parseNetworks } from '../../../src/webhooks/address-rules.js';
import { faultOfTarget } from '../../../src/webhooks/target.js';

const PUBLIC_ONLY = new AddressRules();

test.each([
  ['loopback', '127.0.0.1'],
  ['all of loopback', '127.9.8.7'],
  ['this host', '0.0.0.0'],
  ['private, 10/8', '10.0.0.1'],
  ['private, 172.16/12', '172.31.255.255'],
  ['private, 192.168/16', '192.168.1.1'],
  ['link-local with the metadata of a cloud', '169.254.169.254'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['benchmarking', '198.18.0.1'],
  ['documentation', '203.0.113.9'],
  ['protocol assignments', '192.0.0.8'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['IPv6 loopback', '::1'],
  ['IPv6 unspecified', '::'],
  ['IPv6 link-local', 'fe80::1'],
  ['IPv6 link-local with its zone', 'fe80::1%eth0'],
  ['IPv6 ULA', 'fd12:3456::1'],
  ['IPv6 site-local', 'fec0::1'],
  ['IPv6 multicast', 'ff02::1'],
  ['loopback mapped into IPv6', '::ffff:127.0.0.1'],
  ['private mapped into IPv6, in hexadecimal', '::ffff:a00:1'],
  ['loopback as an IPv4-compatible address', '::127.0.0.1'],
  ['loopback translated (RFC 6145)', '::ffff:0:127.0.0.1'],
  ['private behind NAT64', '64:ff9b::10.0.0.1'],
  ['private behind a local NAT64', '64:ff9b:1::10.0.0.1'],
  ['private behind 6to4', '2002:a00:1::1'],
  ['Teredo', '2001::1'],
  ['IPv6 documentation', '2001:db8::1'],
  ['discarded', '100::1'],
  ['not assigned', '4000::1'],
  ['no address', 'localhost'],
  ['nothing', ''],
])('%s is not sent to: %s', (_what, address) => {
  expect(PUBLIC_ONLY.permits(address)).toBe(false);
});

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
  'a public address is sent to: %s',
  (address) => expect(PUBLIC_ONLY.permits(address)).toBe(true),
);

test('a network that the configuration names is sent to, and no other private one', () => {
  const rules = new AddressRules(parseNetworks('10.20.0.0/16, fd00:1::/32,192.168.7.7,::ffff:127.0.0.0/104'));
  for (const address of ['10.20.3.4', '::ffff:10.20.3.4', 'fd00:1::9', '192.168.7.7', '127.0.0.1']) {
    expect(rules.isTrusted(address), address).toBe(true);
    expect(rules.permits(address), address).toBe(true);
  }
  for (const address of ['10.21.0.1', 'fd00:2::9', '192.168.7.8', '::1']) {
    expect(rules.permits(address), address).toBe(false);
  }
  expect(rules.isTrusted('8.8.8.8')).toBe(false);
  expect(() => parseNetworks('10.20.0.0/16,intranet')).toThrow('"intranet" is no network');
});

test.each([
  ['ftp://hub.example/in', 'https URL'],
  ['not a url', 'is not a URL'],
  ['http://hub.example/in', 'plain http'],
  ['https://user:word@hub.example/in', 'password'],
  ['https://hub.example/in#part', '#'],
  ['https://127.0.0.1/in', '127.0.0.1 is not a public address'],
  ['https://2130706433/in', '127.0.0.1 is not a public address'],
  ['https://0x7f.1/in', '127.0.0.1 is not a public address'],
  ['https://[::ffff:10.0.0.1]/in', 'is not a public address'],
  [`https://hub.example/${'x'.repeat(2048)}`, 'at most 2048'],
])('no webhook is registered for %s', (url, why) => {
  expect(faultOfTarget(url, PUBLIC_ONLY)).toContain(why);
});

test('https to a name or a public address is a target; plain http only where a network is trusted', () => {
  const rules = new AddressRules(parseNetworks('10.0.0.0/8'));
  expect(faultOfTarget('https://hub.example:8443/in?from=minebound', PUBLIC_ONLY)).toBeNull();
  expect(faultOfTarget('https://8.8.8.8/in', PUBLIC_ONLY)).toBeNull();
  expect(faultOfTarget('http://10.1.1.1/in', rules)).toBeNull();
  expect(faultOfTarget('http://intranet.example/in', rules)).toBeNull();
  expect(faultOfTarget('http://8.8.8.8/in', rules)).toContain('plain http');
});
