import { badInput } from '../../platform/errors.js';
import { type EventFilter, eventMatcher } from '../../platform/events/event-filter.js';
import type { AddressRules } from '../../webhooks/address-rules.js';
import { faultOfTarget } from '../../webhooks/target.js';

/** What a user changes of a webhook; what is absent stays, and null takes away. */
export interface WebhookUpdate {
  readonly url?: string;
  readonly description?: string | null;
  readonly filter?: EventFilter | null;
}

const LONGEST_DESCRIPTION = 500;

/** Errors: `BAD_USER_INPUT`, with the field. */
export function checkWebhook({ url, description, filter }: WebhookUpdate, rules: AddressRules): void {
  const fault = url === undefined ? null : faultOfTarget(url, rules);
  if (fault !== null) throw badInput(fault, { field: 'url' });
  if ((description?.length ?? 0) > LONGEST_DESCRIPTION) {
    throw badInput(`A description has at most ${LONGEST_DESCRIPTION} characters.`, { field: 'description' });
  }
  // A filter that cannot be made ready is refused here, and not by the dispatcher later on.
  if (filter) eventMatcher(filter);
}
