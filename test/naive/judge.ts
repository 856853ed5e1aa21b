import { type Canvas, decimalOf, durationMs, tickAt } from './canvas.ts';
import { lateLine } from './deadline.ts';
import type { CaseFile, GuaranteeFile, GuaranteeSettled, SettlementFile } from './file.ts';
import { forceTicks } from './force.ts';
import { type Counted, found } from './objective.ts';
import { bad, good, observedLine, unobserved } from './observed.ts';
import { compensation, intervals } from './pay.ts';
import type { See } from './situation.ts';
import { windowLine } from './windows.ts';
import { dayBegins, workedTicks } from './working.ts';

/**
 * The second judge: docs/semantics.md read word by word and carried out a tick at a time. It shares no line
 * with src/, knows nothing of intervals, and must find the same settlement to the millisecond and the fen.
 * Every instant and duration of the case is a whole number of ticks from the month's start.
 */
export function judgeNaively(whole: CaseFile, tickMs: number, see: See): SettlementFile {
  const asOf = typeof whole.asOf === 'string' ? Date.parse(whole.asOf) : null;
  const file = asOf === null ? whole : before(whole, asOf, see);
  const month = Temporal.PlainYearMonth.from(file.month);
  const from = dayBegins(file.zone, month.toPlainDate({ day: 1 }));
  const to = dayBegins(file.zone, month.add({ months: 1 }).toPlainDate({ day: 1 }));
  const until = Math.min(to, asOf ?? to);
  const canvas = canvasOf(file, from, to, asOf, tickMs);
  const last = until <= from ? tickAt(canvas, from) : tickAt(canvas, until);
  const first = tickAt(canvas, from);
  const inForce = forceTicks(canvas, file, first, last, see);
  const scene: Scene = { file, canvas, first, last, inForce, see };
  seeMonth(scene, to - from, asOf, from, to);
  const tails = new Float64Array(canvas.count);
  const guarantees = file.terms.guarantees.map((guarantee) => {
    const judged = judgeGuarantee(scene, guarantee);
    for (let tick = first; tick < last; tick += 1) {
      if (judged.tails[tick]! > 0 && tails[tick]! > 0) see('a second is paid once');
      tails[tick] = Math.max(tails[tick]!, judged.tails[tick]!);
    }
    return judged.settled;
  });
  return {
    format: 'hostpledge/settlement@1',
    agreement: file.agreement.number,
    month: file.month,
    guarantees,
    deficient: intervals(canvas, tails),
    compensation: compensation(canvas, file, tails, guarantees, see),
  };
}

export interface Scene {
  readonly file: CaseFile;
  readonly canvas: Canvas;
  /** The month's ticks, up to asOf. */
  readonly first: number;
  readonly last: number;
  readonly inForce: Uint8Array;
  readonly see: See;
}

/** §1: "what is at or after it does not exist". */
function before(file: CaseFile, asOf: number, see: See): CaseFile {
  const known = (text: string | null): string | null =>
    text === null || Date.parse(text) >= asOf ? null : text;
  const lost = (text: string | null): boolean => text !== null && known(text) === null;
  const acts = (side: { signed: string | null; sealed: string | null }) => ({
    signed: known(side.signed),
    sealed: known(side.sealed),
  });
  const { agreement } = file;
  const { provider, customer } = agreement.signatures;
  if ([provider.signed, provider.sealed, customer.signed, customer.sealed].some(lost))
    see('an act after asOf');
  if (lost(agreement.opened)) see('product opened after asOf');
  if (lost(agreement.ended)) see('ended after asOf');
  if (agreement.sales.some((sale) => lost(sale.paidAt))) see('paid after asOf');
  const series = (file.series ?? []).map((one) => {
    if (one.runs.some((run) => Date.parse(run.first) === asOf)) see('run begins at asOf');
    return { ...one, runs: one.runs.filter((run) => Date.parse(run.first) < asOf) };
  });
  const items = (file.items ?? []).flatMap((item) => {
    if (lost(item.done)) see('done after asOf');
    if (lost(item.opened)) see('item opened after asOf');
    return lost(item.opened) ? [] : [{ ...item, done: known(item.done) }];
  });
  return {
    ...file,
    series,
    items,
    agreement: {
      ...agreement,
      signatures: { provider: acts(provider), customer: acts(customer) },
      opened: known(agreement.opened),
      ended: known(agreement.ended),
      sales: agreement.sales.map((sale) => ({ ...sale, paidAt: known(sale.paidAt) })),
    },
  };
}

