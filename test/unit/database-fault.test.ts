import { describe, expect, test } from 'vitest';
import { asConnectionFault, asDatabaseFault, DatabaseFault } from '../../src/platform/database-fault.js';
import { AppError } from '../../src/platform/errors.js';

const SQL = "select * from registry.mine where code = 'secret'";
/** As pg makes it, and knex writes its statement before the words. */
const failed = (code: string, words: string, routine = 'anywhere') =>
  Object.assign(new Error(`${SQL} - ${words}`), { code, routine });

describe('a failed statement', () => {
  test.each([
    ['57P01', 'terminating connection due to administrator command', 'DATABASE_UNAVAILABLE', 'outage'],
    ['57P03', 'the database system is starting up', 'DATABASE_UNAVAILABLE', 'outage'],
    ['08006', 'connection failure', 'DATABASE_UNAVAILABLE', 'outage'],
    ['25P03', 'terminating connection due to idle-in-transaction timeout', 'DATABASE_UNAVAILABLE', 'outage'],
    ['ECONNRESET', 'read ECONNRESET', 'DATABASE_UNAVAILABLE', 'outage'],
    ['EPIPE', 'write EPIPE', 'DATABASE_UNAVAILABLE', 'outage'],
    ['', 'Connection terminated unexpectedly', 'DATABASE_UNAVAILABLE', 'outage'],
    ['', 'Client has encountered a connection error and is not queryable', 'DATABASE_UNAVAILABLE', 'outage'],
    ['57014', 'canceling statement due to statement timeout', 'TIMEOUT', 'statement'],
    ['55P03', 'canceling statement due to lock timeout', 'TIMEOUT', 'statement'],
    ['25006', 'cannot execute INSERT in a read-only transaction', 'DATABASE_UNAVAILABLE', 'read-only'],
    ['42501', 'permission denied for table mine', 'DATABASE_UNAVAILABLE', 'statement'],
    ['53100', 'could not extend file', 'DATABASE_UNAVAILABLE', 'statement'],
  ])('%s %s', (code, words, expected, kind) => {
    const fault = asDatabaseFault(failed(code, words)) as DatabaseFault;
    expect(fault).toBeInstanceOf(DatabaseFault);
    expect(fault).toMatchObject({ code: expected, kind });
    expect(`${fault.message} ${fault.advice}`).not.toMatch(/select|secret/);
  });

  test('two writers at once are a conflict between them; what a replica drops is not', () => {
    const writers = failed('40001', 'could not serialize access', 'heap_update');
    expect(asDatabaseFault(writers)).toBe(writers);
    const replica = failed('40001', 'canceling statement due to conflict with recovery', 'ProcessInterrupts');
    expect(asDatabaseFault(replica)).toMatchObject({ code: 'DATABASE_UNAVAILABLE', kind: 'statement' });
  });

  test('what the hub did wrong stays its own', () => {
    for (const error of [
      failed('42703', 'column "x" does not exist'),
      failed('23505', 'duplicate key'),
      new TypeError('x is not a function'),
      new AppError('NOT_FOUND', 'There is none.'),
    ])
      expect(asDatabaseFault(error)).toBe(error);
  });
});

describe('a connection that is not made', () => {
  test.each([
    [
      { code: 'ECONNREFUSED', syscall: 'connect' },
      'connect ECONNREFUSED',
      /does not answer \(ECONNREFUSED\)/,
    ],
    [{ code: 'ENOENT', syscall: 'connect' }, 'connect ENOENT /tmp/.s.PGSQL', /does not answer \(ENOENT\)/],
    [{ code: '28P01' }, 'password authentication failed for user "a"', /refuses the user/],
    [{}, 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', /asks for a password/],
    [{ code: '3D000' }, 'database "b" does not exist', /does not exist/],
    [{ code: '53300' }, 'sorry, too many clients already', /no more connections/],
    [{}, 'The server does not support SSL connections', /offers no TLS/],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'self-signed certificate', /No connection/],
  ])('%o', (parts, words, message) => {
    const fault = asConnectionFault(Object.assign(new Error(words), parts));
    expect(fault).toMatchObject({ code: 'DATABASE_UNAVAILABLE', kind: 'outage' });
    expect(fault.message).toMatch(message);
  });

  test('a file of the configuration that cannot be read', () => {
    const error = Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open', path: '/ca.pem' });
    expect(asConnectionFault(error)).toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('/ca.pem'),
    });
  });
});
