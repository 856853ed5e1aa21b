import { forceParts } from '../agreement/force.ts';
import { add, type Fraction, zero } from '../money/fraction.ts';
import { allowedMs } from '../terms/availability.ts';
import { statusWords } from '../terms/editions/wording/verdict.ts';
import { remedyPart } from '../terms/remedy.ts';
import type { Availability } from '../terms/terms.ts';
import { decimalWords, durationWords, type Lang, moneyWords, percentWords } from '../terms/words.ts';
import { intersect, lengthOf, span, subtract, type Timeline } from '../timeline/timeline.ts';
import type { Case } from './case.ts';
import type { GuaranteeJudgement, Judgement } from './evaluate.ts';
import {
  causeName,
  countWords,
  exactMoney,
  guaranteeName,
  localWords,
  plain,
  promiseWords,
  sentences,
} from './sentence.ts';
import { percent } from './settlement.ts';

/** `every`: each stretch is listed, also of what is excused, with the evidence of its cause. */
export interface Detail {
  readonly every: boolean;
}

/** At most so many stretches are listed under one heading; the rest is counted. */
const listed = 20;

/**
 * A judgement in words, Chinese or English, as lines of plain text: what was promised, what was attained, what
 * is excused and why, and the arithmetic of the compensation as on paper. `input` is the case that was judged.
 */
export function explain(input: Case, judgement: Judgement, lang: Lang): string {
  const blocks = blocksOf(input, judgement, lang);
  return blocks.map((lines) => lines.map((line) => `${plain(line)}\n`).join('')).join('\n');
}

/** The same in its parts: the month, each promise, the compensation. */
export function blocksOf(
  input: Case,
  judgement: Judgement,
  lang: Lang,
  detail: Detail = { every: false },
): readonly (readonly string[])[] {
  return [
    head(input, judgement, lang),
    ...judgement.guarantees.map((judged) => promiseLines(input, judged, lang, detail)),
    compensationLines(input, judgement, lang),
  ];
}

function head(input: Case, judgement: Judgement, lang: Lang): string[] {
  const say = sentences[lang];
  const lines = [say.title(judgement.agreement, judgement.month, input.zone)];
  if (input.asOf !== null && input.asOf < input.to) lines.push(say.interim(localWords(input, input.asOf)));
  return [...lines, ...forceLines(input, lang)];
}

