import type { IntakeIssue } from './intake-file.js';

type Issue = Omit<IntakeIssue, 'index'>;

/** A place at which well-known text stops being such. */
export class WktFault extends Error {
  constructor(readonly issue: Issue) {
    super(issue.message);
  }
}

/** A vertex in the order of WKT: x easting or longitude. */
export interface WktVertex {
  readonly x: number;
  readonly y: number;
  readonly line: number;
}

export interface WktGeometry {
  /** Rings without their closing vertex. */
  readonly polygons: readonly (readonly (readonly WktVertex[])[])[];
  readonly faults: readonly Issue[];
  readonly line: number;
}

interface Token {
  readonly text: string;
  readonly line: number;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads well-known text token by token. Libraries for it answer "cannot be read"; a clerk needs the line and the
 * vertex, so each token keeps its line.
 */
export class WktReader {
  private readonly token = /[(),;=]|[^\s(),;=]+|\r\n|\n|\r/g;
  private current: Token | null;
  private line = 1;
  private ring = 0;

  constructor(private readonly text: string) {
    this.current = this.read();
  }

  /** Whether nothing follows but semicolons, which it skips. */
  atEnd(): boolean {
    while (this.peek() === ';') this.skip();
    return this.current === null;
  }

  /** The SRID of a leading `SRID=…;`, or null. */
  srid(): number | null {
    if (this.peek() !== 'SRID') return null;
    this.skip();
    this.expect('=');
    const { text, line } = this.next('the number of an SRID');
    if (!/^\d{1,6}$/.test(text)) throw unreadable(text, 'the number of an SRID', line);
    this.expect(';');
    return Number(text);
  }

  geometry(): WktGeometry {
    const { text, line } = this.next('POLYGON or MULTIPOLYGON');
    const type = text.toUpperCase().replace(/Z$/, '');
    if (type !== 'POLYGON' && type !== 'MULTIPOLYGON') {
      const known =
        /^(POINT|LINESTRING|MULTIPOINT|MULTILINESTRING|GEOMETRYCOLLECTION|CIRCULARSTRING|CURVEPOLYGON)M?$/;
      if (!known.test(type)) throw unreadable(text, 'POLYGON or MULTIPOLYGON', line);
      throw new WktFault(
        issue('GEOMETRY_TYPE', `An area is a POLYGON or MULTIPOLYGON, not a ${type}.`, line),
      );
    }
    if (this.peek() === 'Z') this.skip();
    this.ring = 0;
    const faults: Issue[] = [];
    if (this.peek() === 'EMPTY') {
      this.skip();
      return { polygons: [], faults: [issue('EMPTY', 'The geometry is empty.', line)], line };
    }
    const polygon = () => this.list(() => this.readRing(faults));
    return { polygons: type === 'POLYGON' ? [polygon()] : this.list(polygon), faults, line };
  }

  private readRing(faults: Issue[]): WktVertex[] {
    this.ring += 1;
    let vertex = 0;
    const vertices = this.list(() => {
      vertex += 1;
      return this.position(vertex, faults);
    });
    const [first, last] = [vertices[0], vertices.at(-1)];
    if (!first || !last) return vertices;
    if (vertices.length > 1 && first.x === last.x && first.y === last.y) return vertices.slice(0, -1);
    const message = `The ring is not closed: it ends at ${last.x} ${last.y} and began at ${first.x} ${first.y}.`;
    faults.push(issue('UNCLOSED', message, last.line, this.ring, vertices.length));
    return vertices;
  }

  /** Two numbers, or more of which only two count. */
  private position(vertex: number, faults: Issue[]): WktVertex {
    const tokens: Token[] = [];
    while (![',', ')', '(', ';', undefined].includes(this.peek())) tokens.push(this.next('a number'));
    const [x, y] = tokens;
    if (!x || !y || tokens.length > 4) {
      const line = x?.line ?? this.current?.line ?? this.line;
      throw new WktFault(issue('UNREADABLE', 'A position is two numbers, x and y.', line, this.ring, vertex));
    }
    for (const { text, line } of tokens) {
      if (NUMBER.test(text) && Number.isFinite(Number(text))) continue;
      faults.push(
        issue('NOT_A_NUMBER', `${text.slice(0, 60)} is not a finite number.`, line, this.ring, vertex),
      );
    }
    return { x: Number(x.text), y: Number(y.text), line: x.line };
  }

  private list<T>(item: () => T): T[] {
    this.expect('(');
    const items = [item()];
    while (this.peek() === ',') {
      this.skip();
      items.push(item());
    }
    this.expect(')');
    return items;
  }

  private peek(): string | undefined {
    return this.current?.text.toUpperCase();
  }

  private next(what: string): Token {
    const token = this.current;
    if (!token) throw new WktFault(issue('UNREADABLE', `The text ends where ${what} belongs.`, this.line));
    this.skip();
    return token;
  }

  private skip(): void {
    this.current = this.read();
  }

  /** The next token; tokens are read as they are needed, so that other text costs nothing. */
  private read(): Token | null {
    for (let found = this.token.exec(this.text); found; found = this.token.exec(this.text)) {
      if (!/^[\r\n]/.test(found[0])) return { text: found[0], line: this.line };
      this.line += 1;
    }
    return null;
  }

  private expect(text: string): void {
    const token = this.next(`"${text}"`);
    if (token.text !== text) throw unreadable(token.text, `"${text}"`, token.line);
  }
}

const issue = (
  code: Issue['code'],
  message: string,
  line: number,
  ring: number | null = null,
  vertex: number | null = null,
): Issue => ({ code, message, line, ring, vertex });

const unreadable = (text: string, wanted: string, line: number): WktFault =>
  new WktFault(
    issue('UNREADABLE', `${JSON.stringify(text.slice(0, 60))} stands where ${wanted} belongs.`, line),
  );
