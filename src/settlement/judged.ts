import type { OutageRow } from '../measure/outage.ts';
import { parseMinor } from '../money/amount.ts';
import { complement, multiply, roundDown, whole } from '../money/fraction.ts';
import type { TermsText } from '../terms/editions/hosting.ts';
import { type CauseId, causeWords, clauseOfCause, guaranteeWords, holesOf } from '../terms/editions/words.ts';
import { fillHoles, type Text } from '../terms/words.ts';
import { intervalsOf, lengthOf, type Timeline } from '../timeline/timeline.ts';
import type { Case } from './case.ts';
import type { GuaranteeJudgement } from './evaluate.ts';
import { percent, type Settlement } from './settlement.ts';
import type { Filed } from './statement.ts';
import type { GuaranteeView, StatementView, StretchView } from './view.ts';

/** What a judgement and a filed statement look like to a person. Pure: the figures are the judgement's own. */

export interface GuaranteeContext {
  readonly input: Case;
  /** Of the whole month, so that the allowance does not creep with the clock. */
  readonly inForceMs: number;
  readonly outages: readonly OutageRow[];
}

export function guaranteeView(
  judged: GuaranteeJudgement,
  context: GuaranteeContext,
  terms: TermsText,
): GuaranteeView {
  const { guarantee, finding, time } = judged;
  const { inForceMs } = context;
  const excluded = [...judged.excluded].map(([cause, line]) => {
    const words = causeWords[cause as keyof typeof causeWords];
    return {
      cause,
      name: words.name,
      clause: clauseOfCause(cause as CauseId, guarantee.check),
      ms: lengthOf(line),
    };
  });
  const excludedMs = excluded.reduce((sum, one) => sum + one.ms, 0);
  const badMs = finding.baseMs - finding.goodMs;
  const { objective } = guarantee;
  const allowanceMs =
    objective.kind === 'availability'
      ? Number(roundDown(multiply(complement(objective.bound), whole(Math.max(0, inForceMs - excludedMs)))))
      : null;
  const words = wordsOf(guarantee.id, terms);
  return {
    id: guarantee.id,
    clause: guarantee.clause,
    ...words,
    status: finding.status,
    attained: finding.baseMs === 0 ? null : percent(finding.goodMs, finding.baseMs),
    badMs,
    allowanceMs,
    headroomMs: allowanceMs === null ? null : allowanceMs - badMs,
    classes: {
      outside: lengthOf(judged.outside),
      bad: lengthOf(time.bad),
      unobserved: lengthOf(time.unobserved),
      good: lengthOf(time.good),
      excluded,
    },
    stretches: stretches(judged, context),
  };
}

function wordsOf(id: string, terms: TermsText): { name: Text; promise: Text } {
  const words = guaranteeWords[id as keyof typeof guaranteeWords];
  const promise = {
    zh: fillHoles(words.promise.zh, holesOf(terms, 'zh')),
    en: fillHoles(words.promise.en, holesOf(terms, 'en')),
  };
  return { name: words.name, promise };
}

function stretches(judged: GuaranteeJudgement, context: GuaranteeContext): readonly StretchView[] {
  const { guarantee, outside, time, excluded } = judged;
  const plain = { cause: null, clause: null, evidence: [], firstFail: null, lastFail: null, code: null };
  const rows = (line: Timeline, kind: StretchView['kind']): StretchView[] =>
    intervalsOf(line).map(([from, to]) => ({ from, to, kind, ...plain }));
  const bad = rows(time.bad, 'bad').map((row): StretchView => {
    const outage = context.outages.find(
      (one) =>
        one.check === guarantee.check && one.from < row.to && (one.to ?? Number.POSITIVE_INFINITY) > row.from,
    );
    const seen =
      outage === undefined
        ? {}
        : { firstFail: outage.firstFail, lastFail: outage.lastFail, code: outage.code };
    return { ...row, cause: causeWords.provider.name, clause: guarantee.clause, ...seen };
  });
  const excused = [...excluded].flatMap(([cause, line]) => {
    const words = causeWords[cause as keyof typeof causeWords];
    return rows(line, 'excluded').map((row): StretchView => {
      const proofs = context.input.causes.filter(
        (one) => one.cause === cause && one.from < row.to && one.to > row.from,
      );
      const evidence = proofs.flatMap((one) => one.evidence);
      return {
        ...row,
        cause: words.name,
        clause: clauseOfCause(cause as CauseId, guarantee.check),
        evidence,
      };
    });
  });
  const all = [...rows(outside, 'outside'), ...bad, ...rows(time.unobserved, 'unobserved'), ...excused];
  return all.sort((a, b) => a.from - b.from);
}

/** A statement as it was filed: read from its own settlement, not judged again. The agreement's terms never change. */
export function statementView(statement: Filed, terms: TermsText, isHeld = false): StatementView {
  const settlement = JSON.parse(statement.settlement) as Settlement;
  const { factor } = terms['remedy'] as { readonly factor?: number };
  return {
    agreement: statement.agreement,
    month: statement.month,
    revision: statement.revision,
    madeAt: statement.madeAt,
    postedAt: statement.postedAt,
    dueAt: statement.dueAt,
    isHeld,
    currency: statement.currency,
    amountMinor: statement.amount,
    differenceMinor: statement.difference,
    digest: statement.caseDigest.toString('hex'),
    factor: String(factor ?? 2),
    lines: settlement.compensation.lines.map(({ sales, deficientMs, termMs, paid }) => ({
      sales,
      deficientMs,
      termMs,
      paidMinor: Number(parseMinor(paid)),
    })),
    guarantees: settlement.guarantees.map(({ id, clause, status, attained }) => ({
      id,
      clause,
      status,
      attained,
      name: wordsOf(id, terms).name,
    })),
    deficient: settlement.deficient.map(([from, to]) => [Date.parse(from), Date.parse(to)] as const),
  };
}
