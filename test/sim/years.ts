import { canonical } from '../../src/settlement/canonical.ts';
import { readCase } from '../../src/settlement/case.ts';
import { judge } from '../../src/settlement/evaluate.ts';
import { settlementOf, settlementText } from '../../src/settlement/settlement.ts';
import { revise, type Statement } from '../../src/settlement/statement.ts';
import { offerTerms } from '../../src/terms/editions/hosting.ts';
import type { Random } from '../fuzz/random.ts';
import { seeded } from '../fuzz/random.ts';
import { must, workingIn } from '../world.ts';
import { compare } from './audit.ts';
import { dayMs, hourMs, minuteMs } from './draw.ts';
import { type Agreed, inForce, type Line, settle } from './expect.ts';
import { holdMs, type Knowledge, put, verdicts } from './seen.ts';
import { covers, inside, joined, lengthOf, type Stretch } from './stretch.ts';
import type { CauseTruth, Month, SaleTruth } from './truth.ts';

/**
 * Years on the pure core: a host's whole life, sale after sale and month after month, each judged when it is over
 * and once more after a late finding. Nothing of a store is in it; the auditor is the same.
 */
export interface Years {
  readonly months: number;
  readonly breached: number;
  readonly revisions: number;
  readonly findings: readonly string[];
}

const first = Date.UTC(2027, 0, 1);

export function liveYears(seed: number, hosts: number, years: number): Years {
  const random = seeded(seed ^ 0x7ea7);
  const sums = { months: 0, breached: 0, revisions: 0, findings: [] as string[] };
  for (let n = 0; n < hosts; n += 1) liveHost(`seed ${seed}, host ${n}`, random.fork(n), years, sums);
  return sums;
}

function liveHost(
  name: string,
  random: Random,
  years: number,
  sums: { months: number; breached: number; revisions: number; findings: string[] },
): void {
  const end = Date.UTC(2027 + years, 0, 1);
  const life = drawLife(random, end);
  const complain = (month: string) => (what: string) => void sums.findings.push(`${name} ${month}: ${what}`);
  let forceMs = 0;
  for (let n = 0; n < years * 12; n += 1) {
    const month = monthOf(n);
    const early = judged(life, month, life.host);
    const late = judged(life, month, { ...life.host, causes: life.allCauses });
    for (const one of [early, late]) {
      const want = settle(month, one.host, one.lines, Number.MAX_SAFE_INTEGER);
      compare(one.settlement, { ...want, seen: new Map() }, complain(month.name));
      for (const { id, ms } of one.settlement.guarantees) {
        const excluded = Object.values(ms.excluded).reduce((sum, part) => sum + part, 0);
        if (ms.outside + excluded + ms.bad + ms.unobserved + ms.good !== month.to - month.from)
          complain(month.name)(`${id}: the classes do not add up to the month`);
      }
    }
    revised(early, late, complain(month.name), sums);
    forceMs += month.to - month.from - early.settlement.guarantees[0]!.ms.outside;
    sums.months += 1;
    if (early.settlement.guarantees.some(({ status }) => status === 'breached')) sums.breached += 1;
  }
  const whole = lengthOf(inside(inForce(life.host), [{ from: first, to: end }]));
  if (forceMs !== whole)
    sums.findings.push(`${name}: ${forceMs} ms in force month by month, ${whole} in all`);
}

/** A month after the other in UTC, reckoned without the product's calendar. */
function monthOf(n: number): Month {
  const [from, to] = [Date.UTC(2027, n, 1), Date.UTC(2027, n + 1, 1)];
  return { zone: 'UTC', name: new Date(from).toISOString().slice(0, 7), from, to };
}

interface Life {
  readonly host: Agreed;
  /** With those that were found only after the month was judged. */
  readonly allCauses: readonly CauseTruth[];
  readonly down: readonly Stretch[];
  /** When the one prober did not look. */
  readonly silent: readonly Stretch[];
  readonly offset: number;
}

function drawLife(random: Random, end: number): Life {
  const somewhere = (lengthMs: number): Stretch => {
    const from = first + random.below(end - first);
    return { from, to: from + 1 + random.below(lengthMs) };
  };
  const many = (perYear: number, lengthMs: number): Stretch[] =>
    Array.from({ length: Math.round((perYear * (end - first)) / (365 * dayMs)) }, () =>
      somewhere(random.chance(0.1) ? 20 * lengthMs : lengthMs),
    );
  const down = joined(many(20, 2 * hourMs));
  const causes = down
    .filter(() => random.chance(0.2))
    .map(({ from, to }, i): CauseTruth => {
      const stretch = { from: from - random.below(60_000), to: to + random.below(60_000) };
      return { id: `c${i}`, cause: 'customer-dns', checks: ['web'], ...stretch, told: 0, withdrawn: null };
    });
  const closed = joined(many(0.5, 3 * dayMs));
  const host = {
    signed: first + random.below(40) * dayMs,
    opened: first,
    sales: drawChain(random, end),
    causes,
    closed,
  };
  const found = joined(many(1, 5 * hourMs)).map((stretch, i): CauseTruth => {
    return { id: `late${i}`, cause: 'agreed', checks: [], ...stretch, told: 0, withdrawn: null };
  });
  const allCauses = [...causes, ...found];
  return { host, allCauses, down, silent: joined(many(15, hourMs)), offset: random.below(minuteMs) };
}

