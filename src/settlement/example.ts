import assert from 'node:assert';
import type { SaleRecord } from '../agreement/sale.ts';
import type { AgreementRow } from '../agreement/store.ts';
import { printInstant } from '../calendar/instant.ts';
import { monthOf, monthSpan, nextMonth } from '../calendar/zone.ts';
import { isRefusal } from '../refusal.ts';
import { allowedMs } from '../terms/availability.ts';
import { dueAt } from '../terms/deadline.ts';
import { guaranteeWords } from '../terms/editions/words.ts';
import { type Guarantee, knownTerms, type Terms, termsShape } from '../terms/terms.ts';
import { durationWords, type Lang } from '../terms/words.ts';
import { type Case, readCase } from './case.ts';
import { judge } from './evaluate.ts';
import { compensationLines, promiseLines } from './explain.ts';
import { caseFile } from './gather.ts';
import { localWords, plain } from './sentence.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/**
 * A worked example of the compensation (clause 3-1) in figures of this very agreement: one made-up failure in
 * the first whole month of the sale, judged by the code that judges every month.
 */
export function exampleLines(agreement: AgreementRow, sale: SaleRecord, lang: Lang): readonly string[] {
  const terms = knownTerms(agreement.terms) ?? termsShape.parse(agreement.terms);
  const order = ['availability', 'ceiling', 'deadline'] as const;
  const guarantee = order
    .flatMap((kind) => terms.guarantees.filter((one) => one.objective.kind === kind && one.id !== 'function'))
    .concat(terms.guarantees)[0];
  if (guarantee === undefined) return [];
  const month = monthIn(agreement.zone, sale);
  const [from, to] = monthSpan(agreement.zone, month)!;
  const failure = failureOf(guarantee, terms, from, to);
  const input = read(agreement, sale, month, guarantee, failure);
  const judgement = judge(input);
  const until = failure.from + failure.lastsMs;
  const name = nameOf(guarantee.id, lang);
  const span = `${localWords(input, failure.from)} – ${localWords(input, until)}`;
  const lasts = durationWords(failure.lastsMs, lang);
  const assumed =
    lang === 'zh'
      ? `假设 ${month} 月“${name}”只有一段未做到：${span}，共 ${lasts}，并且没有应当扣除的原因。`
      : `Suppose that in ${month} the promise “${name}” fails once only, ${span}, for ${lasts}, with no cause that excuses it.`;
  const lines = [
    ...judgement.guarantees.flatMap((judged) => promiseLines(input, judged, lang)),
    ...compensationLines(input, judgement, lang).slice(1),
  ];
  return [assumed, ...lines.map((line) => plain(line).trim())];
}

/** The first whole month of the term; of a term without one, the month in which it begins. */
function monthIn(zone: string, sale: SaleRecord): string {
  const first = monthOf(zone, sale.from);
  const [begins] = monthSpan(zone, first)!;
  const month = begins >= sale.from ? first : nextMonth(first);
  const [, ends] = monthSpan(zone, month)!;
  return ends <= sale.to ? month : first;
}

interface Failure {
  readonly from: number;
  readonly lastsMs: number;
  /** When that began which is answered late; of other promises the same as `from`. */
  readonly opened: number;
}

/** From the tenth day on; of a share, two hours more than what the month allows, in whole hours. */
function failureOf({ objective }: Guarantee, { working }: Terms, from: number, to: number): Failure {
  const at = from + 9 * 24 * hourMs;
  if (objective.kind === 'ceiling') return { from: at, lastsMs: hourMs, opened: at };
  if (objective.kind === 'deadline') {
    const due = Math.min(dueAt(objective, working, at, to), to - hourMs);
    return { from: due, lastsMs: hourMs, opened: at };
  }
  const allowed = Math.max(0, allowedMs(objective, to - from));
  const lastsMs = (Math.ceil(allowed / hourMs) + 2) * hourMs;
  return { from: at, lastsMs: Math.min(lastsMs, to - at), opened: at };
}

/** A case with this one guarantee, in force all the time, everything good but the failure. */
function read(
  agreement: AgreementRow,
  sale: SaleRecord,
  month: string,
  guarantee: Guarantee,
  failure: Failure,
): Case {
  const { number, zone, terms } = agreement;
  const [from, to] = monthSpan(zone, month)!;
  const begin = Math.min(sale.from, from);
  const acts = { signed: begin, sealed: begin };
  const told = caseFile({
    number,
    zone,
    month,
    asOf: null,
    terms: { ...terms, guarantees: terms.guarantees.filter((one) => one.id === guarantee.id) },
    facts: {
      signatures: { provider: acts, customer: acts },
      opened: begin,
      ended: null,
      stages: [{ from: begin, stage: 'released' }],
      sales: [{ ...sale, paid: BigInt(sale.price), paidAt: sale.from }],
    },
    series: guarantee.objective.kind === 'availability' ? [seriesOf(guarantee, from, to, failure)] : [],
    windows: guarantee.objective.kind === 'ceiling' ? windowsOf(guarantee, from, to, failure) : [],
    closings: [],
    causes: [],
  });
  const input = readCase({ ...told, items: itemsOf(guarantee, failure) });
  assert(!isRefusal(input), 'an example is a case');
  return input;
}

function seriesOf(guarantee: Guarantee, from: number, to: number, { from: at, lastsMs }: Failure) {
  const run = (first: number, end: number, result: 'pass' | 'fail') => {
    const last = end - minuteMs;
    return { first, last, result, count: (last - first) / minuteMs + 1 };
  };
  const runs = [run(from, at, 'pass'), run(at, at + lastsMs, 'fail'), run(at + lastsMs, to, 'pass')];
  return { check: guarantee.check!, vantage: 'a', runs: runs.filter(({ first, last }) => last >= first) };
}

function windowsOf({ check, objective }: Guarantee, from: number, to: number, failure: Failure) {
  assert(objective.kind === 'ceiling' && check !== null);
  const { limitMs, windowMs } = objective;
  const idle = (begin: number, end: number) => ({
    check,
    from: begin,
    everyMs: windowMs,
    count: Math.floor((end - begin) / windowMs),
    values: null,
  });
  const count = Math.floor(failure.lastsMs / windowMs);
  const end = failure.from + count * windowMs;
  const values = Array.from({ length: count }, () => 2 * limitMs);
  return [
    idle(from, failure.from),
    { check, from: failure.from, everyMs: windowMs, count, values },
    idle(end, to),
  ];
}

function itemsOf({ id, objective }: Guarantee, { opened, from, lastsMs }: Failure) {
  if (objective.kind !== 'deadline') return [];
  return [{ for: id, id: 'T-1', opened: printInstant(opened), done: printInstant(from + lastsMs) }];
}

function nameOf(id: string, lang: Lang): string {
  const words = Object.entries(guaranteeWords).find(([known]) => known === id)?.[1];
  return words?.name[lang] ?? id;
}
