import { bucketCount, bucketUpMs } from './minute.ts';

/**
 * The time that `share` (0 to 1) of the measured requests did not exceed, ms, from the buckets of one or more
 * minutes; null without requests. Within a bucket requests are taken to be spread evenly, so the answer is off
 * by at most the bucket's width (√2). It never exceeds `slowestMs`, the true maximum, when that is given.
 */
export function quantileMs(
  buckets: Uint32Array,
  share: number,
  slowestMs = Number.POSITIVE_INFINITY,
): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  // The request that stands at this rank, counted from 1; a float of 0.95 × 20 must not become the 20th.
  const rank = Math.min(total, Math.max(1, Math.ceil(share * total - 1e-9)));
  let below = 0;
  let i = 0;
  while (below + buckets[i]! < rank) {
    below += buckets[i]!;
    i += 1;
  }
  const low = i === 0 ? 0 : bucketUpMs(i - 1);
  const high = i === bucketCount - 1 ? Math.max(low, Math.min(slowestMs, 2 * low)) : bucketUpMs(i);
  return Math.min(slowestMs, Math.round(low + ((high - low) * (rank - below)) / buckets[i]!));
}
