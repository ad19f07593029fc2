import { randomUUID } from 'node:crypto';

/** What of an event decides which one it follows from. */
export interface Link {
  /** Given where it has to be known later on which id it has; else it is made. */
  readonly id?: string;
  readonly subjectId: string;
  readonly mineId?: string | null;
  /** Subjects besides its own that it tells something of, by id: what follows from a change of these follows from it. */
  readonly concerns?: readonly string[];
  /** Subjects, by id: it follows from the latest event of the transaction that tells of one of them. */
  readonly follows?: readonly string[];
  /** Id of the event it follows from, where that was written by an earlier transaction. */
  readonly causeId?: string | null;
}

/** Events that others follow from: what concerns a mine from that of the mine, anything else from the latest. */
export interface Causes {
  readonly latest: string | null;
  readonly byMine: Readonly<Record<string, string>>;
}

export const NO_CAUSES: Causes = { latest: null, byMine: {} };

export const causedBy = (eventId: string): Causes => ({ latest: eventId, byMine: {} });

/** An event with its id and that of the one it follows from. */
export type Linked<E extends Link> = E & { readonly id: string; readonly causeId: string | null };

/** The events of one transaction, in order, each linked to the one it follows from. */
export class EventChain<E extends Link> {
  readonly events: Linked<E>[] = [];
  /** By subject: the place of the latest event that tells of it. */
  private readonly latest = new Map<string, number>();

  /** `causes`: what it follows from when it names nothing nearer. */
  add(event: E, causes: Causes): void {
    const id = event.id ?? randomUUID();
    const nearest = this.latestOf(event.follows ?? []);
    const cause = event.causeId ?? nearest?.id ?? causeOf(event.mineId, causes);
    const place = this.events.push({ ...event, id, causeId: cause }) - 1;
    this.latest.set(event.subjectId, place);
    for (const subject of event.concerns ?? []) this.latest.set(subject, place);
  }

  /** What has been told of these subjects so far, as causes of what is still to come. */
  causes(subjectIds: readonly string[]): Causes {
    const byMine: Record<string, string> = {};
    for (const place of this.places(subjectIds).sort((a, b) => a - b)) {
      const event = this.events[place];
      if (event?.mineId != null) byMine[event.mineId] = event.id;
    }
    return { latest: this.latestOf(subjectIds)?.id ?? null, byMine };
  }

  private latestOf(subjectIds: readonly string[]): Linked<E> | undefined {
    return this.events[this.places(subjectIds).reduce((last, place) => Math.max(last, place), -1)];
  }

  private places(subjectIds: readonly string[]): number[] {
    return subjectIds.flatMap((id) => this.latest.get(id) ?? []);
  }
}

const causeOf = (mineId: string | null | undefined, { latest, byMine }: Causes): string | null =>
  (mineId == null ? undefined : byMine[mineId]) ?? latest;
