import { isIP } from 'node:net';
import type { AddressRules } from './address-rules.js';

/** Longest URL kept. */
const LONGEST_URL = 2048;

/**
 * What is wrong with a webhook's URL as it stands, or null. Names are not resolved here: what a name leads to
 * counts when the connection is made, and is checked there.
 */
export function faultOfTarget(text: string, rules: AddressRules): string | null {
  if (text.length > LONGEST_URL) return `A URL has at most ${LONGEST_URL} characters.`;
  if (!URL.canParse(text)) return `"${text}" is not a URL.`;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'A webhook is sent to an https URL.';
  if (url.username !== '' || url.password !== '') {
    return 'A URL with a user name or a password would show it to everybody who sees the webhook; verify the signature instead.';
  }
  if (url.hash !== '') return 'What follows # is never sent; leave it out.';
  const address = addressIn(url);
  if (address !== null && !rules.permits(address)) return refusedAddress(address);
  if (url.protocol === 'http:' && !(address === null ? rules.trustsAny : rules.isTrusted(address))) {
    return 'A webhook is sent to an https URL; plain http only into networks that WEBHOOK_ALLOWED_NETWORKS names.';
  }
  return null;
}

/** The address that stands in a URL in place of a name, or null. */
function addressIn({ hostname }: URL): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
}

export const refusedAddress = (address: string): string =>
  `${address} is not a public address; WEBHOOK_ALLOWED_NETWORKS names the others that may be sent to.`;
