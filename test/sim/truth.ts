import type { Stretch } from './stretch.ts';

/**
 * What really happened in a simulated month, in the simplest form: lists of stretches in epoch ms on the one
 * true clock. It is drawn before anything is told to the product, and the auditor reads nothing else.
 */
export interface Truth {
  readonly seed: number;
  readonly month: Month;
  /** Everything is observed from before the month to after it. */
  readonly from: number;
  readonly to: number;
  /** How often senders hand over what they have. */
  readonly tickMs: number;
  readonly hosts: readonly HostTruth[];
  readonly planes: readonly PlaneTruth[];
  readonly probers: readonly ProberTruth[];
  /** Ticks before which the database is closed and opened again. */
  readonly restarts: readonly number[];
}

export interface Month {
  readonly zone: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export type Check = 'web' | 'ftp';
export const checks: readonly Check[] = ['web', 'ftp'];

export interface HostTruth {
  readonly id: string;
  readonly plane: string;
  readonly guarantees: readonly string[];
  /** A local midnight, or null: never signed. */
  readonly signed: number | null;
  readonly opened: number;
  /** When its targets are given to the probers, and taken away; at the beginning of a tick. */
  readonly watched: Stretch;
  readonly sales: readonly SaleTruth[];
  /** When it did not answer, whoever was to blame. */
  readonly down: Readonly<Record<Check, readonly Stretch[]>>;
  /** Whole minutes in which every request was slow. */
  readonly slow: readonly Stretch[];
  readonly causes: readonly CauseTruth[];
  /** Closed by the provider by an announced rule. */
  readonly closed: readonly Stretch[];
  /** Requests that ended long after their minute: told as supplements. */
  readonly late: readonly { readonly minute: number; readonly ms: number }[];
}

export interface SaleTruth {
  readonly number: string;
  readonly from: number;
  readonly to: number;
  readonly price: number;
  /** Movements of its fee; none: never paid. Below zero: paid back. */
  readonly moves: readonly { readonly at: number; readonly amount: number }[];
}

export interface CauseTruth extends Stretch {
  readonly id: string;
  readonly cause: 'customer-dns' | 'attack' | 'agreed';
  readonly checks: readonly string[];
  /** When staff or the doctor recorded it, and when it was taken back. */
  readonly told: number;
  readonly withdrawn: number | null;
}

export interface PlaneTruth {
  readonly id: string;
  readonly deaths: readonly Stretch[];
  /** Whole minutes whose log was lost. */
  readonly unread: readonly Stretch[];
  /** Minutes in which its event loop was held. */
  readonly held: readonly { readonly minute: number; readonly ms: number }[];
  readonly cuts: readonly Cut[];
}

/** One life of a prober's process; its clock says `skewMs` more than the true one. */
export interface Life extends Stretch {
  readonly skewMs: number;
  readonly end: 'killed' | 'stopped';
}

/** Ticks `[from, to)` at which nothing gets through to the centre. */
export interface Cut {
  readonly from: number;
  readonly to: number;
}

export interface ProberTruth {
  readonly id: string;
  readonly lives: readonly Life[];
  /** Its own network was down and it knew: what it saw it did not trust. */
  readonly blind: readonly Stretch[];
  /** Its own way to a plane was broken and it did not know: it saw failures that were none. */
  readonly wrong: readonly (Stretch & { readonly plane: string })[];
  /** Single slots that it did not come to: target → instants of rounds on its clock. */
  readonly missed: ReadonlyMap<string, ReadonlySet<number>>;
  readonly cuts: readonly Cut[];
  /** Its lives from this one on write to a new spool; the old one is found and sent at the tick. Null: never. */
  readonly moved: { readonly life: number; readonly tick: number } | null;
}

/** Number of the tick at whose end an instant has passed. */
export function tickOf(truth: Pick<Truth, 'from' | 'tickMs'>, at: number): number {
  return Math.ceil((at - truth.from) / truth.tickMs);
}

/** The true instant at which a tick ends. */
export function endOf(truth: Pick<Truth, 'from' | 'tickMs'>, tick: number): number {
  return truth.from + tick * truth.tickMs;
}

/** The first tick from `tick` on at which the link stands. */
export function through(cuts: readonly Cut[], tick: number): number {
  let at = tick;
  for (const cut of cuts) if (cut.from <= at && at < cut.to) at = cut.to;
  return at;
}

/** The tick at which the month is closed: the day of grace is over (SEMANTICS §11). */
export function closeTick(truth: Truth): number {
  return tickOf(truth, truth.to) + 86_400_000 / truth.tickMs;
}

/** By this tick everything that was held back has come. */
export function lastTick(truth: Truth): number {
  return tickOf(truth, truth.to) + (2 * 86_400_000) / truth.tickMs;
}

/** Hosts whose outages are followed as they are told: a few, since each telling looks at them anew. */
export function isFollowed(host: string): boolean {
  return Number(host.slice(1)) <= 3;
}
