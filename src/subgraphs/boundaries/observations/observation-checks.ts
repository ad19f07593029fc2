import { unstorable } from '../../../platform/storable-text.js';
import { crsFault } from '../../../spatial/geojson-crs.js';
import { ELEVATION, FIRST_SIGHTING, numberFault, SIGMA } from '../../../vocabulary/bounds.js';
import { lengthFault } from '../../../vocabulary/longest-key.js';
import type {
  ObservationFacts,
  ObservationRecord,
  ObservationRejection,
  StoredObservation,
} from './observation.js';

type Fault = Omit<ObservationRejection, 'index'>;

const fault = (code: string, path: string, message: string): Fault => ({
  code,
  path,
  message,
  ring: null,
  vertex: null,
});

/** What is wrong with an observation's facts, its geometry left aside but for its CRS; null when nothing is. */
export function factsFault(facts: ObservationFacts, now: Date): Fault | null {
  for (const path of ['provider', 'providerRef', 'mineCode', 'seam'] as const) {
    const found = unstorable(facts[path] ?? '');
    if (found !== null) return fault('TEXT_INVALID', path, `${path} holds ${found}, which no text may.`);
  }
  if (facts.provider.trim() === '')
    return fault('PROVIDER_EMPTY', 'provider', 'An observation needs a provider.');
  if (facts.providerRef != null && facts.providerRef.trim() === '') {
    return fault('PROVIDER_REF_EMPTY', 'providerRef', 'providerRef is the provider’s own key, or absent.');
  }
  for (const path of ['provider', 'providerRef'] as const) {
    const key = facts[path] ?? '';
    if (key === key.trim()) continue;
    const message = `${path} ${JSON.stringify(key)} begins or ends with a blank: it would be another key. Send it without.`;
    return fault(path === 'provider' ? 'PROVIDER_PADDED' : 'PROVIDER_REF_PADDED', path, message);
  }
  for (const path of ['sigmaMetres', 'sigmaZMetres'] as const) {
    const found = numberFault(path, facts[path], SIGMA, ['SIGMA_NEGATIVE', 'SIGMA_OUT_OF_RANGE']);
    if (found) return fault(found.code, path, found.message);
  }
  return elevationsFault(facts) ?? instantFault(facts, now) ?? geometryCrsFault(facts);
}

function geometryCrsFault({ geometry }: ObservationFacts): Fault | null {
  const message = crsFault(geometry);
  return message === null ? null : fault('CRS_CONFLICT', 'geometry', message);
}

function elevationsFault(facts: ObservationFacts): Fault | null {
  for (const path of ['zMinMetres', 'zMaxMetres'] as const) {
    const code = 'ELEVATION_OUT_OF_RANGE';
    const found = numberFault(path, facts[path], ELEVATION, [code, code]);
    if (found) return fault(code, path, found.message);
  }
  const { zMinMetres, zMaxMetres } = facts;
  if (zMinMetres != null && zMaxMetres != null && zMinMetres > zMaxMetres) {
    const message = `zMinMetres ${zMinMetres} lies above zMaxMetres ${zMaxMetres}.`;
    return fault('ELEVATIONS_REVERSED', 'zMinMetres', message);
  }
  return null;
}

function instantFault(facts: ObservationFacts, now: Date): Fault | null {
  if (Number.isNaN(facts.observedAt.getTime())) {
    return fault('OBSERVED_AT_INVALID', 'observedAt', 'observedAt is no instant.');
  }
  if (facts.observedAt < FIRST_SIGHTING) {
    const message = `observedAt ${facts.observedAt.toISOString()} lies before 1900-01-01, when nobody surveyed what is judged here; look for a wrong year.`;
    return fault('OBSERVED_TOO_EARLY', 'observedAt', message);
  }
  if (facts.observedAt > now) {
    const message = `observedAt ${facts.observedAt.toISOString()} lies in the future.`;
    return fault('OBSERVED_IN_FUTURE', 'observedAt', message);
  }
  return null;
}

/** Why nothing can be stored under a record's key where nothing is yet; null when it can. */
export function newFault({ provider, providerRef }: ObservationRecord): Fault | null {
  const found =
    lengthFault('provider', provider, 'PROVIDER_TOO_LONG') ??
    lengthFault('providerRef', providerRef, 'PROVIDER_REF_TOO_LONG');
  return found && fault(found.code, found.path, found.message);
}

/** Why a record cannot be the next version of what is stored under its key; null when it can, or is stored already. */
export function storedFault(
  { provider, providerRef, mineId, contentDigest }: ObservationRecord,
  { observation: { withdrawal }, visible, contentDigest: standing }: StoredObservation,
): Fault | null {
  // Who sees only some divisions cannot read what they sent without a mine, but may have to send it again; it tells them
  // no more than they say.
  const sentAgain = mineId === null && !withdrawal && contentDigest === standing;
  // First: nothing else may be told of what the principal may not see.
  if (!visible && !sentAgain) {
    const message = `${provider} ${providerRef} is the key of an observation that you may not see; give yours a providerRef of its own.`;
    return fault('KEY_TAKEN', 'providerRef', message);
  }
  if (withdrawal) {
    const message = `${provider} ${providerRef} was withdrawn (${withdrawal.reason}); what was seen after all has a providerRef of its own.`;
    return fault('OBSERVATION_WITHDRAWN', 'providerRef', message);
  }
  return null;
}
