import type { Reading } from '../measure/reading.ts';

/** What probing many targets as fast as asked came to, and what it cost this process. */
export interface Pace {
  readonly probes: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** User and system time of this whole process. */
  readonly cpuSecondsPer1000: number;
  readonly tookMs: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly passed: number;
  readonly fails: Readonly<Record<string, number>>;
}

/** Keeps `concurrency` attempts under way, one target after another and round again, until the time is over. */
export async function paceOf(
  looks: readonly (() => Promise<Reading>)[],
  concurrency: number,
  forMs: number,
): Promise<Pace> {
  const took: number[] = [];
  const fails: Record<string, number> = {};
  const cpu = process.cpuUsage();
  const began = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - began < forMs) {
      const reading = await looks[next++ % looks.length]!();
      took.push(reading.tookMs);
      if (reading.result === 'fail') fails[reading.code] = (fails[reading.code] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const sorted = Float64Array.from(took).sort();
  const share = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  const failed = Object.values(fails).reduce((sum, count) => sum + count, 0);
  return {
    probes: took.length,
    seconds: rounded(seconds, 100),
    perSecond: Math.round(took.length / seconds),
    cpuSecondsPer1000: rounded((user + system) / 1_000 / Math.max(1, took.length), 10_000),
    tookMs: { p50: share(0.5), p95: share(0.95), max: share(1) },
    passed: took.length - failed,
    fails,
  };
}

export function paceText(pace: Pace): string {
  const { p50, p95, max } = pace.tookMs;
  const fails = Object.entries(pace.fails).map(([code, count]) => `  ${code}: ${count}\n`);
  return `${pace.probes} probes in ${pace.seconds} s: ${pace.perSecond} a second
CPU ${pace.cpuSecondsPer1000} s for 1,000 probes
took ${p50} ms in the middle, 95 of 100 at most ${p95} ms, the longest ${max} ms
${pace.passed} passed, ${pace.probes - pace.passed} failed
${fails.join('')}`;
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
