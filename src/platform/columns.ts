/** The fields that somebody asks of the things in a list. `key` is the same for the same names. */
export interface FieldSelection {
  readonly names: ReadonlySet<string>;
  readonly key: string;
}

export interface ColumnsDefinition {
  /** Where each property is stored, by the property's name, which is also its field's where the field is plain. */
  readonly columns: Readonly<Record<string, string>>;
  /** Properties read whatever is asked: keys, and what loaders sort rows by. */
  readonly always: readonly string[];
  /** Properties that the resolver of a field reads, by the field's name. */
  readonly readBy: Readonly<Record<string, readonly string[]>>;
}

/**
 * A table's columns as SQL text: all of them, or those behind the fields that are asked for. A third of the time a
 * list took went into reading columns that nobody had asked for.
 */
export class Columns {
  /** Every column. */
  readonly all: string;
  private readonly known = new Map<string, string>();

  constructor(private readonly definition: ColumnsDefinition) {
    this.all = Object.values(definition.columns).join(', ');
  }

  /** Every column where `fields` is null, or names a field that is not known here. */
  of(fields: FieldSelection | null): string {
    if (fields === null) return this.all;
    const before = this.known.get(fields.key);
    if (before !== undefined) return before;
    const text = this.needed(fields);
    // There are as many selections as queries: without an end to it this would be a way to fill the memory.
    if (this.known.size < MOST_KNOWN) this.known.set(fields.key, text);
    return text;
  }

  private needed({ names }: FieldSelection): string {
    const { columns, always, readBy } = this.definition;
    const properties = new Set(always);
    for (const name of names) {
      const read = readBy[name] ?? (name in columns ? [name] : null);
      if (read === null) return this.all;
      for (const property of read) properties.add(property);
    }
    return Object.entries(columns)
      .filter(([property]) => properties.has(property))
      .map(([, column]) => column)
      .join(', ');
  }
}

const MOST_KNOWN = 500;
