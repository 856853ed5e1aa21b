/** Chance with a seed: the same seed gives the same sequence on every machine (sfc32, Doty-Humphrey's PractRand). */
export interface Random {
  readonly seed: number;
  /** A whole number from 0 to below − 1. */
  below(below: number): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** True with this probability. */
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  bytes(length: number): Buffer;
  /** Mostly small, now and then up to `most`: sizes of what is odd. */
  size(most: number): number;
  /** Another sequence, settled by this one's seed and the number alone. */
  fork(number: number): Random;
}

export function seeded(seed: number): Random {
  const next = sfc32(seed);
  const below = (limit: number): number => Math.floor((next() / 4_294_967_296) * limit);
  const random: Random = {
    seed,
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (share) => next() < share * 4_294_967_296,
    pick: (items) => items[below(items.length)]!,
    bytes: (length) => {
      const bytes = Buffer.allocUnsafe(length);
      for (let at = 0; at < length; at += 1) bytes[at] = next() & 255;
      return bytes;
    },
    size: (most) => Math.min(most, Math.floor(2 ** ((next() / 4_294_967_296) * Math.log2(most + 1))) - 1),
    fork: (number) => seeded((Math.imul(seed, 0x9e3779b1) + number) >>> 0),
  };
  return random;
}

function sfc32(seed: number): () => number {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i += 1) next();
  return next;
}
