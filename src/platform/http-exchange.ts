import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from './errors.js';
import type { Logger } from './logging.js';

/** One HTTP request and its answer. */
export class Exchange {
  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly requestId: string,
    readonly log: Logger,
    readonly path: string,
    /** What follows the `?`, without it. */
    readonly search: string,
    private readonly largestBody: number,
  ) {}

  get method(): string {
    return this.request.method ?? 'GET';
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** The whole body. Errors: `REQUEST_TOO_LARGE`, before more than the limit is held in memory. */
  body(): Promise<Buffer> {
    const { request, largestBody } = this;
    if (Number(request.headers['content-length'] ?? 0) > largestBody)
      return Promise.reject(tooLarge(largestBody));
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > largestBody) {
          request.pause();
          reject(tooLarge(largestBody));
        } else chunks.push(chunk);
      });
      request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
      request.on('error', reject);
      request.on('aborted', () =>
        reject(new AppError('BAD_USER_INPUT', 'The request ended before its body did.')),
      );
    });
  }

  send(
    status: number,
    contentType: string,
    body: string | Buffer,
    headers: Record<string, string> = {},
  ): void {
    const { response } = this;
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      'x-request-id': this.requestId,
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    response.end(this.method === 'HEAD' ? undefined : body);
  }

  /** Sends a part of an answer that has begun, and waits until the client has room for more; false: it is gone. */
  write(chunk: Uint8Array): Promise<boolean> | boolean {
    const { response } = this;
    if (response.destroyed) return false;
    if (response.write(chunk)) return true;
    return new Promise((resolve) => {
      const settle = (): void => {
        response.off('drain', settle);
        response.off('close', settle);
        resolve(!response.destroyed);
      };
      response.on('drain', settle);
      response.on('close', settle);
    });
  }

  sendJson(status: number, value: unknown, headers: Record<string, string> = {}): void {
    this.send(status, 'application/json; charset=utf-8', JSON.stringify(value), headers);
  }

  /** An error in the shape of a GraphQL response, whatever the route. */
  sendError(error: AppError, headers: Record<string, string> = {}): void {
    const { code, message, details } = error;
    // What remains of an unread body would be taken for the next request.
    if (!this.request.complete) headers['connection'] = 'close';
    this.sendJson(
      error.httpStatus,
      { errors: [{ message, extensions: { ...details, code, requestId: this.requestId } }] },
      headers,
    );
  }
}

const tooLarge = (largest: number): AppError =>
  new AppError(
    'REQUEST_TOO_LARGE',
    `A request body may have no more than ${largest} bytes (LIMIT_BODY_BYTES); send the input in several requests.`,
  );
