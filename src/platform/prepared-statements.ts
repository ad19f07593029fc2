import type pg from 'pg';

/** Statements that a connection keeps prepared at most. */
const MOST_NAMED = 200;
/** Texts watched for a second use; what is written once, like an `in` list of some length, falls out again. */
const MOST_WATCHED = 2_000;
const LONGEST = 10_000;

/** Begins a statement that is to be prepared whatever it looks like: one whose plan takes longer than itself. */
export const PREPARED = '/* prepared */ ';

/**
 * Gives repeated reads a name, so that PostgreSQL parses and plans them once a connection: that is about half of
 * its work on a look-up by key. A plan made without looking at a shape could miss a spatial index, so that
 * statements with spatial conditions stay as they are, unless they begin with `PREPARED`.
 */
export class PreparedStatements {
  private readonly watched = new Map<string, string | null>();
  private named = 0;

  /** Names the repeated reads among what `connection` is asked from now on. */
  attach(connection: pg.Client): void {
    const query = connection.query.bind(connection) as (...args: unknown[]) => unknown;
    connection.query = ((config: unknown, ...rest: unknown[]) =>
      query(this.withName(config), ...rest)) as typeof connection.query;
  }

  private withName(config: unknown): unknown {
    if (typeof config !== 'object' || config === null || !('text' in config)) return config;
    const { text } = config;
    const name = typeof text === 'string' ? this.nameOf(text) : null;
    return name === null ? config : { ...config, name };
  }

  private nameOf(text: string): string | null {
    const known = this.watched.get(text);
    if (known) return known;
    if (!(text.startsWith(PREPARED) || isPlainRead(text)) || this.named >= MOST_NAMED) return null;
    if (known === undefined) {
      if (this.watched.size >= MOST_WATCHED) this.forgetUnnamed();
      this.watched.set(text, null);
      return null;
    }
    const name = `minebound_${this.named++}`;
    this.watched.set(text, name);
    return name;
  }

  private forgetUnnamed(): void {
    for (const [text, name] of this.watched) if (name === null) this.watched.delete(text);
  }
}

const isPlainRead = (text: string): boolean =>
  text.length <= LONGEST &&
  text.startsWith('select ') &&
  !text.includes('&&') &&
  !/ for (update|share)|\bst_(?!asgeojson)/i.test(text);
