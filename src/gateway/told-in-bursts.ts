import type { SocketWriter } from './socket-writer.js';

/** A subscription of which several messages can be had at a time, each as the text of its response. */
export interface BurstSource extends AsyncGenerator<unknown> {
  /** The next messages, at least one and at most `most`, fit to be told now; none: it has ended. */
  take(most: number): Promise<readonly { readonly json: string }[]>;
}

export const comesInBursts = (answer: unknown): answer is BurstSource =>
  typeof answer === 'object' && answer !== null && 'take' in answer;

/** Some 50 kilobytes as they come. */
const AT_ONCE = 100;

/**
 * Sends what a subscription tells under its id. To the protocol's library it is a subscription in which nothing happens
 * until it ends: that one checks and prints each message anew.
 */
export class ToldInBursts implements AsyncGenerator<never> {
  private readonly head: string;
  private ended = false;

  constructor(
    private readonly source: BurstSource,
    id: string,
    private readonly writer: SocketWriter,
  ) {
    this.head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  }

  async next(): Promise<IteratorResult<never>> {
    for (;;) {
      const burst = await this.source.take(AT_ONCE);
      if (burst.length === 0 || this.ended) return { done: true, value: undefined };
      await this.writer.sendAll(burst.map(({ json }) => `${this.head}${json}}`));
    }
  }

  async return(): Promise<IteratorResult<never>> {
    this.ended = true;
    await this.source.return(undefined);
    return { done: true, value: undefined };
  }

  throw(): Promise<IteratorResult<never>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