/** From the first thing known to the last thing that an observation says, or to asOf. */
function canvasOf(file: CaseFile, from: number, to: number, asOf: number | null, tickMs: number): Canvas {
  let begin = from;
  let end = to;
  const holdMs = Math.max(0, ...file.terms.guarantees.map((g) => durationMs(g.hold ?? 'PT0S')));
  for (const { runs } of file.series ?? []) {
    for (const run of runs) {
      begin = Math.min(begin, Date.parse(run.first));
      end = Math.max(end, Date.parse(run.last) + holdMs);
    }
  }
  for (const item of file.items ?? []) begin = Math.min(begin, Date.parse(item.opened));
  if (asOf !== null) end = Math.min(end, asOf);
  const count = Math.max(0, (end - begin) / tickMs);
  if (!Number.isInteger(count)) throw new Error('the canvas is not a whole number of ticks');
  return { from: begin, tickMs, count };
}

const outside = 0;
const left = 1;
/** Classes of ticks; from `excused` on, one for each of the guarantee's exclusions. */
const excused = 5;
const classOf = { [unobserved]: 2, [good]: 3, [bad]: 4 } as Readonly<Record<number, number>>;

function judgeGuarantee(scene: Scene, guarantee: GuaranteeFile) {
  const { canvas, first, last, inForce, see } = scene;
  const classes = new Uint8Array(canvas.count);
  for (let tick = first; tick < last; tick += 1) classes[tick] = inForce[tick] === 1 ? left : outside;
  exclude(scene, guarantee, classes);
  const { line, gaps } = lineOf(scene, guarantee);
  const counts = new Float64Array(excused + (guarantee.exclusions?.length ?? 0));
  for (let tick = first; tick < last; tick += 1) {
    if (classes[tick] === left) classes[tick] = classOf[line[tick]!]!;
    counts[classes[tick]!] = counts[classes[tick]!]! + 1;
  }
  seeExcluded(scene, classes, line, gaps);
  const { tickMs } = canvas;
  const excluded: Record<string, number> = {};
  guarantee.exclusions?.forEach((cause, i) => {
    if (counts[excused + i]! > 0) excluded[cause] = counts[excused + i]! * tickMs;
  });
  if (Object.keys(excluded).length > 1) see('two causes share a month');
  const counted: Counted = {
    badMs: counts[classOf[bad]!]! * tickMs,
    goodMs: counts[classOf[good]!]! * tickMs,
    unobservedMs: counts[classOf[unobserved]!]! * tickMs,
  };
  const finding = found(guarantee, counted, see);
  const tails = new Float64Array(canvas.count);
  if (finding.status === 'breached') {
    let owed = finding.deficientMs;
    for (let tick = last - 1; tick >= first && owed > 0; tick -= 1) {
      const isBad =
        classes[tick] === classOf[bad] || (finding.unobservedIsBad && classes[tick] === classOf[unobserved]);
      if (!isBad) continue;
      tails[tick] = Math.min(owed, tickMs);
      owed -= tails[tick]!;
    }
  }
  const settled: GuaranteeSettled = {
    id: guarantee.id,
    clause: guarantee.clause,
    status: finding.status,
    ms: {
      outside: counts[outside]! * tickMs,
      excluded,
      bad: counted.badMs,
      unobserved: counted.unobservedMs,
      good: counted.goodMs,
    },
    attained: finding.attained,
    deficient: intervals(canvas, tails),
  };
  if (counts[outside] === last - first) see('never in force');
  else if (counted.badMs + counted.goodMs + counted.unobservedMs === 0) see('everything excused');
  return { settled, tails };
}

/** §4: the first of the guarantee's exclusions that has a cause at this tick gets it. */
function exclude({ file, canvas, see }: Scene, guarantee: GuaranteeFile, classes: Uint8Array): void {
  const names = guarantee.exclusions ?? [];
  const causes = file.causes ?? [];
  for (const cause of causes) {
    if (!names.includes(cause.cause)) see('cause that the guarantee does not exclude');
  }
  for (const [i, name] of names.entries()) {
    for (const [place, cause] of causes.entries()) {
      const { checks = [] } = cause;
      if (cause.cause !== name) continue;
      const about =
        checks.length === 0 || (guarantee.check !== undefined && checks.includes(guarantee.check));
      if (guarantee.check === undefined) {
        see(
          about
            ? 'cause that names no check excuses a deadline'
            : 'cause that names checks does not reach a deadline',
        );
      } else if (checks.length > 0)
        see(about ? 'cause that names the check' : 'cause that names another check');
      if (!about) continue;
      const to = tickAt(canvas, Date.parse(cause.to));
      for (let tick = tickAt(canvas, Date.parse(cause.from)); tick < to; tick += 1) {
        if (classes[tick] === left) classes[tick] = excused + i;
        else if (classes[tick] === outside) see('cause outside force');
        else if (classes[tick]! < excused + i) {
          see('causes overlap: the first listed gets it');
          const winner = names[classes[tick]! - excused]!;
          if (causes.findIndex((other) => other.cause === winner) > place) {
            see('causes overlap: the list of causes has another order');
          }
        }
      }
    }
  }
}

