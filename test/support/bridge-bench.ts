import type { Knex } from 'knex';
import type { BridgeDefinition } from '../../src/bridges/bridge.js';
import { BridgeRepository } from '../../src/bridges/bridge.repository.js';
import { BridgeRunner } from '../../src/bridges/bridge-runner.js';
import type { EventHub } from '../../src/platform/events/event-hub.js';
import { systemIds } from '../../src/platform/ids.js';
import { createLogger } from '../../src/platform/logging.js';
import { createTransact } from '../../src/platform/transact.js';
import { testContext } from './context.js';
import { testEvents } from './events.js';

/** A log to be bridged: as many runners as a test has processes. */
export class BridgeBench {
  private readonly events: EventHub;
  private readonly running = new Set<BridgeRunner>();
  private written = 0;
  /** What the other side has acknowledged to all runners together. */
  published = 0;

  constructor(readonly knex: Knex) {
    this.events = testEvents(knex);
  }

  async run(definition: BridgeDefinition): Promise<BridgeRunner> {
    const runner = new BridgeRunner({
      definition,
      positions: new BridgeRepository(this.knex, systemIds.random()),
      feed: this.events.feed,
      cursors: await this.events.cursors(),
      logger: createLogger('silent'),
      onPublished: (events) => {
        this.published += events;
      },
    });
    this.running.add(runner);
    runner.start();
    return runner;
  }

  async stop(runner: BridgeRunner): Promise<void> {
    this.running.delete(runner);
    await runner.stop();
  }

  /** Writes events in transactions of ten; the ids of their subjects, in order. */
  async write(count: number): Promise<string[]> {
    const transact = createTransact(this.knex, this.events.committed);
    const subjects = Array.from({ length: count }, () => `subject-${++this.written}`);
    for (let start = 0; start < count; start += 10) {
      await transact(testContext(), async (tx) => {
        for (const subjectId of subjects.slice(start, start + 10)) {
          tx.emit({ type: 'mine.updated', subjectType: 'Mine', subjectId, divisionCode: '150421' });
        }
      });
    }
    return subjects;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((runner) => this.stop(runner)));
    await this.events.close();
  }
}

/** The subject that a message is about. */
export const subjectOf = (body: string): string =>
  (JSON.parse(body) as { subject: string }).subject.replace('Mine/', '');
