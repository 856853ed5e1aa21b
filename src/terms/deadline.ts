import { type WorkingClock, workingClock } from '../calendar/working.ts';
import { lengthOf, never, type Timeline, timelineOf } from '../timeline/timeline.ts';
import type { Classified, Finding } from './availability.ts';
import type { Deadline, Terms } from './terms.ts';

/** Something that must be done in time; `done` null: not yet. */
export interface Item {
  readonly opened: number;
  readonly done: number | null;
}

const clocks = new WeakMap<Terms['working'], WorkingClock>();

function clockOf(working: Terms['working']): WorkingClock {
  const known = clocks.get(working) ?? workingClock(working);
  clocks.set(working, known);
  return known;
}

/** When an item is due (clause 2-6.4): elapsed or working time from its opening. Infinity: not before `until`. */
export function dueAt(objective: Deadline, working: Terms['working'], opened: number, until: number): number {
  const { kind, ms } = objective.within;
  return kind === 'elapsed' ? opened + ms : clockOf(working).due(opened, ms, until);
}

/** The union of the late stretches `[due, done)`, up to `until`; a result after `until` has not come. */
export function lateLine(
  objective: Deadline,
  working: Terms['working'],
  items: readonly Item[],
  until: number,
): Timeline {
  return timelineOf(
    items
      .filter((item) => item.opened < until)
      .map((item) => [
        dueAt(objective, working, item.opened, until),
        Math.min(item.done ?? Number.POSITIVE_INFINITY, until),
      ]),
  );
}

export function deadline(time: Classified): Finding {
  const badMs = lengthOf(time.bad);
  const goodMs = lengthOf(time.good);
  const baseMs = badMs + goodMs;
  if (baseMs === 0) return { status: 'nothing-measured', goodMs, baseMs, deficient: never };
  return { status: badMs > 0 ? 'breached' : 'kept', goodMs, baseMs, deficient: time.bad };
}
