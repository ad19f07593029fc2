import { SaxesParser } from 'saxes';
import { FileFault, MOST_AREAS, tooManyAreas } from './issue-list.js';

/** Text of `<coordinates>` and the line it begins on. */
export interface KmlRing {
  readonly text: string;
  readonly line: number;
}

/** A placemark as it stands in the file. */
export interface Placemark {
  readonly line: number;
  readonly attributes: Record<string, string>;
  /** Polygons of an outer boundary and inner ones, in their order. */
  readonly polygons: KmlRing[][];
  /** Names of geometries that are no polygons. */
  readonly others: string[];
}

const DEEPEST = 100;
const OTHER_GEOMETRIES = new Set(['Point', 'LineString', 'Model', 'Track', 'MultiTrack']);
/** Elements whose text is read. */
const TEXTS = new Set(['name', 'value', 'SimpleData', 'coordinates']);

/**
 * The placemarks of a KML document, read as a stream: no entity is expanded, nothing is fetched, and a tree is never
 * built. Errors: `FileFault` UNREADABLE with the line.
 */
export function parsePlacemarks(text: string): Placemark[] {
  const declarations = text.slice(0, text.search(/<[\w:]/)).search(/<!DOCTYPE[^>[]*\[/i);
  if (declarations >= 0) {
    const message = 'The file declares entities in a DOCTYPE, which KML has not: leave it out.';
    throw new FileFault('UNREADABLE', message, { line: text.slice(0, declarations).split('\n').length });
  }
  const collector = new Collector();
  const parser = new SaxesParser({ xmlns: false, position: true });
  parser.on('error', (error) => {
    throw new FileFault('UNREADABLE', `The file is not XML: ${error.message}.`, { line: parser.line });
  });
  parser.on('opentag', (tag) => collector.open(tag.name, tag.attributes, parser.line));
  parser.on('text', (part) => collector.text(part));
  parser.on('cdata', (part) => collector.text(part));
  parser.on('closetag', () => collector.close());
  parser.write(text).close();
  return collector.placemarks;
}

class Collector {
  readonly placemarks: Placemark[] = [];
  private readonly path: string[] = [];
  private current: Placemark | null = null;
  private parts: string[] | null = null;
  private dataName = '';
  private textLine = 1;

  open(qualified: string, attributes: Record<string, string>, line: number): void {
    const name = qualified.slice(qualified.indexOf(':') + 1);
    if (this.path.length === 0 && name !== 'kml') {
      throw new FileFault(
        'UNREADABLE',
        `The file is XML, but no KML: it begins with <${name.slice(0, 40)}>.`,
        { line },
      );
    }
    if (this.path.length >= DEEPEST) {
      throw new FileFault('UNREADABLE', `The file has more than ${DEEPEST} elements inside each other.`, {
        line,
      });
    }
    this.path.push(name);
    if (name === 'Placemark') this.current = { line, attributes: {}, polygons: [], others: [] };
    if (!this.current) return;
    if (name === 'Polygon') this.current.polygons.push([]);
    const isBareRing = name === 'LinearRing' && !/BoundaryIs$/.test(this.path.at(-2) ?? '');
    if (OTHER_GEOMETRIES.has(name) || isBareRing) this.current.others.push(name);
    if (name === 'Data' || name === 'SimpleData') this.dataName = attributes['name'] ?? '';
    this.parts = TEXTS.has(name) ? [] : null;
    this.textLine = line;
  }

  text(part: string): void {
    this.parts?.push(part);
  }

  close(): void {
    const name = this.path.pop() ?? '';
    const parent = this.path.at(-1) ?? '';
    if (this.current && this.parts) this.take(this.current, name, parent, this.parts.join(''));
    this.parts = null;
    if (name !== 'Placemark' || !this.current) return;
    if (this.placemarks.length >= MOST_AREAS) throw tooManyAreas();
    this.placemarks.push(this.current);
    this.current = null;
  }

  private take(placemark: Placemark, name: string, parent: string, text: string): void {
    if (name === 'coordinates' && this.path.includes('Polygon')) {
      this.boundary(placemark, text);
    } else if (name === 'name' && parent === 'Placemark') placemark.attributes['name'] = text.trim();
    else if (name === 'SimpleData' || (name === 'value' && parent === 'Data')) {
      placemark.attributes[this.dataName] ??= text.trim();
    }
  }

  private boundary(placemark: Placemark, text: string): void {
    const rings = placemark.polygons.at(-1) ?? [];
    const isOuter = this.path.includes('outerBoundaryIs');
    if (isOuter && rings.length > 0) {
      throw new FileFault('UNREADABLE', 'A polygon has one outer boundary, before its inner ones.', {
        index: this.placemarks.length,
        line: this.textLine,
      });
    }
    if (!isOuter && rings.length === 0) {
      throw new FileFault('HOLE_WITHOUT_SHELL', 'An inner boundary comes before the outer one.', {
        index: this.placemarks.length,
        line: this.textLine,
      });
    }
    rings.push({ text, line: this.textLine });
  }
}
