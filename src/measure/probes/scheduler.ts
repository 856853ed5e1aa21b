import { strict as assert } from 'node:assert';
import type { Reading } from '../reading.ts';
import type { Observation, RoundResult } from '../round.ts';
import {
  defaultRechecks,
  isDone,
  nextSlot,
  type Rechecks,
  type RoundSpan,
  recheckAfter,
  roundOf,
  withDone,
} from '../slot.ts';
import { type OpenRound, RoundBook } from './book.ts';
import { Queue, Waits } from './queue.ts';
import { type Plan, type Scheduled, type Subject, Subjects } from './subjects.ts';

export interface SchedulerOptions<T extends Scheduled> {
  readonly intervalMs: number;
  /** Attempts at once. Looks between slots take at most half of them. */
  readonly concurrency: number;
  /** Epoch ms; may jump. */
  now(): number;
  /** A throw is the prober's own trouble: the slot is missed. */
  probe(target: T): Promise<Reading>;
  /** Each round once, when all its attempts are back; with this process stopped, as far as it came. */
  onRound(round: RoundResult): void;
  /** At once for every turn, which then stands in its round's result too. */
  onTurn?(observation: Observation): void;
  /** Asked when a reading is there: false (an outside prober without network of its own) makes it missed. */
  trusted?(): boolean | Promise<boolean>;
  onMishap?(error: unknown, id: string): void;
  /** How late a slot may begin and still count, and how far the clock may be set back unnoticed. Default: a quarter of the interval, at most 5 s. */
  readonly clockToleranceMs?: number;
  readonly rechecks?: Rechecks;
}

export interface Scheduler<T extends Scheduled> {
  /** In force from the next round on; the first list at once, what has passed of the round being missed. */
  setTargets(targets: readonly T[], version: number): void;
  /** Looks at these at once, or as soon as the attempt that is under way is back. Unknown ids are passed over. */
  poke(ids: Iterable<string>): void;
  /** Ends all looking and tells the rounds as they stand. Attempts under way end by their own deadlines, unheard. */
  stop(): void;
}

/** The clock is looked at this often at least, so that a jump is noticed. */
const sleepMaxMs = 1_000;

export function startScheduler<T extends Scheduled>(options: SchedulerOptions<T>): Scheduler<T> {
  assert(options.intervalMs >= 1 && options.concurrency >= 1);
  return new Schedule(options);
}

