import ipaddr from 'ipaddr.js';
import { AppError } from '../platform/errors.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A network by its first address and the length of its prefix. */
export type Network = readonly [address: Address, prefixLength: number];

/** All of IPv6 that is routed publicly; the rest is special, reserved, or an IPv4 address in disguise. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Reads networks in CIDR notation, or single addresses, separated by commas. Errors: `CONFIGURATION_INVALID`. */
export function parseNetworks(text: string): readonly Network[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      if (ipaddr.isValidCIDR(part)) return plain(ipaddr.parseCIDR(part));
      if (ipaddr.isValid(part)) return single(unmapped(ipaddr.parse(part)));
      throw new AppError(
        'CONFIGURATION_INVALID',
        `"${part}" is no network, like 10.20.0.0/16 or fd00:1::/32.`,
      );
    });
}

const single = (address: Address): Network => [address, address.kind() === 'ipv4' ? 32 : 128];

/** `::ffff:10.0.0.0/104` is `10.0.0.0/8`: addresses are compared in the form they are connected to. */
function plain([address, length]: [Address, number]): Network {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && length >= 96
    ? [address.toIPv4Address(), length - 96]
    : [address, length];
}

const unmapped = (address: Address): Address =>
  address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;

/**
 * Which addresses a webhook may be sent to: those that are routed publicly, and the networks that the
 * configuration allows besides. Everything else would let whoever may register a webhook knock on the doors of
 * the hub's own network: private, loopback, link-local (cloud metadata), CGNAT, ULA, multicast, and their IPv6 disguises.
 */
export class AddressRules {
  constructor(private readonly allowed: readonly Network[] = []) {}

  /** Anything that is not an address is not permitted. */
  permits(text: string): boolean {
    return this.isTrusted(text) || (ipaddr.isValid(text) && isPublic(unmapped(ipaddr.parse(text))));
  }

  /** Whether the address lies in a network that the configuration names; only there is plain HTTP accepted. */
  isTrusted(text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = unmapped(ipaddr.parse(text));
    return this.allowed.some(
      ([network, length]) => network.kind() === address.kind() && address.match([network, length] as never),
    );
  }

  /** Whether any network is trusted at all, so that a name may turn out to lie in one. */
  get trustsAny(): boolean {
    return this.allowed.length > 0;
  }
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_IPV6);
}
