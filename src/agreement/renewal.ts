import { isDayOff, type Working } from '../calendar/working.ts';
import { instantOf, localDay, offsetAt } from '../calendar/zone.ts';
import type { RenewalRules } from '../people/party.ts';
import { intervalsOf, type Timeline, timelineOf } from '../timeline/timeline.ts';
import type { Payment, Sold } from './sale.ts';

/**
 * What is due at the end of a term, by the provider's timetable: reminders, the stop, N days of keeping, the release;
 * a renewal within the keeping opens the host again. Facts in, instants out.
 */

export type RenewalAct = 'remind' | 'stop' | 'reopen' | 'release';

export interface Due {
  readonly act: RenewalAct;
  readonly at: number;
  /** The end of the term that it is about. */
  readonly ends: number;
  /** How long before the end it reminds; null for the others. */
  readonly days: number | null;
}

const dayMs = 86_400_000;
/** However long the holidays: a calendar without any working day moves nothing. */
const longestShift = 60;

/**
 * The time for which a host is sold. The first sale counts from its beginning whether it is paid or not (whoever is
 * served on credit is in no term's end); what renews it counts from its payment on. A change of plan renews nothing.
 */
export function termLine(chain: readonly Sold[], payments: readonly Payment[]): Timeline {
  let onCredit = true;
  return timelineOf(
    chain.map((sale, i) => {
      const before = chain[i - 1];
      onCredit &&= before === undefined || before.cut === sale.from;
      const paid = payments.filter((move) => move.sale === sale.number).map((move) => move.at);
      const from = onCredit ? sale.from : Math.max(sale.from, Math.min(...paid));
      const to = sale.cut ?? sale.to;
      return from < to ? [from, to] : [0, 0];
    }),
  );
}

/** What moves an end besides the rules; null: did not happen. */
export interface Told {
  /** When the last term's host really was stopped: the data is kept from then on. */
  readonly stoppedAt: number | null;
  /** When a sale of the host was recorded last: one that is told when it is over stops nothing for a day. */
  readonly recordedAt: number | null;
}

/** Every due act in the order of time. Whatever follows a release is of no term any more. */
export function timetable(
  line: Timeline,
  rules: RenewalRules,
  working: Working,
  { stoppedAt, recordedAt }: Told = { stoppedAt: null, recordedAt: null },
): readonly Due[] {
  const dues: Due[] = [];
  const terms = intervalsOf(line);
  for (const [i, [from, ends]] of terms.entries()) {
    const next = terms[i + 1]?.[0] ?? Number.POSITIVE_INFINITY;
    const add = (act: RenewalAct, at: number, days: number | null = null): void => {
      dues.push({ act, at, ends, days });
    };
    for (const days of rules.reminders.toSorted((a, b) => b - a)) {
      const at = shifted(rules, working, later(working.zone, ends, -days), -1);
      if (at >= from) add('remind', at, days);
    }
    // Whoever enters old sales one by one closes no host in between.
    const grace = recordedAt !== null && recordedAt >= ends ? recordedAt + dayMs : ends;
    const stop = Math.max(shifted(rules, working, ends, 1), grace);
    if (next <= stop) continue;
    add('stop', stop);
    const kept = i === terms.length - 1 && stoppedAt !== null && stoppedAt >= ends ? stoppedAt : stop;
    const release = shifted(rules, working, later(working.zone, kept, rules.keepDays), 1);
    if (next < release) add('reopen', next);
    else {
      add('release', release);
      break;
    }
  }
  return dues.sort((a, b) => a.at - b.at);
}

/** The same time of another local day. */
function later(zone: string, at: number, days: number): number {
  return days === 0 ? at : instantOf(zone, at + offsetAt(zone, at) + days * dayMs);
}

/** Off days off, to the nearest working day before (−1) or after (1), at the same time of day. */
function shifted({ shift }: RenewalRules, working: Working, at: number, step: -1 | 1): number {
  if (!shift) return at;
  for (let moved = 0; moved <= longestShift; moved += 1) {
    const there = later(working.zone, at, moved * step);
    if (!isDayOff(working, localDay(working.zone, there))) return there;
  }
  return at;
}

/** Where a host stands when the timetable is looked at. */
export interface Stand {
  readonly state: 'none' | 'ordered' | 'serving' | 'closed' | 'over-traffic' | 'expired' | 'released';
  /** When it was stopped at a term's end, and by whom; null: it is not. */
  readonly stopped: { readonly at: number; readonly actor: string } | null;
}

export interface Outlook {
  /** The end of the term that runs, of the last one that ran, or of the first that will; null: nothing was sold. */
  readonly ends: number | null;
  /** What is to be done now, in this order. */
  readonly now: readonly Due[];
  /** Reminders whose time has come too, but a later one takes their place. */
  readonly passed: readonly Due[];
  /** When to look again; null: nothing will be due. */
  readonly next: number | null;
}

/** What the timetable asks for at an instant. Whoever was away for a month does what is due now, not all that was. */
export function outlook(
  line: Timeline,
  dues: readonly Due[],
  stand: Stand,
  done: ReadonlySet<string>,
  now: number,
): Outlook {
  const terms = intervalsOf(line);
  const begun = terms.filter(([from]) => from <= now).at(-1) ?? null;
  const ends = (begun ?? terms[0])?.[1] ?? null;
  if (stand.state === 'released' || ends === null) return { ends, now: [], passed: [], next: null };
  const ahead = [...dues.map((due) => due.at), ...terms.map(([from]) => from)].filter((at) => at > now);
  const next = ahead.length === 0 ? null : Math.min(...ahead);
  if (begun === null) return { ends, now: [], passed: [], next };
  const own = dues.filter((due) => due.ends === ends && due.at <= now);
  const has = (act: RenewalAct): Due | undefined => own.find((due) => due.act === act);
  // What the timetable did of a term it does not do again: staff who opened a host by hand meant it.
  const open = (due: Due | undefined): readonly Due[] =>
    due === undefined || done.has(keyOf(due)) ? [] : [due];
  if (now < ends) {
    const reopen = { act: 'reopen', at: begun[0], ends, days: null } as const;
    const acts = isReopened(stand, begun[0]) ? open(reopen) : [];
    return { ends, ...remindersOf(own, done, acts), next };
  }
  const { state } = stand;
  const release = state === 'expired' || state === 'ordered' ? open(has('release')) : [];
  if (release.length > 0) return { ends, now: release, passed: [], next };
  const serves = state === 'serving' || state === 'closed' || state === 'over-traffic';
  return { ends, ...remindersOf(own, done, serves ? open(has('stop')) : []), next };
}

/** A host that the timetable stopped, or anybody before the present term began, is opened by it. */
function isReopened({ state, stopped }: Stand, from: number): boolean {
  return state === 'expired' && stopped !== null && (stopped.actor === timetableActor || stopped.at <= from);
}

export const timetableActor = 'timetable';

function remindersOf(own: readonly Due[], done: ReadonlySet<string>, acts: readonly Due[]) {
  const due = own.filter((one) => one.act === 'remind' && !done.has(keyOf(one)));
  const last = due.at(-1);
  // A reminder of what a later one has said already says nothing new.
  const said = own.filter((one) => one.act === 'remind').at(-1);
  const now = last !== undefined && last === said ? [...acts, last] : acts;
  return { now, passed: due.filter((one) => !now.includes(one)) };
}

/** The name under which an act is done once, for one host. */
export function keyOf({ act, ends, days }: Due): string {
  return `${ends} ${act}${days === null ? '' : ` ${days}`}`;
}
