import { randomInt } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { seeded } from './random.ts';
import type { FuzzFailure, FuzzTarget } from './target.ts';
import { targets } from './targets.ts';

/**
 * `npm run fuzz -- [--for 10m] [--target NAME] [--seed N]`: feeds every target (or one) in turns of a few
 * seconds until the time is over. Prints inputs, rate and memory; at a failure the seed and the smallest
 * input found, which is written to a file. Exit status 1 after a failure.
 */

const turnMs = 5000;
const unitMs = { s: 1000, m: 60_000, h: 3_600_000 };

interface Tally {
  inputs: number;
  spentMs: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      for: { type: 'string', default: '1m' },
      target: { type: 'string' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    },
  });
  const lastsMs = durationMs(values.for);
  const chosen = values.target === undefined ? Object.values(targets) : one(values.target);
  const seed = Number(values.seed);
  if (lastsMs === null || chosen === null || !Number.isSafeInteger(seed) || seed < 0) {
    console.error(`usage: fuzz [--for 90s|10m|2h] [--target ${Object.keys(targets).join('|')}] [--seed N]`);
    return 2;
  }
  console.log(`seed ${seed}`);
  const isWell = await rounds(chosen, seed, performance.now() + lastsMs);
  for (const { told } of chosen) for (const line of told?.() ?? []) console.log(line);
  return isWell ? 0 : 1;
}

function one(name: string): readonly FuzzTarget[] | null {
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  return target === undefined ? null : [target];
}

/** `90s`, `10m` or `2h` in ms; null for anything else. */
function durationMs(text: string): number | null {
  const parts = /^(\d{1,6})([smh])$/.exec(text);
  return parts === null ? null : Number(parts[1]) * unitMs[parts[2] as keyof typeof unitMs];
}

/** Whether nothing failed. Every target has its turn at least once. */
async function rounds(chosen: readonly FuzzTarget[], first: number, untilMs: number): Promise<boolean> {
  const tallies = new Map<string, Tally>();
  for (let seed = first; ; ) {
    for (const target of chosen) {
      const tally = tallies.get(target.name) ?? { inputs: 0, spentMs: 0 };
      tallies.set(target.name, tally);
      const turnUntilMs = Math.max(performance.now() + 1, Math.min(untilMs, performance.now() + turnMs));
      while (performance.now() < turnUntilMs) {
        const failure = await batch(target, seed, tally);
        if (failure !== null) {
          await tell(target, failure, seed);
          return false;
        }
        seed += 1;
      }
      report(target, tally);
    }
    if (performance.now() >= untilMs) return true;
  }
}

/** About a second's worth of inputs, by the rate so far. */
async function batch(target: FuzzTarget, seed: number, tally: Tally): Promise<FuzzFailure | null> {
  const rate = tally.spentMs === 0 ? 0.1 : tally.inputs / tally.spentMs;
  const count = Math.max(target.atLeast ?? 20, Math.min(20_000, Math.round(rate * 1000)));
  const from = performance.now();
  const { tried, failure } = await target.run(seeded(seed), count);
  tally.inputs += tried;
  tally.spentMs += performance.now() - from;
  return failure;
}

function report(target: FuzzTarget, tally: Tally): void {
  const rate = Math.round((tally.inputs / tally.spentMs) * 1000);
  const memoryMb = Math.round(process.memoryUsage.rss() / 1e6);
  console.log(`${target.name.padEnd(12)} ${tally.inputs} inputs, ${rate}/s, ${memoryMb} MB`);
}

async function tell(target: FuzzTarget, failure: FuzzFailure, seed: number): Promise<void> {
  const file = join(await mkdtemp(join(tmpdir(), 'hostpledge-fuzz-')), `${target.name}.input`);
  await writeFile(file, failure.input);
  console.error(`${target.name} FAILED: ${target.about}\n${failure.what}`);
  console.error(`again with --target ${target.name} --seed ${seed}; input ${failure.seed} is in ${file}`);
}

process.exitCode = await main();
