import { AppError, type ErrorCode } from './errors.js';
import type { Logger } from './logging.js';

/**
 * What is at fault, for those who log it: an `outage` concerns whatever is asked, `read-only` whatever is written, a
 * `statement` itself alone.
 */
export type FaultKind = 'outage' | 'read-only' | 'statement';

/**
 * The database does not do what it is asked, and nothing in the hub is wrong. The message is fit for clients; `advice`
 * is for whoever runs the hub, with the server's own words where they help.
 */
export class DatabaseFault extends AppError {
  constructor(
    code: ErrorCode,
    readonly kind: FaultKind,
    message: string,
    readonly advice: string,
    cause: unknown,
  ) {
    super(code, message, {}, { cause });
  }
}

/** Logs a fault of one request, where it is told elsewhere neither by an outage nor by the database's being read-only. */
export function logStatementFault(error: unknown, log: Logger): void {
  if (error instanceof DatabaseFault && error.kind === 'statement')
    log.warn({ err: error }, 'the database did not carry out a statement');
}

/** The parts of an error of pg, of Node's sockets or of knex that tell what happened. */
interface DriverError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly name?: unknown;
  readonly path?: unknown;
  readonly syscall?: unknown;
  readonly routine?: unknown;
}

const partsOf = (error: unknown): DriverError => (error ?? {}) as DriverError;

const codeOf = (error: unknown): string => {
  const { code } = partsOf(error);
  return typeof code === 'string' ? code : '';
};

/** knex puts the statement before the server's words. */
export function serverWords(error: unknown): string {
  const message = String(partsOf(error).message ?? error);
  return message.slice(message.lastIndexOf(' - ') + 1).replace(/^- /, '');
}

/** Whether the server itself refused a statement: the message of such an error may hold SQL. */
export const isServerError = (error: unknown): boolean =>
  /^[0-9A-Z]{5}$/.test(codeOf(error)) && 'routine' in partsOf(error);

/** Socket errors of Node, by their names: ECONNREFUSED, ENOTFOUND, EPIPE. */
const SOCKET_FAULT = /^E[A-Z_]{3,}$/;
/** What pg says of a connection that is gone, without a code. */
const CONNECTION_GONE = /^(Connection (terminated|ended)|Client (has encountered|was closed))/;
/** The server ended the connection, is starting or stopping, or has no room for another one. */
const OUTAGE = /^(08...|57P0[1235]|25P03|53300)$/;
/** statement_timeout or a cancellation, lock_timeout, transaction_timeout. */
const TIMED_OUT: ReadonlySet<string> = new Set(['57014', '55P03', '25P04']);
const READ_ONLY = '25006';
const INSUFFICIENT_PRIVILEGE = '42501';
const SERIALIZATION_FAILURE = '40001';

const RIGHTS =
  'Its user must own the database; the extension postgis must be there already, or be created by a superuser.';

/** What a statement failed with, as a `DatabaseFault` where the database is to blame; any other error as it is. */
export function asDatabaseFault(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const words = serverWords(error);
  if (OUTAGE.test(code) || SOCKET_FAULT.test(code) || CONNECTION_GONE.test(words)) return outage(error);
  if (TIMED_OUT.has(code)) {
    const message =
      'The database cancelled a statement that took too long. Ask for smaller pages or fewer fields, or try again.';
    return new DatabaseFault('TIMEOUT', 'statement', message, `${words} (${code}).`, error);
  }
  if (code === READ_ONLY) {
    const message =
      'The database of this hub is read-only, so that nothing can be changed here. Change it at the hub of the primary database.';
    return new DatabaseFault('DATABASE_UNAVAILABLE', 'read-only', message, `${words}.`, error);
  }
  // The same code as between writers, but said by what interrupts statements on a replica.
  if (code === SERIALIZATION_FAILURE && partsOf(error).routine === 'ProcessInterrupts') {
    const message = 'The replica cancelled a statement to keep up with its primary. Try again.';
    return new DatabaseFault('DATABASE_UNAVAILABLE', 'statement', message, `${words}.`, error);
  }
  if (code === INSUFFICIENT_PRIVILEGE) {
    const message = 'The hub lacks a right in its database.';
    return new DatabaseFault(
      'DATABASE_UNAVAILABLE',
      'statement',
      message,
      `It says: ${words}. ${RIGHTS}`,
      error,
    );
  }
  if (/^53/.test(code)) {
    const message = `The database has run out of memory, disk or another resource (${code}).`;
    return new DatabaseFault('DATABASE_UNAVAILABLE', 'statement', message, `It says: ${words}.`, error);
  }
  return error;
}

const CHECK_URL = 'Check DATABASE_URL and that the server runs.';

function outage(error: unknown): DatabaseFault {
  const code = codeOf(error);
  const said = code === '' ? '' : ` (${code})`;
  const message = `The database does not answer${said}. Try again in a while; of a change, read first whether it was made.`;
  return new DatabaseFault('DATABASE_UNAVAILABLE', 'outage', message, CHECK_URL, error);
}

/** What kept a connection from being made; whatever it is, the hub has no database until it is mended. */
export function asConnectionFault(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { path, syscall } = partsOf(error);
  const code = codeOf(error);
  const words = serverWords(error);
  if (syscall === 'open') {
    const message = `A file that DATABASE_URL names cannot be read: ${path} (${code}).`;
    return new AppError('CONFIGURATION_INVALID', message, {}, { cause: error });
  }
  const fault = (message: string, advice: string): DatabaseFault =>
    new DatabaseFault('DATABASE_UNAVAILABLE', 'outage', message, advice, error);
  if (SOCKET_FAULT.test(code)) return fault(`The database does not answer (${code}).`, CHECK_URL);
  if (/password must be/.test(words)) {
    return fault('The database asks for a password.', 'Write it into DATABASE_URL, or set PGPASSWORD.');
  }
  if (code.startsWith('28')) {
    return fault(
      'The database refuses the user of the hub.',
      `It says: ${words}. Check the user and the password in DATABASE_URL, and what pg_hba.conf lets in.`,
    );
  }
  if (code === '3D000') {
    return fault(
      'The database of the hub does not exist.',
      `The server says: ${words}. Create it, or correct DATABASE_URL.`,
    );
  }
  if (code === '53300') {
    return fault(
      'The database accepts no more connections (53300).',
      'DATABASE_POOL times the number of processes must stay below max_connections of the server.',
    );
  }
  if (/does not support SSL/.test(words)) {
    return fault(
      'The database server offers no TLS.',
      'Give it a certificate, or choose another sslmode in DATABASE_URL.',
    );
  }
  return fault('No connection to the database can be made.', `It says: ${words}. Check DATABASE_URL.`);
}

/** Nobody gave a connection back, and no new one came, for as long as anybody would wait. */
export const poolExhausted = (error: unknown): DatabaseFault =>
  new DatabaseFault(
    'DATABASE_UNAVAILABLE',
    'statement',
    'No connection to the database was free, or could be made, in time. Try again in a while.',
    'Raise DATABASE_POOL, and see what keeps the connections busy (pg_stat_activity).',
    error,
  );
