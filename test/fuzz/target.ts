import { performance } from 'node:perf_hooks';
import type { Random } from './random.ts';

/** Something that is fed with what nobody would send on purpose. One file each, and a row in targets.ts. */
export interface FuzzTarget {
  readonly name: string;
  /** What must be so whatever is fed, in a sentence. */
  readonly about: string;
  /** Tries that many inputs and stops at the first that fails. Everything it starts it ends. */
  run(random: Random, count: number): Promise<FuzzOutcome>;
  /** How many inputs `npm test` tries. Default 100,000; less only where sockets or disks are in it. */
  readonly inputs?: number;
  /** Inputs that one turn of `npm run fuzz` tries at least, where setting up costs more than trying. Default 20. */
  readonly atLeast?: number;
  /** What the inputs so far reached, in lines, for whoever wants to know how deep they go. */
  readonly told?: () => readonly string[];
}

export interface FuzzOutcome {
  readonly tried: number;
  readonly failure: FuzzFailure | null;
}

export interface FuzzFailure {
  /** What was not so. */
  readonly what: string;
  /** The smallest input found that fails. */
  readonly input: Buffer;
  /** A number that is this input's alone: the sequence it is made of begins with it. */
  readonly seed: number;
}

/** How a target is put together from single inputs. */
export interface Trial<Input> {
  make(random: Random): Input;
  /** Throws (an assertion) when what must be so is not. */
  check(input: Input): void | Promise<void>;
  /** Smaller inputs to try instead of a failing one, the smallest first. None: the input is shown as it is. */
  smaller?(input: Input): Iterable<Input>;
  show(input: Input): Buffer;
  /** The longest that one input may take, by the wall clock, twice in a row. Default 2,000 ms. */
  readonly limitMs?: number;
}

/** Runs a trial `count` times; the outcome's failure is made small first (at most 2,000 further checks). */
export async function tryInputs<Input>(
  random: Random,
  count: number,
  trial: Trial<Input>,
): Promise<FuzzOutcome> {
  for (let index = 0; index < count; index += 1) {
    const own = random.fork(index);
    const input = trial.make(own);
    const fault = await faultOf(trial, input);
    if (fault === null) continue;
    const small = await shrink(trial, input, fault);
    return { tried: index + 1, failure: { ...small, seed: own.seed } };
  }
  return { tried: count, failure: null };
}

async function faultOf<Input>(trial: Trial<Input>, input: Input): Promise<string | null> {
  const limitMs = trial.limitMs ?? 2000;
  // Another process may have had the machine: slow once is no fault.
  for (let round = 0; round < 2; round += 1) {
    const from = performance.now();
    try {
      const answer = trial.check(input);
      if (answer !== undefined) await answer;
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    if (performance.now() - from <= limitMs) return null;
  }
  return `took longer than ${limitMs} ms, twice`;
}

async function shrink<Input>(
  trial: Trial<Input>,
  input: Input,
  fault: string,
): Promise<{ what: string; input: Buffer }> {
  let best = { input, fault };
  let left = 2000;
  for (let found = true; found && left > 0; ) {
    found = false;
    for (const smaller of trial.smaller?.(best.input) ?? []) {
      left -= 1;
      const again = await faultOf(trial, smaller);
      if (again !== null) {
        best = { input: smaller, fault: again };
        found = true;
        break;
      }
      if (left <= 0) break;
    }
  }
  return { what: best.fault, input: trial.show(best.input) };
}

/** A list without a half, a quarter … a single one of its items (Zeller's ddmin). */
export function* withoutSome<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < items.length; from += size) {
      yield [...items.slice(0, from), ...items.slice(from + size)];
    }
  }
}

/** Bytes without some of them. */
export function* withoutBytes(bytes: Buffer): Iterable<Buffer> {
  for (let size = Math.ceil(bytes.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < bytes.length; from += size) {
      yield Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + size)]);
    }
  }
}