class Schedule<T extends Scheduled> implements Scheduler<T> {
  readonly #options: SchedulerOptions<T>;
  readonly #toleranceMs: number;
  readonly #rechecks: Rechecks;
  readonly #book: RoundBook;
  readonly #extrasMax: number;
  readonly #subjects = new Subjects<T>();
  #plan: Plan<T> | null = null;
  #nextPlan: Plan<T> | null = null;
  #round: OpenRound | null = null;
  /** Rows of the plan whose slot in this round has come. */
  #cursor = 0;
  #done: RoundSpan[] = [];
  readonly #slots = new Queue<Subject<T>>();
  readonly #extras = new Queue<Subject<T>>();
  readonly #waits = new Waits<Subject<T>>();
  #running = 0;
  #extrasRunning = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(options: SchedulerOptions<T>) {
    this.#options = options;
    this.#toleranceMs = options.clockToleranceMs ?? Math.min(5_000, options.intervalMs / 4);
    this.#rechecks = options.rechecks ?? defaultRechecks(options.intervalMs);
    this.#extrasMax = Math.max(1, Math.floor(options.concurrency / 2));
    this.#book = new RoundBook(options.intervalMs, (round) => options.onRound(round));
  }

  setTargets(targets: readonly T[], version: number): void {
    this.#nextPlan = this.#subjects.plan(targets, version, this.#options.intervalMs);
    if (this.#plan === null) this.#wake();
  }

  poke(ids: Iterable<string>): void {
    if (this.#stopped) return;
    for (const id of ids) {
      const subject = this.#subjects.get(id);
      if (subject?.stage === 'running') subject.again = true;
      else if (subject?.stage === 'idle') this.#wait(subject);
    }
    this.#launch();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#round !== null) this.#close(this.#round);
    for (const round of this.#book.untold()) this.#giveUp(round);
  }

  #wake(): void {
    if (this.#stopped) return;
    const at = this.#options.now();
    const tick = performance.now();
    this.#takeSlots(at);
    this.#turnRound(at);
    this.#takeSlots(at);
    this.#dropLate(at);
    this.#takeRechecks(tick);
    this.#launch();
    const overdue = this.#book.overdue(tick);
    if (overdue !== null) this.#giveUp(overdue);
    this.#book.tellComplete();
    this.#arm(at, tick);
  }

  /** Leaves the round when the clock has left it, and enters the one it is in unless that one was done. */
  #turnRound(at: number): void {
    const start = roundOf(at, this.#options.intervalMs);
    if (this.#round !== null) {
      const back = this.#round.start - at;
      if (start === this.#round.start || (back > 0 && back <= this.#toleranceMs)) return;
      this.#close(this.#round);
      // Set back: what comes stands before what was seen, so it does not follow from it and is told anew.
      if (start < this.#round.start) for (const subject of this.#subjects.all()) subject.result = null;
      this.#round = null;
    }
    if (this.#nextPlan !== null) {
      this.#subjects.adopt(this.#nextPlan);
      this.#plan = this.#nextPlan;
      this.#nextPlan = null;
    }
    if (this.#plan === null || isDone(this.#done, start)) return;
    this.#done = withDone(this.#done, start, this.#options.intervalMs);
    this.#round = this.#book.open(start, this.#plan.version, this.#plan.rows.length);
    this.#cursor = 0;
  }

  /** The round's time is over; slots that the clock jumped across are missed. */
  #close(round: OpenRound): void {
    round.overAt = performance.now();
    for (const { target } of this.#plan?.rows.slice(this.#cursor) ?? []) round.missed.push(target.id);
  }

  #takeSlots(at: number): void {
    const round = this.#round;
    if (round === null) return;
    const rows = this.#plan?.rows ?? [];
    for (let row = rows[this.#cursor]; row !== undefined; row = rows[this.#cursor]) {
      const slot = round.start + row.offset;
      if (slot > at) return;
      this.#cursor++;
      this.#takeSlot(row.subject, round, slot, at);
    }
  }

  /** An attempt that is under way across a slot answers for it: a second one beside it would see the same. */
  #takeSlot(subject: Subject<T>, round: OpenRound, slot: number, at: number): void {
    if (at - slot > this.#toleranceMs) {
      round.missed.push(subject.target.id);
      return;
    }
    round.owed++;
    subject.slots.push({ round, at: slot });
    if (subject.stage === 'running' || subject.stage === 'slot') return;
    subject.stage = 'slot';
    this.#slots.push(subject);
  }

  /** Late slots are missed, not piled up. */
  #dropLate(at: number): void {
    for (let first = this.#slots.first(); first !== undefined; first = this.#slots.first()) {
      if (this.#punctual(first, at)) return;
      this.#slots.shift();
      this.#idle(first);
    }
  }

  /** Whether a waiting subject still has a slot that may begin; those that may not are missed. */
  #punctual(subject: Subject<T>, at: number): boolean {
    while (subject.slots[0] !== undefined && at - subject.slots[0].at > this.#toleranceMs) {
      this.#settle(subject.slots.shift()!.round, subject.target.id, false);
    }
    return subject.slots.length > 0;
  }

  #settle(round: OpenRound, id: string, read: boolean): void {
    if (round.told) return;
    round.owed--;
    if (!read) round.missed.push(id);
  }

  #takeRechecks(tick: number): void {
    for (const { item, due } of this.#waits.take(tick)) {
      // A reading in the meantime has set another instant, or none.
      if (item.due === due && item.stage === 'idle') this.#wait(item);
    }
  }

  #wait(subject: Subject<T>): void {
    subject.due = null;
    subject.stage = 'extra';
    this.#extras.push(subject);
  }

  #launch(): void {
    const { concurrency } = this.#options;
    while (this.#running < concurrency) {
      const subject = this.#slots.shift();
      if (subject === undefined) break;
      const punctual = this.#punctual(subject, this.#options.now());
      if (punctual) void this.#look(subject, subject.slots[0]!.at, subject.slots[0]!.round, false);
      else this.#idle(subject);
    }
    while (this.#running < concurrency && this.#extrasRunning < this.#extrasMax) {
      const subject = this.#extras.shift();
      if (subject === undefined) break;
      // Its slot may have come meanwhile and look at it.
      if (subject.stage === 'extra' && !subject.gone)
        void this.#look(subject, this.#instant(subject), this.#round, true);
    }
  }

  /** `(id, at)` is an observation's key: two looks within one millisecond, or across a small step back of the clock, stay two. */
  #instant(subject: Subject<T>): number {
    const at = this.#options.now();
    const behind = subject.at - at;
    return behind >= 0 && behind <= this.#toleranceMs ? subject.at + 1 : at;
  }

  async #look(subject: Subject<T>, at: number, home: OpenRound | null, extra: boolean): Promise<void> {
    const { target } = subject;
    subject.stage = 'running';
    subject.due = null;
    subject.at = at;
    this.#running++;
    if (extra) this.#extrasRunning++;
    if (extra && home !== null) home.owed++;
    let reading: Reading | null = null;
    try {
      const seen = await this.#options.probe(target);
      const trusted = (await this.#options.trusted?.()) ?? true;
      reading = trusted ? seen : null;
    } catch (error) {
      this.#options.onMishap?.(error, target.id);
    }
    this.#running--;
    if (extra) this.#extrasRunning--;
    if (this.#stopped) return;
    if (reading !== null) this.#record(subject, at, reading, home);
    if (extra && home !== null) this.#settle(home, target.id, true);
    for (const slot of subject.slots.splice(0)) this.#settle(slot.round, target.id, reading !== null);
    this.#rest(subject, reading);
    this.#launch();
    this.#book.tellComplete();
  }

  #record(subject: Subject<T>, at: number, reading: Reading, home: OpenRound | null): void {
    const { result } = reading;
    if (subject.result === result) {
      if (subject.since !== null) subject.since++;
      return;
    }
    subject.since = subject.result === null ? null : 0;
    subject.result = result;
    const { id, check } = subject.target;
    const seen: Observation = { id, check, at, result, reading };
    const round = home === null || home.told ? this.#round : home;
    round?.turns.push(seen);
    this.#options.onTurn?.(seen);
  }

  #idle(subject: Subject<T>): void {
    subject.stage = 'idle';
    this.#subjects.release(subject);
  }

  /** After an attempt: look again at once when asked to, or after a while, or in the slot. */
  #rest(subject: Subject<T>, reading: Reading | null): void {
    this.#idle(subject);
    if (subject.gone) return;
    if (subject.again) {
      subject.again = false;
      this.#wait(subject);
      return;
    }
    if (reading === null) return;
    const at = this.#options.now();
    const untilSlot = nextSlot(at + 1, subject.target.phase, this.#options.intervalMs) - at;
    const wait = recheckAfter(this.#rechecks, reading.result, subject.since, untilSlot);
    if (wait === null) return;
    const tick = performance.now();
    subject.due = this.#waits.put(subject, wait, tick);
    if (subject.due < this.#timerAt) this.#arm(at, tick);
  }

  /** What the round still waits for is missed, and the round told. */
  #giveUp(round: OpenRound): void {
    for (const subject of this.#subjects.all()) {
      const owed = subject.slots.filter((slot) => slot.round === round);
      subject.slots = subject.slots.filter((slot) => slot.round !== round);
      for (const _ of owed) round.missed.push(subject.target.id);
    }
    this.#book.give(round);
  }

  /** One timer for everything: the next slot, the round's end, the next look between slots. */
  #arm(at: number, tick: number): void {
    const { intervalMs } = this.#options;
    const start = this.#round?.start ?? roundOf(at, intervalMs);
    const row = this.#round === null ? undefined : this.#plan?.rows[this.#cursor];
    const slot = start + (row?.offset ?? intervalMs) - at;
    const wait = Math.min(sleepMaxMs, slot, this.#waits.next() - tick);
    clearTimeout(this.#timer);
    this.#timerAt = tick + wait;
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, Math.ceil(wait)));
  }
}