/** When it was in force and, for the rest of the month, which of the four facts was missing (clauses 2.1, 2.2, 4-1). */
function forceLines(input: Case, lang: Lang): string[] {
  const say = sentences[lang];
  const month = span(input.from, Math.min(input.to, input.asOf ?? input.to));
  if (month.length === 0) return [say.monthEmpty];
  const parts = forceParts(input.agreement, input.zone, input.asOf);
  const inForce = parts.reduce((line, part) => intersect(line, part.line), month);
  if (lengthOf(inForce) === lengthOf(month)) return [say.wholly];
  const lines = [inForce.length === 0 ? say.notInForce : say.partly(durationWords(lengthOf(inForce), lang))];
  const over = span(input.agreement.ended ?? Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  for (const { fact, clause, line } of parts) {
    const missing = subtract(month, line);
    const ended = fact === 'signed' ? intersect(missing, over) : [];
    lines.push(...stretches(input, subtract(missing, ended), lang, say.missing(say.facts[fact], clause)));
    lines.push(...stretches(input, ended, lang, say.ended(clause)));
  }
  return lines;
}

/** One promise: its figure, what was attained, what is excused, which time is deficient. */
export function promiseLines(
  input: Case,
  judged: GuaranteeJudgement,
  lang: Lang,
  { every }: Detail = { every: false },
): string[] {
  const say = sentences[lang];
  const { guarantee, finding, excluded } = judged;
  const most = every ? Number.POSITIVE_INFINITY : listed;
  return [
    say.guarantee(guaranteeName(guarantee.id, lang), guarantee.clause, statusWords[finding.status][lang]),
    `  ${promiseWords(guarantee.objective, lang)}${attained(judged, lang)}`,
    ...badLines(judged, lang),
    ...[...excluded].flatMap(([cause, line]) => {
      const name = causeName(cause, guarantee.check, lang);
      const excuse = say.excused(name, durationWords(lengthOf(line), lang));
      return every
        ? [...stretches(input, line, lang, excuse, most), ...evidence(input, cause, line, lang)]
        : [`  ${excuse}`];
    }),
    ...stretches(input, finding.deficient, lang, say.deficient, most),
  ];
}

/** What proves a cause, of those that reach into the time that it excuses. */
function evidence(input: Case, cause: string, line: Timeline, lang: Lang): string[] {
  const found = input.causes.filter(
    (one) => one.cause === cause && intersect(span(one.from, one.to), line).length > 0,
  );
  const ids = [...new Set(found.flatMap((one) => one.evidence))];
  return ids.length === 0 ? [] : [`    ${sentences[lang].evidence(ids.join(', '))}`];
}

function attained({ finding }: GuaranteeJudgement, lang: Lang): string {
  if (finding.baseMs === 0) return '';
  return sentences[lang].attained(percentWords(percent(finding.goodMs, finding.baseMs)));
}

/** Bad time, what of it only the coverage rule made bad and, of a share, how much may be bad (SEMANTICS §5). */
function badLines({ guarantee, time, finding }: GuaranteeJudgement, lang: Lang): string[] {
  const say = sentences[lang];
  const words = (ms: number): string => durationWords(ms, lang);
  if (finding.baseMs === 0) return [];
  const badMs = finding.baseMs - finding.goodMs;
  const unseenMs = badMs - lengthOf(time.bad);
  const lines = [`  ${say.bad(words(badMs))}${unseenMs > 0 ? say.uncovered(words(unseenMs)) : ''}`];
  if (guarantee.objective.kind !== 'availability') return lines;
  return [...lines, `  ${headroom(guarantee.objective, finding.baseMs, badMs, lang)}`];
}

/** `above` promises more than its bound: of its allowance the last millisecond is already one too many. */
function headroom(objective: Availability, baseMs: number, badMs: number, lang: Lang): string {
  const say = sentences[lang];
  const words = (ms: number): string => (ms > 0 && ms < 1000 ? `${ms} ms` : durationWords(ms, lang));
  const boundMs = allowedMs(objective, baseMs) + Number(objective.strictly);
  const overMs = badMs - boundMs;
  const allowance = objective.strictly ? say.lessThan(words(boundMs)) : say.allowance(words(boundMs));
  if (overMs > 0) return allowance + say.exceeded(words(overMs));
  return allowance + (objective.strictly && overMs === 0 ? say.reached : say.headroom(words(-overMs)));
}

/** A heading and its stretches in the zone's local time; nothing when there are none. */
function stretches(input: Case, timeline: Timeline, lang: Lang, heading: string, most = listed): string[] {
  if (timeline.length === 0) return [];
  const lines = [`  ${heading}`];
  for (let i = 0; i < timeline.length && i < 2 * most; i += 2) {
    const [from, to] = [timeline[i]!, timeline[i + 1]!];
    lines.push(
      `    ${localWords(input, from)} – ${localWords(input, to)}  ${durationWords(to - from, lang)}`,
    );
  }
  const more = timeline.length / 2 - most;
  return more > 0 ? [...lines, `    ${sentences[lang].more(more)}`] : lines;
}

/** Clause 3-1 as on paper: each sales agreement's product, the exact sum, the one rounding. */
export function compensationLines(input: Case, judgement: Judgement, lang: Lang): string[] {
  const say = sentences[lang];
  const { currency, lines } = judgement;
  const total = moneyWords(judgement.amount, currency, lang);
  if (lines.length === 0) return [say.compensation, `  ${say.nothingOwed(total)}`];
  const { factor } = input.terms;
  let owed: Fraction = zero;
  const products = lines.map((line) => {
    const part = remedyPart(factor, line);
    owed = add(owed, part);
    const paid = moneyWords(line.paid, currency, lang);
    const time = `${countWords(line.deficientMs)} ÷ ${countWords(line.termMs)}`;
    return `  ${line.sales}: ${paid} × ${time} × ${decimalWords(factor)} = ${exactMoney(part, currency, lang)}`;
  });
  const deficientMs = lengthOf(judgement.deficient);
  return [
    say.compensation,
    `  ${say.deficientSum(durationWords(deficientMs, lang), countWords(deficientMs))}`,
    `  ${say.formula}`,
    ...products,
    `  ${say.sum(exactMoney(owed, currency, lang), total, currency)}`,
  ];
}