function lineOf(scene: Scene, guarantee: GuaranteeFile) {
  const { file, canvas, see } = scene;
  const { objective } = guarantee;
  if (objective.kind === 'availability') {
    const series = (file.series ?? []).filter((one) => one.check === guarantee.check);
    seeSeries(scene, guarantee, series.length);
    return observedLine(canvas, series, guarantee, see);
  }
  if (objective.kind === 'ceiling') {
    const windows = (file.windows ?? []).filter((one) => one.check === guarantee.check);
    return { line: windowLine(scene, objective, windows), gaps: [] };
  }
  const items = (file.items ?? []).filter((item) => item.for === guarantee.id);
  const worked = typeof objective.within === 'string' ? null : workedTicks(canvas, file.terms.working, see);
  return { line: lateLine(scene, objective.within, items, worked), gaps: [] };
}

function seeSeries({ file, canvas, first, last, see }: Scene, guarantee: GuaranteeFile, count: number): void {
  const names = [
    'check without a series',
    'one vantage point',
    'two vantage points',
    'three vantage points',
  ] as const;
  const name = names[count] ?? (count === 5 ? 'five vantage points' : undefined);
  if (name !== undefined) see(name);
  if (durationMs(guarantee.hold!) === 0) see('hold of nothing');
  const monthMs = canvas.from + first * canvas.tickMs;
  for (const one of file.series ?? []) {
    if (file.terms.guarantees.every(({ check }) => check !== one.check)) see('series that nobody judges');
    if (
      first < last &&
      one.runs.some((run) => Date.parse(run.first) < monthMs && Date.parse(run.last) >= monthMs)
    ) {
      see('word of the month before reaches in');
    }
  }
}

function seeExcluded(
  { file, canvas, first, last, see }: Scene,
  classes: Uint8Array,
  line: Uint8Array,
  gaps: readonly (readonly [number, number])[],
): void {
  for (let tick = first; tick < last; tick += 1) {
    if (classes[tick]! < excused) continue;
    if (line[tick] === bad) see('excluded bad time');
    else see(line[tick] === good ? 'excluded good time' : 'excluded unobserved time');
  }
  for (const [from, to] of gaps) {
    const inside = { outside: 0, excused: 0, month: 0 };
    for (let tick = Math.max(from, first); tick < Math.min(to, last); tick += 1) {
      inside.month += 1;
      if (classes[tick]! >= excused) inside.excused += 1;
      if (classes[tick] === outside) inside.outside += 1;
    }
    if (inside.month > 0 && inside.month < to - from) see('bridged gap cut by the month');
    if (inside.outside > 0 && inside.outside < inside.month) see('bridged gap cut by force');
    if (inside.excused > 0 && inside.excused < inside.month) see('bridged gap cut by an exclusion');
  }
  const end = canvas.count - 1;
  if (
    typeof file.asOf === 'string' &&
    end > 0 &&
    line[end] === unobserved &&
    line.lastIndexOf(bad) >= first
  ) {
    if (line.lastIndexOf(bad) > line.lastIndexOf(good)) see('no bridge over asOf');
  }
}

function seeMonth(scene: Scene, lengthMs: number, asOf: number | null, from: number, to: number): void {
  const { file, canvas, first, last, inForce, see } = scene;
  const hours = lengthMs / 3_600_000;
  if (hours === 743) see('month of 743 hours');
  if (hours === 745) see('month of 745 hours');
  if (!Number.isInteger(hours)) see('month with half an hour more or less');
  if (hours === 719 || hours === 721) see('month of 719 or 721 hours');
  if (file.month.endsWith('-02')) see('February');
  if (Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(file.zone).hour !== 0) {
    see('month that does not begin at midnight');
  }
  if (canvas.tickMs === 60_000) see('ticks of a minute');
  if (canvas.tickMs === 28_125) see('ticks of 28,125 ms');
  if (canvas.tickMs === 1) see('ticks of a millisecond');
  if (asOf !== null) {
    if (asOf === from) see('asOf at the month’s start');
    else if (asOf < from) see('asOf before the month');
    else see(asOf < to ? 'asOf within the month' : 'asOf after the month');
  }
  if (last > first && inForce.subarray(first, last).every((one) => one === 1))
    see('in force the whole month');
  if (file.terms.working.zone !== file.zone) see('working zone of its own');
  const { factor } = file.terms.remedy;
  if (factor === undefined) see('factor by default');
  else if (decimalOf(String(factor)).whole > 1n) see('factor with decimals');
}
