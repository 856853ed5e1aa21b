import { durationMs, tickAt } from './canvas.ts';
import type { ObjectiveFile, WindowsFile } from './file.ts';
import type { Scene } from './judge.ts';
import { bad, good } from './observed.ts';

/** docs/semantics.md §5, ceiling: above the limit is bad, the rest of the windows good, outside them nothing is known. */
export function windowLine(
  { canvas, first, last, see }: Scene,
  objective: Extract<ObjectiveFile, { kind: 'ceiling' }>,
  windows: readonly WindowsFile[],
): Uint8Array {
  const line = new Uint8Array(canvas.count);
  const limitMs = durationMs(objective.limit);
  for (const stretch of windows) {
    const everyMs = durationMs(stretch.every);
    const count = stretch.values?.length ?? stretch.idle!;
    if (count === 0) see('ceiling: stretch of no windows');
    if (stretch.values === undefined && count > 0) see('ceiling: idle stretch');
    for (let i = 0; i < count; i += 1) {
      const value = stretch.values?.[i] ?? null;
      const begin = Date.parse(stretch.from) + i * everyMs;
      const from = tickAt(canvas, begin);
      const to = tickAt(canvas, begin + everyMs);
      for (let tick = from; tick < to; tick += 1) line[tick] = value !== null && value > limitMs ? bad : good;
      if (value === limitMs) see('ceiling: value at the limit');
      if (value === null && stretch.values !== undefined) see('ceiling: window without requests');
      if (from < first && to > first) see('ceiling: window over the month’s edge');
      if (to === canvas.count && last === canvas.count && begin + everyMs > endOf(canvas)) {
        see('ceiling: window cut by asOf');
      }
    }
  }
  if (line.subarray(first, last).includes(0)) see('ceiling: log not read');
  return line;
}

function endOf(canvas: Scene['canvas']): number {
  return canvas.from + canvas.count * canvas.tickMs;
}
