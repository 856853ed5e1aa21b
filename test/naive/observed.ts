import { type Canvas, durationMs, tickAt } from './canvas.ts';
import type { GuaranteeFile, SeriesFile } from './file.ts';
import type { See } from './situation.ts';

/** docs/semantics.md §3, a tick at a time. */
export const unobserved = 0;
export const good = 1;
export const bad = 2;

export interface ObservedLine {
  /** One of the three for each tick. */
  readonly line: Uint8Array;
  /** Gaps that a bridge made bad: first tick, and the one after the last. */
  readonly gaps: readonly (readonly [number, number])[];
}

const most = 16;

export function observedLine(
  canvas: Canvas,
  series: readonly SeriesFile[],
  guarantee: GuaranteeFile,
  see: See,
): ObservedLine {
  const know = new Uint8Array(canvas.count);
  const fail = new Uint8Array(canvas.count);
  for (const one of series) speak(canvas, one, durationMs(guarantee.hold!), know, fail, see);
  const line = new Uint8Array(canvas.count);
  const met = new Uint8Array(most * most);
  for (let tick = 0; tick < canvas.count; tick += 1) {
    const r = know[tick]!;
    const f = fail[tick]!;
    met[r * most + f] = 1;
    line[tick] = r === 0 ? unobserved : verdictOf(guarantee, r, f);
  }
  seeVotes(guarantee, met, see);
  return { line, gaps: bridgeGaps(canvas, line, durationMs(guarantee.bridge ?? 'PT1H'), see) };
}

/** "A run says what was so from `first` until the earlier of the next run's `first` and `last + hold`." */
function speak(
  canvas: Canvas,
  { runs }: SeriesFile,
  holdMs: number,
  know: Uint8Array,
  fail: Uint8Array,
  see: See,
): void {
  for (const [i, run] of runs.entries()) {
    const next = runs[i + 1];
    const held = Date.parse(run.last) + holdMs;
    const until = next === undefined ? held : Math.min(held, Date.parse(next.first));
    const to = tickAt(canvas, until);
    for (let tick = tickAt(canvas, Date.parse(run.first)); tick < to; tick += 1) {
      know[tick] = know[tick]! + 1;
      if (run.result === 'fail') fail[tick] = fail[tick]! + 1;
    }
    if (run.first === run.last) see('single observation');
    if (next !== undefined && until < held) see('run cut short by the next one');
    if (next === undefined || until < Date.parse(next.first)) see('hold runs out');
    if (next !== undefined && Date.parse(next.first) - Date.parse(run.last) === canvas.tickMs) {
      see('next observation a tick later');
    }
  }
}

function verdictOf({ floor = 1, quorum = 'majority' }: GuaranteeFile, r: number, f: number): number {
  if (r < floor) return unobserved;
  if (quorum === 'majority') return 2 * f > r ? bad : good;
  if (quorum === 'any') return f >= 1 ? bad : good;
  if (quorum === 'all') return f === r ? bad : good;
  return f >= Math.min(quorum, r) ? bad : good;
}

/** "Both neighbours, immediately before and after it, are bad." */
function bridgeGaps(canvas: Canvas, line: Uint8Array, bridgeMs: number, see: See): [number, number][] {
  const gaps: [number, number][] = [];
  let tick = 0;
  while (tick < line.length) {
    if (line[tick] !== unobserved) {
      tick += 1;
      continue;
    }
    let end = tick;
    while (end < line.length && line[end] === unobserved) end += 1;
    const left = tick > 0 ? line[tick - 1] : null;
    const right = end < line.length ? line[end] : null;
    const length = (end - tick) * canvas.tickMs;
    if (left === bad && right === bad) {
      if (length === bridgeMs) see('gap exactly as long as the bridge');
      if (length === bridgeMs + canvas.tickMs && bridgeMs > 0) see('gap one tick longer than the bridge');
      if (length <= bridgeMs) gaps.push([tick, end]);
      if (bridgeMs === 0) see('bridge of nothing');
    } else if ((left === good && right === bad) || (left === bad && right === good)) {
      if (length <= bridgeMs) see('gap with a good neighbour');
    }
    tick = end;
  }
  // Only after all were looked at: a bridge is no neighbour for the next gap, though none could touch it.
  for (const [from, to] of gaps) line.fill(bad, from, to);
  if (gaps.length > 0) see('gap bridged');
  return gaps;
}

/** Which of the votes that make a difference were met. */
function seeVotes({ floor = 1, quorum = 'majority' }: GuaranteeFile, met: Uint8Array, see: See): void {
  for (let r = 1; r < most; r += 1) {
    for (let f = 0; f <= r; f += 1) {
      if (met[r * most + f] === 0) continue;
      if (r < floor) see('fewer than the floor know');
      else if (quorum === 'majority') {
        if (2 * f === r) see('majority: a tie is good');
        else if (f > 0 && f < r)
          see(2 * f > r ? 'majority: bad though one passes' : 'majority: outvoted failure');
      } else if (quorum === 'any') {
        if (f > 0 && f < r) see('any: one of several fails');
      } else if (quorum === 'all') {
        if (f > 0 && f < r) see('all: one passes');
      } else if (f > 0 && r < quorum) {
        if (f === r) see('number: more than report, all fail');
      } else if (f > 0) see(f >= quorum ? 'number: reached' : 'number: not reached');
    }
  }
}
