import { dayStart, localDay } from '../calendar/zone.ts';
import type { WindowStretch } from '../terms/ceiling.ts';
import { type PlaneMinute, slowMs } from './minute.ts';
import { addMinute, emptyDay, type HostDay, isRead, markRead } from './pack.ts';

export const minuteMs = 60_000;

/** A local day as `[from, to)` in epoch ms, with its number of minutes (1,380 to 1,500 where clocks change). */
export interface DaySpan {
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
}

export function daySpanOf(zone: string, at: number): DaySpan {
  const day = localDay(zone, at);
  const [from, to] = [dayStart(zone, day), dayStart(zone, day + 1)];
  return { from, to, minutes: Math.ceil((to - from) / minuteMs) };
}

/** A minute as it is stored until its day is cut. */
export interface MinuteRow {
  readonly plane: string;
  readonly minute: number;
  readonly part: number;
  readonly packed: Buffer;
}

/** A host's cut day as it is stored. */
export interface DayRow {
  readonly host: string;
  readonly day: number;
  readonly packed: Buffer;
}

export interface Folded {
  readonly hosts: ReadonlyMap<string, HostDay>;
  readonly read: Buffer;
}

/** Folds minutes into what is already known of the day. */
export function foldDay(span: DaySpan, before: Folded, minutes: readonly PlaneMinute[]): Folded {
  const hosts = new Map(before.hosts);
  const read = Buffer.alloc(Math.ceil(span.minutes / 8));
  before.read.copy(read);
  for (const minute of minutes) {
    const index = (minute.minute - span.from) / minuteMs;
    // Told again after its day was cut: it is in there.
    if (minute.part === 0 && isRead(before.read, index)) continue;
    // A supplement is a part of what was logged, not the word that the whole minute was read.
    if (minute.part === 0) markRead(read, index);
    for (const host of minute.hosts) {
      const day = hosts.get(host.host) ?? emptyDay(span.minutes);
      hosts.set(host.host, addMinute(day, index, host, minute.loopDelayMs));
    }
  }
  return { hosts, read };
}

const noRequests = new Int32Array(0);
const unread = -2;
/** Silences at least this long are written as `idle`, shorter ones as nulls among the values. */
const idleFrom = 8;

/** One host's minutes over `[from, to)`: −2 not read, −1 no request, else the response value in ms. */
export class MinuteLine {
  readonly from: number;
  readonly values: Int32Array;
  /** From here on, nothing was added yet. */
  #laid = 0;

  constructor(from: number, to: number) {
    this.from = from;
    this.values = new Int32Array(Math.ceil((to - from) / minuteMs)).fill(unread);
  }

  /** A cut day; `day` null: the host had no request in it. A minute not read whole is known by a slow request alone. */
  addDay(dayFrom: number, read: Buffer, day: Pick<HostDay, 'values'> | null): void {
    const shift = (dayFrom - this.from) / minuteMs;
    const known = day?.values ?? noRequests;
    const { values } = this;
    // Nearly every day was read whole and comes after the days before it; asking each minute would cost more than all the rest.
    const whole = isWhole(read);
    const end = Math.min(read.length * 8, values.length - shift);
    if (whole && known.length >= end && shift >= this.#laid) {
      values.set(known.subarray(0, end), shift);
      this.#laid = shift + end;
      return;
    }
    this.#laid = Math.max(this.#laid, shift + end);
    for (let i = Math.max(0, -shift); i < end; i += 1) {
      const value = i < known.length ? known[i]! : -1;
      const at = shift + i;
      if (values[at]! < value && (whole || value > slowMs || isRead(read, i))) values[at] = value;
    }
  }

  addMinute(minute: PlaneMinute, host: string): void {
    const at = (minute.minute - this.from) / minuteMs;
    if (at < 0 || at >= this.values.length) return;
    const mine = minute.hosts.find((one) => one.host === host);
    const measured = mine !== undefined && mine.measured > 0;
    const value = measured ? Math.ceil(mine.slowest + minute.loopDelayMs) : -1;
    // Of a minute that was not read whole, a slow request is known to be slow, and nothing is known to be good.
    if (minute.part > 0 && this.values[at] === unread && value <= slowMs) return;
    this.values[at] = Math.max(this.values[at]!, value);
    this.#laid = Math.max(this.#laid, at + 1);
  }

  /** As windows of a case file. Minutes that were not read stand in none. */
  windows(): WindowStretch[] {
    return this.stretches().map((one) => ({
      ...one,
      values: one.values === null ? null : Array.from(one.values, (ms) => (ms < 0 ? null : ms)),
    }));
  }

  /** The same with the values as they stand here: below zero is no request. */
  stretches(): Stretch[] {
    const out: Stretch[] = [];
    const { values } = this;
    for (let i = 0; i < values.length; ) {
      if (values[i] === unread) {
        i += 1;
        continue;
      }
      const silent = this.#silence(i);
      if (silent >= idleFrom || values[i + silent] === unread || i + silent === values.length) {
        out.push(this.#stretch(i, silent, true));
        i += silent;
        continue;
      }
      const from = i;
      while (i < values.length && (values[i]! >= 0 || (values[i] === -1 && this.#silence(i) < idleFrom)))
        i += 1;
      out.push(this.#stretch(from, i - from, false));
    }
    return out.filter((stretch) => stretch.count > 0);
  }

  #silence(at: number): number {
    let i = at;
    while (i < this.values.length && this.values[i] === -1) i += 1;
    return i - at;
  }

  #stretch(at: number, count: number, idle: boolean): Stretch {
    const values = idle ? null : this.values.subarray(at, at + count);
    return { from: this.from + at * minuteMs, everyMs: minuteMs, count, values };
  }
}

/** The same days are laid out for every host of a plane: each is looked at once. */
function isWhole(read: Buffer): boolean {
  const known = wholes.get(read);
  if (known !== undefined) return known;
  const whole = read.every((byte) => byte === 0xff);
  wholes.set(read, whole);
  return whole;
}

const wholes = new WeakMap<Buffer, boolean>();

interface Stretch extends WindowStretch {
  readonly values: Int32Array | null;
}
