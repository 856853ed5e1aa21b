import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { gatherFacts } from '../agreement/flow.ts';
import { type AgreementRow, listAgreements, lockAgreement, readAgreement } from '../agreement/store.ts';
import { readCauses } from '../attribution/store.ts';
import { monthOf, monthSpan, nextMonth } from '../calendar/zone.ts';
import type { Tx } from '../db/connection.ts';
import { leaf } from '../db/evidence.ts';
import { post } from '../ledger/flow.ts';
import { accounts } from '../ledger/journal.ts';
import { readSeries, readWindows } from '../measure/flow.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { type Terms, termsShape } from '../terms/terms.ts';
import { type Case, readCaseText } from './case.ts';
import { judge } from './evaluate.ts';
import { caseFile } from './gather.ts';
import { settlementOf, settlementText } from './settlement.ts';
import { type Finding, latenessMs, revise, type Statement } from './statement.ts';
import * as store from './store.ts';

/** A gathered month: the canonical text (RFC 8785) is what is digested, exported and judged. */
export interface Gathering {
  readonly text: string;
  readonly case: Case;
}

/**
 * Gathers the case file of an agreement's month from the stores. `asOf` null is the whole month; an instant
 * gives what was so up to it.
 */
export async function gatherCase(
  tx: Tx,
  agreement: AgreementRow,
  month: string,
  asOf: number | null,
): Promise<Gathering | Refusal> {
  const span = monthSpan(agreement.zone, month);
  if (span === null) return refuse('month-invalid', 'month', 'a month of the calendar (2026-10)');
  const [from, to] = span;
  const until = Math.min(to, asOf ?? to);
  const terms = termsShape.parse(agreement.terms);
  const { facts, host, closings } = await gatherFacts(tx, agreement, until);
  const pad = padOf(terms);
  const causes = await readCauses(tx, host.id, from, to);
  const ceiling = terms.guarantees.find((g) => g.objective.kind === 'ceiling');
  const text = canonicalize(
    caseFile({
      number: agreement.number,
      zone: agreement.zone,
      month,
      asOf,
      terms: agreement.terms,
      facts,
      series: await readSeries(tx, host, holds(terms), from - pad, Math.min(to + pad, asOf ?? to + pad)),
      windows: ceiling === undefined ? [] : await readWindows(tx, host, from, until),
      closings: closings.filter(({ stretch }) => stretch[1] > from && stretch[0] < to),
      causes,
    }),
  );
  if (text === undefined) throw new Error('a case file is always JSON');
  const read = readCaseText(text);
  return isRefusal(read) ? read : { text, case: read };
}

/** How far beyond the month observations still matter: a bridge over its edge, and the hold of a last word. */
function padOf(terms: Terms): number {
  return Math.max(0, ...terms.guarantees.map((g) => g.bridgeMs + g.holdMs + 60_000));
}

function holds(terms: Terms): (check: string) => number {
  return (check) => terms.guarantees.find((g) => g.check === check)?.holdMs ?? 150_000;
}

/** The case of a month: of the standing statement when it was judged, else gathered now. */
export async function exportCase(
  tx: Tx,
  now: number,
  number: string,
  month: string,
  asOf: number | null,
): Promise<string | Refusal> {
  const agreement = await readAgreement(tx, number);
  if (agreement === null) return refuse('agreement-unknown', 'agreement', `there is no ${number}`);
  const standing = asOf === null ? await store.readStatement(tx, number, month) : null;
  if (standing !== null) return standing.caseText;
  const span = monthSpan(agreement.zone, month);
  // A month that is still running has only an interim case.
  const cut = asOf ?? (span !== null && now < span[1] ? now : null);
  const gathered = await gatherCase(tx, agreement, month, cut);
  return isRefusal(gathered) ? gathered : gathered.text;
}

export interface By {
  readonly actor: string;
  /** Needed when a revision lowers what was paid. */
  readonly reason: string | null;
}

/**
 * Judges a month once its late data had time to come, files the statement and posts what is owed. Run again,
 * it changes nothing; after a later finding it files a revision and posts the difference.
 */
export async function closeMonth(
  tx: Tx,
  now: number,
  number: string,
  month: string,
  by: By,
): Promise<Statement | Refusal | null> {
  const agreement = await readAgreement(tx, number);
  if (agreement === null) return refuse('agreement-unknown', 'agreement', `there is no ${number}`);
  const span = monthSpan(agreement.zone, month);
  if (span === null) return refuse('month-invalid', 'month', 'a month of the calendar (2026-10)');
  if (now < span[1] + latenessMs) return refuse('month-open', 'month', `${month} still waits for late data`);
  await lockAgreement(tx, number);
  const gathered = await gatherCase(tx, agreement, month, null);
  if (isRefusal(gathered)) return gathered;
  const standing = await store.readStatement(tx, number, month);
  const found = finding(gathered);
  const revision = revise(standing, found, by);
  if (revision === null || isRefusal(revision)) return revision;
  const made = {
    agreement: number,
    month,
    ...found,
    ...revision,
    actor: by.actor,
    madeAt: now,
    postedAt: null,
  };
  await store.insertStatement(tx, made);
  await leaf(tx, 'statement', `${number}/${month}/${made.revision}`, found.caseDigest, now);
  return postStatement(tx, now, agreement, made);
}

function finding(gathered: Gathering): Finding {
  const judgement = judge(gathered.case);
  return {
    caseText: gathered.text,
    caseDigest: createHash('sha256').update(gathered.text).digest(),
    settlement: settlementText(settlementOf(judgement)),
    amount: Number(judgement.amount),
    currency: judgement.currency,
  };
}

/** Posts the statement's difference: what the provider bears, the customer is owed. Once per revision. */
async function postStatement(
  tx: Tx,
  now: number,
  agreement: AgreementRow,
  made: Statement,
): Promise<Statement | Refusal> {
  const { month, revision, difference, currency } = made;
  if (difference !== 0) {
    const refused = await post(tx, {
      key: `statement:${made.agreement}/${month}/${revision}`,
      kind: 'compensation',
      at: now,
      detail: { agreement: made.agreement, month, revision },
      postings: [
        { account: accounts.compensationCost, amount: difference, currency },
        { account: accounts.compensationOwed(agreement.customer), amount: -difference, currency },
      ],
    });
    if (refused !== null) return refused;
  }
  await store.markPosted(tx, made, now);
  return { ...made, postedAt: now };
}

/** Months that wait to be judged: ended, late data in, and no statement yet. At most `limit`, agreement by agreement. */
export async function dueMonths(tx: Tx, now: number, limit: number) {
  const due: { readonly agreement: string; readonly month: string }[] = [];
  for (let after = ''; due.length < limit; ) {
    const page = await listAgreements(tx, after, 500);
    for (const agreement of page) due.push(...(await dueOf(tx, now, agreement)));
    if (page.length < 500) break;
    after = page.at(-1)!.number;
  }
  return due.slice(0, limit);
}

async function dueOf(tx: Tx, now: number, agreement: AgreementRow) {
  const judged = new Set(
    (await store.readStatements(tx, agreement.number)).map((statement) => statement.month),
  );
  const due: { agreement: string; month: string }[] = [];
  for (let month = monthOf(agreement.zone, agreement.offeredAt); ; month = nextMonth(month)) {
    const span = monthSpan(agreement.zone, month);
    if (span === null || now < span[1] + latenessMs) return due;
    if (!judged.has(month)) due.push({ agreement: agreement.number, month });
  }
}