/** Renewal after renewal, now and then with a gap, paid late or not at all. */
function drawChain(random: Random, end: number): readonly SaleTruth[] {
  const sales: SaleTruth[] = [];
  for (let from = first - random.below(60) * dayMs; from < end; ) {
    const to = from + random.pick([30, 90, 365, 365, 730]) * dayMs + random.pick([0, 0, 1, 777]);
    const price = random.between(1, 200_000);
    const paidAt = random.chance(0.7) ? from : from + random.below(60 * dayMs);
    const moves = random.chance(0.05) && sales.length > 0 ? [] : [{ at: paidAt, amount: price }];
    sales.push({ number: `SA-${sales.length}`, from, to, price, moves });
    from = to + (random.chance(0.2) ? random.below(40 * dayMs) : 0);
  }
  return sales;
}

/** The case as it would be filed, judged, and what must come out of it. */
function judged(life: Life, month: Month, host: Agreed) {
  const runs = runsOf(life, month);
  const known: Knowledge = { at: [], word: [] };
  for (const [i, { first: from, last, result }] of runs.entries()) {
    put(known, from, result === 'fail' ? 1 : 0);
    if ((runs[i + 1]?.first ?? Number.POSITIVE_INFINITY) > last + holdMs) put(known, last + holdMs, -1);
  }
  const text = canonical(caseOf(month, host, runs));
  const input = must(readCase(JSON.parse(text)));
  const judgement = judge(input);
  const settlement = settlementOf(judgement);
  const lines = new Map<string, Line>([['web', { ...verdicts([known]), looseMs: 0 }]]);
  return { host, lines, text, settlement, amount: Number(judgement.amount) };
}

interface Run {
  readonly first: number;
  readonly last: number;
  readonly result: 'pass' | 'fail';
  readonly count: number;
}

/** A look a minute, laid out one by one and put together as runs. */
function runsOf({ down, silent, offset }: Life, month: Month): readonly Run[] {
  const runs: Run[] = [];
  const near = { from: month.from - 2 * hourMs, to: month.to + 2 * hourMs };
  const [bad, away] = [inside(down, [near]), inside(silent, [near])];
  for (let at = near.from + offset; at < near.to; at += minuteMs) {
    if (covers(away, at)) continue;
    const result = covers(bad, at) ? 'fail' : 'pass';
    const last = runs.at(-1);
    if (last !== undefined && last.result === result && at - last.last <= holdMs)
      runs[runs.length - 1] = { ...last, last: at, count: last.count + 1 };
    else runs.push({ first: at, last: at, result, count: 1 });
  }
  return runs;
}

const iso = (at: number): string => new Date(at).toISOString();
const money = (minor: number): string => (minor / 100).toFixed(2);

function caseOf(month: Month, host: Agreed, runs: readonly Run[]): object {
  const acts = { signed: iso(host.signed!), sealed: iso(host.signed! + hourMs) };
  const causes = [
    ...host.closed.map((one) => ({ ...one, cause: 'violation', checks: ['web', 'ftp', 'function'] })),
    ...host.causes,
  ];
  return {
    format: 'hostpledge/case@1',
    zone: month.zone,
    month: month.name,
    asOf: null,
    terms: must(offerTerms(['web'], new Set(['web']), workingIn('UTC'))),
    agreement: {
      number: 'QA-2027-000001',
      signatures: { provider: acts, customer: acts },
      opened: iso(host.opened),
      ended: null,
      stages: [{ from: iso(host.opened - dayMs), stage: 'released' }],
      sales: host.sales.map(({ number, from, to, price, moves }) => {
        const paidAt = moves[0]?.at ?? null;
        const at = paidAt === null ? null : iso(paidAt);
        return { number, from: iso(from), to: iso(to), paid: money(price), currency: 'CNY', paidAt: at };
      }),
    },
    series: [
      {
        check: 'web',
        vantage: 'a',
        runs: runs.map((run) => ({ ...run, first: iso(run.first), last: iso(run.last) })),
      },
    ],
    causes: causes
      .filter(({ from, to }) => from < month.to && month.from < to)
      .map(({ cause, checks, from, to }) => ({ cause, checks, from: iso(from), to: iso(to), evidence: [] })),
  };
}

/** The late finding makes one revision with the difference, or none; without a reason it lowers nothing. */
function revised(
  early: ReturnType<typeof judged>,
  late: ReturnType<typeof judged>,
  complain: (what: string) => void,
  sums: { revisions: number },
): void {
  const finding = (one: ReturnType<typeof judged>) => ({
    caseText: one.text,
    caseDigest: Buffer.alloc(0),
    settlement: settlementText(one.settlement),
    amount: one.amount,
    currency: 'CNY',
  });
  const about = {
    agreement: 'QA-2027-000001',
    month: '',
    actor: 'sim',
    madeAt: 0,
    postedAt: null,
    dueAt: 0,
    approvers: 0,
  };
  const made = revise(null, finding(early), { actor: 'sim', reason: null });
  if (made === null || 'refused' in made) {
    complain('the first statement is refused');
    return;
  }
  const standing: Statement = { ...about, ...finding(early), ...made };
  if (revise(standing, finding(early), { actor: 'sim', reason: null }) !== null)
    complain('judged again, it moves');
  const quiet = revise(standing, finding(late), { actor: 'sim', reason: null });
  const next = revise(standing, finding(late), { actor: 'sim', reason: 'found late' });
  if (next === null) {
    if (quiet !== null || late.amount !== early.amount) complain('a late finding makes no revision');
    return;
  }
  if ('refused' in next) {
    complain(`a late finding is refused: ${next.code}`);
    return;
  }
  if (late.amount < early.amount !== (quiet !== null && 'refused' in quiet))
    complain('lowered without a reason');
  if (made.difference + next.difference !== late.amount)
    complain('the differences do not add up to what is owed');
  sums.revisions += 1;
}
