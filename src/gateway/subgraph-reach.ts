/** What a gateway last learned of a subgraph; nulls: it has not asked it since its start. */
export interface SubgraphAnswered {
  /** Whether it answered, be it with errors. */
  readonly answered: boolean | null;
  /** When that was known, ISO 8601. */
  readonly at: string | null;
}

/** Which subgraphs of other processes answered when they were last asked. */
export class SubgraphReach {
  private readonly last = new Map<string, SubgraphAnswered>();

  constructor(names: readonly string[]) {
    for (const name of names) this.last.set(name, { answered: null, at: null });
  }

  learned(name: string, answered: boolean): void {
    this.last.set(name, { answered, at: new Date().toISOString() });
  }

  /** By name; empty where all subgraphs are in this process. */
  get report(): Readonly<Record<string, SubgraphAnswered>> {
    return Object.fromEntries(this.last);
  }
}
