import type { Observation, RoundResult } from '../round.ts';

/** One round while it is being looked at. */
export interface OpenRound {
  readonly start: number;
  readonly version: number;
  readonly targets: number;
  readonly missed: string[];
  readonly turns: Observation[];
  /** Attempts that belong to it and are not back. */
  owed: number;
  /** Monotonic ms at which its time was over; null: it is not. */
  overAt: number | null;
  told: boolean;
}

/** Attempts have deadlines below this; what is not back by then is a fault of the probe, and missed. */
const patienceMs = 30_000;

/** The rounds that are not told yet: each is told once, whole, in the order in which they began. */
export class RoundBook {
  readonly #intervalMs: number;
  readonly #tell: (round: RoundResult) => void;
  readonly #open: OpenRound[] = [];

  constructor(intervalMs: number, tell: (round: RoundResult) => void) {
    this.#intervalMs = intervalMs;
    this.#tell = tell;
  }

  open(start: number, version: number, targets: number): OpenRound {
    const round = { start, version, targets, missed: [], turns: [], owed: 0, overAt: null, told: false };
    this.#open.push(round);
    return round;
  }

  /** Tells every round that is over and complete, oldest first. */
  tellComplete(): void {
    for (let first = this.#open[0]; first !== undefined; first = this.#open[0]) {
      if (first.overAt === null || first.owed > 0) return;
      this.#told(first);
    }
  }

  /** The oldest round when it waits in vain, else null. The caller says what it missed, then `give`s it up. */
  overdue(tick: number): OpenRound | null {
    const first = this.#open[0];
    return first?.overAt != null && tick - first.overAt > patienceMs ? first : null;
  }

  /** All rounds not told, oldest first. */
  untold(): readonly OpenRound[] {
    return [...this.#open];
  }

  /** Tells a round as it stands. */
  give(round: OpenRound): void {
    this.#told(round);
  }

  #told(round: OpenRound): void {
    this.#open.splice(this.#open.indexOf(round), 1);
    round.told = true;
    const { start, version, targets, missed, turns } = round;
    this.#tell({ round: start, intervalMs: this.#intervalMs, version, targets, missed, turns });
  }
}
