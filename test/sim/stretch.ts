/**
 * Stretches of time as the auditor reckons with them: lists of `[from, to)` in epoch ms, and the plainest way to
 * do each thing. Nothing is shared with src/timeline, on purpose.
 */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** In the order of time, what overlaps or touches made one. */
export function joined(list: readonly Stretch[]): readonly Stretch[] {
  const out: Stretch[] = [];
  for (const one of [...list].sort((a, b) => a.from - b.from)) {
    if (one.to <= one.from) continue;
    const last = out.at(-1);
    if (last !== undefined && one.from <= last.to)
      out[out.length - 1] = { from: last.from, to: Math.max(last.to, one.to) };
    else out.push(one);
  }
  return out;
}

/** What of `list` lies in `within`; both joined. */
export function inside(list: readonly Stretch[], within: readonly Stretch[]): readonly Stretch[] {
  const out: Stretch[] = [];
  for (const a of list)
    for (const b of within) {
      const one = { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
      if (one.from < one.to) out.push(one);
    }
  return joined(out);
}

/** What of `list` does not lie in `holes`. */
export function without(list: readonly Stretch[], holes: readonly Stretch[]): readonly Stretch[] {
  let left = joined(list);
  for (const hole of joined(holes))
    left = left.flatMap((one) =>
      hole.to <= one.from || one.to <= hole.from
        ? [one]
        : [
            { from: one.from, to: hole.from },
            { from: hole.to, to: one.to },
          ].filter(({ from, to }) => from < to),
    );
  return left;
}

export function lengthOf(list: readonly Stretch[]): number {
  return list.reduce((sum, { from, to }) => sum + to - from, 0);
}

export function covers(list: readonly Stretch[], at: number): boolean {
  return list.some(({ from, to }) => from <= at && at < to);
}
