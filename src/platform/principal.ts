/**
 * Who is asking. `divisions` lists the administrative divisions (GB/T 2260 codes) whose rows they may see;
 * `'all'` is the whole hub.
 */
export interface Principal {
  readonly id: string;
  readonly name: string;
  readonly divisions: 'all' | readonly string[];
}

/** The principal while no identity provider is configured: the hub then listens on loopback only. */
export const LOCAL_ADMINISTRATOR: Principal = {
  id: 'local-administrator',
  name: 'Local administrator',
  divisions: 'all',
};

/** Who acts where nobody asked: what the hub does by itself. */
export const THE_HUB: Principal = { id: 'system', name: 'The hub itself', divisions: 'all' };
