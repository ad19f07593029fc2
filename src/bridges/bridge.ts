/** An event on its way to another message system. */
export interface BridgeMessage {
  /** The event's cursor: the same for the same event, however often it is sent. */
  readonly id: string;
  readonly type: string;
  readonly divisionCode: string | null;
  /** A CloudEvent as JSON. */
  readonly body: string;
}

/** A connection to another message system. */
export interface Bridge {
  /**
   * In order; done when the other side has acknowledged all of them, so that none is lost with it. Rejects when that
   * is not known: then they are sent again, and the other side or its readers tell by the id.
   */
  publish(messages: readonly BridgeMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** How a bridge is reached; its name is the key of its place in the log. */
export interface BridgeDefinition {
  readonly name: string;
  connect(): Promise<Bridge>;
}

/** The other side has this long to acknowledge. */
export const ACKNOWLEDGE_WITHIN_MS = 10_000;
