import { strict as assert } from 'node:assert';
import type { Reading } from '../reading.ts';
import { offsetOf } from '../slot.ts';
import type { OpenRound } from './book.ts';

/** What the scheduler knows of a target; the rest is between its giver and the probe. Ids are unique over all checks. */
export interface Scheduled {
  readonly id: string;
  readonly check: string;
  /** Share of the interval in 65,536ths: fixed for ever. */
  readonly phase: number;
}

/** One target's state, kept over changes of the list. */
export interface Subject<T> {
  target: T;
  stage: 'idle' | 'slot' | 'extra' | 'running';
  /** The slots that the waiting or running attempt answers for. */
  slots: { readonly round: OpenRound; readonly at: number }[];
  result: Reading['result'] | null;
  /** Instant of the last observation, epoch ms. */
  at: number;
  /** Readings since the last turn; null before the first one. */
  since: number | null;
  /** Monotonic ms of the next look between slots. */
  due: number | null;
  /** Look again when the running attempt is back. */
  again: boolean;
  /** No longer in the list; forgotten when its attempt is back. */
  gone: boolean;
}

/** A list of targets in the order of their slots. */
export interface Plan<T> {
  readonly version: number;
  readonly rows: readonly { readonly subject: Subject<T>; readonly target: T; readonly offset: number }[];
}

/** The targets by id: those of the list in force, of the one to come, and those whose attempt is still out. */
export class Subjects<T extends Scheduled> {
  readonly #byId = new Map<string, Subject<T>>();

  get(id: string): Subject<T> | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<Subject<T>> {
    return this.#byId.values();
  }

  /** Prepares a list; new targets are known from now on, everything else waits for `adopt`. */
  plan(targets: readonly T[], version: number, intervalMs: number): Plan<T> {
    assert(new Set(targets.map(({ id }) => id)).size === targets.length, 'an id stands twice in the targets');
    const rows = targets.map((target) => ({
      subject: this.#of(target),
      target,
      offset: offsetOf(target.phase, intervalMs),
    }));
    return { version, rows: rows.sort((a, b) => a.offset - b.offset) };
  }

  adopt(plan: Plan<T>): void {
    for (const subject of this.#byId.values()) subject.gone = true;
    for (const { subject, target } of plan.rows) {
      subject.gone = false;
      subject.target = target;
      this.#byId.set(target.id, subject);
    }
    for (const subject of this.#byId.values()) this.release(subject);
  }

  /** Forgets a subject that has left the list and owes nothing more. */
  release(subject: Subject<T>): void {
    if (!subject.gone) return;
    subject.due = null;
    if (subject.stage === 'idle' || subject.stage === 'extra') this.#byId.delete(subject.target.id);
  }

  #of(target: T): Subject<T> {
    const known = this.#byId.get(target.id);
    if (known !== undefined) return known;
    const subject: Subject<T> = {
      target,
      stage: 'idle',
      slots: [],
      result: null,
      at: 0,
      since: null,
      due: null,
      again: false,
      gone: false,
    };
    this.#byId.set(target.id, subject);
    return subject;
  }
}
