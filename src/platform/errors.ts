/**
 * Every failure a caller can do something about is an `AppError` with one of these codes. This table is
 * the only place where a code becomes an HTTP status or a CLI exit code.
 */
export const ERROR_CODES = {
  BAD_USER_INPUT: { http: 400, exit: 2 },
  BAD_CURSOR: { http: 400, exit: 2 },
  CURSOR_EXPIRED: { http: 410, exit: 2 },
  SLOW_CONSUMER: { http: 429, exit: 9 },
  BAD_SPATIAL_FILTER: { http: 400, exit: 2 },
  GEOMETRY_INVALID: { http: 400, exit: 2 },
  INTAKE_REJECTED: { http: 422, exit: 3 },
  EVIDENCE_REFUSED: { http: 422, exit: 3 },
  FORMAT_UNKNOWN: { http: 422, exit: 3 },
  FORMAT_AMBIGUOUS: { http: 422, exit: 3 },
  EXPORT_REFUSED: { http: 422, exit: 3 },
  NOT_FOUND: { http: 404, exit: 4 },
  FORBIDDEN: { http: 403, exit: 5 },
  UNAUTHENTICATED: { http: 401, exit: 5 },
  CONFLICT: { http: 409, exit: 6 },
  DATA_DIRECTORY_IN_USE: { http: 503, exit: 7 },
  CONFIGURATION_INVALID: { http: 500, exit: 8 },
  DATABASE_UNAVAILABLE: { http: 503, exit: 9 },
  QUERY_TOO_DEEP: { http: 400, exit: 2 },
  QUERY_TOO_MANY_ALIASES: { http: 400, exit: 2 },
  QUERY_TOO_COSTLY: { http: 400, exit: 2 },
  REQUEST_TOO_LARGE: { http: 413, exit: 2 },
  METHOD_NOT_ALLOWED: { http: 405, exit: 2 },
  NOT_ACCEPTABLE: { http: 406, exit: 2 },
  UNSUPPORTED_MEDIA_TYPE: { http: 415, exit: 2 },
  SIGNATURE_INVALID: { http: 401, exit: 5 },
  SUBGRAPH_UNAVAILABLE: { http: 502, exit: 9 },
  TIMEOUT: { http: 504, exit: 10 },
  INTERNAL: { http: 500, exit: 1 },
} as const satisfies Record<string, { http: number; exit: number }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Where in the caller's input the fault lies. */
export interface ErrorPlace {
  readonly field?: string | undefined;
  readonly line?: number | undefined;
  readonly ring?: number | undefined;
  readonly vertex?: number | undefined;
}

/** A failure with a code, a message that says what, where and what to do, and never a secret or SQL. */
export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorPlace & Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get httpStatus(): number {
    return ERROR_CODES[this.code].http;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exit;
  }
}

export const badInput = (message: string, details: ErrorPlace = {}): AppError =>
  new AppError('BAD_USER_INPUT', message, { ...details });

export const notFound = (what: string, key: string): AppError =>
  new AppError('NOT_FOUND', `There is no ${what} ${key} that you may see.`);
