import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, OperationTypeNode } from 'graphql';
import { handleProtocols, makeServer, type Server, type ServerOptions } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { Cancellation, clientGone } from '../platform/cancellation.js';
import type { Logger } from '../platform/logging.js';
import { SocketWriter } from './socket-writer.js';
import { comesInBursts, ToldInBursts } from './told-in-bursts.js';

/** What one `subscribe` message asks for; whatever the operation, it is answered here. */
export interface SocketRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: unknown;
}

export interface GraphQlSocketsOptions {
  readonly schema: GraphQLSchema;
  /** `gone` tells that the connection is closed. */
  answer(request: SocketRequest, upgrade: IncomingMessage, gone: Cancellation): Promise<unknown>;
  readonly largestMessage: number;
  readonly log: Logger;
}

/** A connection that does not answer a ping for this long is gone. */
const PING_MS = 12_000;
const MOST_OPERATIONS = 100;
const GOING_AWAY = 1001;
const INTERNAL = 4500;

/** The names are the library's; only that there is one operation of the right kind matters to it. */
const SUBSCRIPTION: DocumentNode = {
  kind: Kind.DOCUMENT,
  definitions: [
    {
      kind: Kind.OPERATION_DEFINITION,
      operation: OperationTypeNode.SUBSCRIPTION,
      selectionSet: { kind: Kind.SELECTION_SET, selections: [] },
    },
  ],
};

/** What the library knows of a connection beside itself. */
interface Connected {
  readonly request: IncomingMessage;
  readonly writer: SocketWriter;
  readonly gone: Cancellation;
}

/** graphql-transport-ws for any number of clients. */
export class GraphQlSockets {
  private readonly sockets: WebSocketServer;
  private readonly server: Server<Connected>;
  private readonly pings: NodeJS.Timeout;
  private readonly answered = new WeakSet<WebSocket>();

  constructor(private readonly options: GraphQlSocketsOptions) {
    this.sockets = new WebSocketServer({
      noServer: true,
      handleProtocols,
      maxPayload: options.largestMessage,
      // Compressing thousands of small messages one by one costs more than it saves.
      perMessageDeflate: false,
    });
    this.server = makeServer(protocol(options));
    this.pings = setInterval(() => this.ping(), PING_MS);
    this.pings.unref();
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    this.sockets.handleUpgrade(request, socket, head, (opened) => this.open(opened, request, socket));
  };

  /** Clients reconnect, to this process or another, and follow on from their cursors. */
  readonly stopping = (): void => {
    clearInterval(this.pings);
    for (const socket of this.sockets.clients) socket.close(GOING_AWAY, 'Going away');
    const cut = setTimeout(() => {
      for (const socket of this.sockets.clients) socket.terminate();
    }, 1_000);
    cut.unref();
  };

  private open(socket: WebSocket, request: IncomingMessage, connection: Duplex): void {
    const { log } = this.options;
    this.answered.add(socket);
    socket.on('pong', () => this.answered.add(socket));
    socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket broke'));
    const writer = new SocketWriter(socket, connection);
    const gone = new Cancellation();
    const closed = this.server.opened(
      {
        protocol: socket.protocol,
        send: (text) => writer.send(text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) =>
          socket.on('message', (data) => {
            receive(String(data)).catch((error: unknown) => {
              log.error({ err: error }, 'unexpected failure of a WebSocket');
              socket.close(INTERNAL, 'Something failed on our side');
            });
          }),
      },
      { request, writer, gone },
    );
    socket.once('close', (code, reason) => {
      gone.cancel(clientGone());
      void closed(code, String(reason));
    });
  }

  private ping(): void {
    for (const socket of this.sockets.clients) {
      if (!this.answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }
}

function protocol({ schema, answer }: GraphQlSocketsOptions): ServerOptions<never, Connected> {
  return {
    // The hub parses and validates by its own limits; the library is given what it needs to go on.
    onSubscribe: (context, id, { query, operationName, variables, extensions }) => {
      const open = Object.keys(context.subscriptions).length;
      const request = { query, operationName: operationName ?? null, variables: variables ?? {}, extensions };
      const run = async (): Promise<unknown> => {
        if (open > MOST_OPERATIONS) return tooMany;
        const { request: upgrade, writer, gone } = context.extra;
        const answered = await answer(request, upgrade, gone);
        return comesInBursts(answered) ? new ToldInBursts(answered, id, writer) : answered;
      };
      return { schema, document: SUBSCRIPTION, rootValue: run, contextValue: undefined };
    },
    subscribe: (args) => (args as unknown as { rootValue: () => Promise<unknown> }).rootValue() as never,
  };
}

const tooMany = {
  errors: [
    new GraphQLError(`A connection may have ${MOST_OPERATIONS} operations at a time; open another.`, {
      extensions: { code: 'REQUEST_TOO_LARGE' },
    }),
  ],
};
