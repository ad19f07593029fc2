import type { Knex } from 'knex';
import { boxesTouch } from '../platform/boxes.js';
import { PREPARED } from '../platform/prepared-statements.js';
import { JUDGEMENT_SQL } from './sql.js';
import { type SeriesFinding, subjectOf } from './violation-series.js';

type Pair = readonly [a: SeriesFinding, b: SeriesFinding];

/**
 * Which findings of the same mine, kind and neighbour meet. Only the fold knows which pairs it needs: of n findings in one
 * place, about n of the n² there are. It is therefore given a guess for what nobody has asked before, and folds again
 * once PostGIS has said what is true of all that was guessed.
 */
export class FindingMeetings {
  private readonly known = new Map<string, boolean>();
  private guessed = new Map<string, Pair>();
  private rounds = 0;

  /** `findings`: in the order in which they are folded. */
  constructor(private readonly findings: readonly SeriesFinding[]) {}

  readonly meet = (a: SeriesFinding, b: SeriesFinding): boolean => {
    if (!mayMeet(a, b)) return false;
    const known = this.known.get(pairKey(a, b));
    if (known !== undefined) return known;
    this.guessed.set(pairKey(a, b), [a, b]);
    // Those that were in one violation so far most likely meet, those in two do not; what is new mostly goes on.
    return a.violationId === null || b.violationId === null || a.violationId === b.violationId;
  };

  /** Finds out what was guessed since the last time; false: nothing was. */
  async settle(sql: Knex): Promise<boolean> {
    if (this.guessed.size === 0) return false;
    this.rounds += 1;
    if (this.rounds > 1) this.lookFurther();
    const pairs = [...this.guessed];
    this.guessed = new Map();
    const { rows } = await sql.raw(PREPARED + JUDGEMENT_SQL.meetingFindings, {
      ones: pairs.map(([, [one]]) => one.id),
      others: pairs.map(([, [, other]]) => other.id),
    });
    const meeting = new Set(rows.map((row: { place: number }) => row.place));
    for (const [place, [key]] of pairs.entries()) this.known.set(key, meeting.has(place + 1));
    return true;
  }

  /**
   * A guess that was wrong makes others be asked: each time, four times as many of the findings before are looked at, so
   * that there are few rounds however wrong all guesses are.
   */
  private lookFurther(): void {
    const most = 4 ** (this.rounds - 1);
    const places = new Map(this.findings.map((finding, place) => [finding, place]));
    for (const [one] of [...this.guessed.values()]) {
      let asked = 0;
      for (let place = (places.get(one) ?? 0) - 1; place >= 0 && asked < most; place -= 1) {
        const other = this.findings[place];
        if (other === undefined || !mayMeet(one, other)) continue;
        asked += 1;
        const key = pairKey(one, other);
        if (!this.known.has(key)) this.guessed.set(key, [one, other]);
      }
    }
  }
}

const pairKey = (a: SeriesFinding, b: SeriesFinding): string =>
  a.id < b.id ? `${a.id} ${b.id}` : `${b.id} ${a.id}`;

const mayMeet = (a: SeriesFinding, b: SeriesFinding): boolean =>
  boxesTouch(a.box, b.box) && subjectOf(a) === subjectOf(b);
