import type { IntakeFeature, IntakeFile, IntakeIssue, IntakeIssueCode } from './intake-file.js';

/** Where in a file a fault lies, as far as it can be told. */
export type IssuePlace = Partial<Pick<IntakeIssue, 'index' | 'line' | 'ring' | 'vertex'>>;

/** A fault that ends the reading of a file. */
export class FileFault extends Error {
  constructor(
    readonly code: IntakeIssueCode,
    message: string,
    readonly place: IssuePlace = {},
  ) {
    super(message);
  }
}

/** Areas of one file: a document of one mine has a few. Files of many mines are imported in bulk. */
export const MOST_AREAS = 5000;

/** What ends the reading of a file with more areas than a document has, before they are held in memory. */
export const tooManyAreas = (): FileFault =>
  new FileFault(
    'TOO_MANY_AREAS',
    `The file holds more than ${MOST_AREAS} areas: import a GeoPackage of many mines with --bulk.`,
    { index: MOST_AREAS },
  );

/** What is wrong with a file, collected while it is read. */
export class IssueList {
  readonly issues: IntakeIssue[] = [];

  add(code: IntakeIssueCode, message: string, place: IssuePlace = {}): void {
    this.issues.push({ code, message, index: 0, line: null, ring: null, vertex: null, ...place });
  }

  /** Runs `work`; a `FileFault` it throws becomes an issue and null. */
  async attempt<T>(work: () => T | Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      this.add(error.code, error.message, error.place);
      return null;
    }
  }

  /** The file with these issues; one without anything is `EMPTY`, one with too much `TOO_MANY_AREAS`. */
  file(features: readonly IntakeFeature[]): IntakeFile {
    if (features.length === 0 && this.issues.length === 0) this.add('EMPTY', 'The file holds no area.');
    if (features.length > MOST_AREAS) {
      const { code, message, place } = tooManyAreas();
      this.add(code, message, place);
      return { features: [], issues: this.issues, remarks: [] };
    }
    return { features, issues: this.issues, remarks: [] };
  }
}
