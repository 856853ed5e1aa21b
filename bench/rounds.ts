/** What one round of one way cost. */
export interface Sample {
  readonly wallS: number;
  readonly cpuS: number;
  readonly peakMb: number;
}

/**
 * Runs every way once a round, each round beginning with another one, so that what else the machine does falls
 * on all of them. Resolves to each way's samples in the order of the rounds.
 */
export async function alternate<Way extends string, One>(
  rounds: number,
  ways: Readonly<Record<Way, (round: number) => Promise<One>>>,
): Promise<Record<Way, readonly One[]>> {
  const names = Object.keys(ways) as Way[];
  const all = {} as Record<Way, One[]>;
  for (const name of names) all[name] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < names.length; i += 1) {
      const name = names[(i + round) % names.length]!;
      all[name].push(await ways[name](round));
    }
  }
  return all;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The median of the rounds' own quotients ours ÷ theirs: what both suffered alike falls out. */
export function quotient(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / theirs[round]!));
}

/** Medians of what the rounds cost, as a line of the report carries them; the peak is the highest. */
export function cost(samples: readonly Sample[]): { readonly cpuS: number; readonly peakMb: number } {
  return {
    cpuS: median(samples.map((sample) => sample.cpuS)),
    peakMb: Math.max(...samples.map((sample) => sample.peakMb)),
  };
}

/** xorshift32: the same data for every run. Values in [0, 1). */
export function dice(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}
