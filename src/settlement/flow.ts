import { createHash } from 'node:crypto';
import { gatherAll } from '../agreement/flow.ts';
import {
  type AgreementRow,
  countAgreements,
  listAgreements,
  lockAgreements,
  readAgreement,
  readAgreements,
} from '../agreement/store.ts';
import { readCausesOf } from '../attribution/store.ts';
import { monthOf, monthSpan, nextMonth } from '../calendar/zone.ts';
import type { Tx } from '../db/connection.ts';
import { leafAll } from '../db/evidence.ts';
import { post } from '../ledger/flow.ts';
import { accounts } from '../ledger/journal.ts';
import { readSeriesOf, readWindowsOf } from '../measure/flow.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { knownTerms, type Terms, termsShape } from '../terms/terms.ts';
import type { Interval } from '../timeline/interval.ts';
import { canonical } from './canonical.ts';
import { type Case, readCase } from './case.ts';
import { judge } from './evaluate.ts';
import { caseFile, type Gathered } from './gather.ts';
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
  for await (const [, gathered] of gatherCases(tx, [agreement], month, asOf)) return gathered;
  throw new Error('an agreement has a case of every month');
}

/** The same of many agreements in the same few queries, one after the other: together their cases are large. */
async function* gatherCases(
  tx: Tx,
  agreements: readonly AgreementRow[],
  month: string,
  asOf: number | null,
): AsyncGenerator<readonly [AgreementRow, Gathering | Refusal]> {
  // What is read depends on the zone, and on how long the terms let an observation hold.
  const alike = Map.groupBy(agreements, ({ zone, terms }) => `${zone} ${JSON.stringify(terms)}`);
  for (const some of alike.values()) {
    const { zone, terms } = some[0]!;
    const span = monthSpan(zone, month);
    if (span === null) {
      for (const agreement of some) yield [agreement, noMonth];
      continue;
    }
    const gathered = await gather(tx, some, knownTerms(terms) ?? termsShape.parse(terms), span, asOf);
    for (const agreement of some) {
      const told = caseFile({ ...gathered(agreement), month, asOf });
      // Plain JSON: reading the text again would give the same, for half the time of the whole.
      const read = readCase(told);
      yield [agreement, isRefusal(read) ? read : { text: canonical(told), case: read }];
    }
  }
}

const noMonth = refuse('month-invalid', 'month', 'a month of the calendar (2026-10)');

/** Reads what is known of agreements of one zone and like terms; gives what each of them is judged by. */
async function gather(
  tx: Tx,
  agreements: readonly AgreementRow[],
  terms: Terms,
  [from, to]: Interval,
  asOf: number | null,
): Promise<(agreement: AgreementRow) => Omit<Gathered, 'month' | 'asOf'>> {
  // Before the month's start nothing of it exists (SEMANTICS §2): what is read is empty, not backwards.
  const until = Math.max(from, Math.min(to, asOf ?? to));
  const facts = await gatherAll(tx, agreements, until);
  const hosts = [...facts.values()].map(({ host }) => host);
  const pad = padOf(terms);
  const end = Math.min(to + pad, asOf ?? to + pad);
  const series = await readSeriesOf(tx, hosts, holds(terms), from - pad, end);
  const promised = terms.guarantees.some(({ objective }) => objective.kind === 'ceiling');
  const windowsOf = promised ? await readWindowsOf(tx, hosts, from, until) : () => [];
  const ids = hosts.map((host) => host.id);
  const causes = Map.groupBy(await readCausesOf(tx, ids, from, to), (cause) => cause.host);
  return ({ number, zone, terms: text }) => {
    const { host, closings, ...rest } = facts.get(number)!;
    return {
      ...rest,
      number,
      zone,
      terms: text,
      series: series.get(host.id) ?? [],
      windows: windowsOf(host.id),
      closings: closings.filter(({ stretch }) => stretch[1] > from && stretch[0] < to),
      causes: causes.get(host.id) ?? [],
    };
  };
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
  if (span === null) return noMonth;
  if (now < span[0]) return refuse('month-unknown', 'month', 'a month up to this one');
  // A month that is still running has only an interim case.
  const cut = asOf ?? (now < span[1] ? now : null);
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
  return (await closeMonths(tx, now, [number], month, by)).get(number)!;
}

/** The same month of many agreements in the same few queries, each as `closeMonth` gives it. */
export async function closeMonths(
  tx: Tx,
  now: number,
  numbers: readonly string[],
  month: string,
  by: By,
): Promise<ReadonlyMap<string, Statement | Refusal | null>> {
  const closed = new Map<string, Statement | Refusal | null>(
    numbers.map((one) => [one, refuse('agreement-unknown', 'agreement', `there is no ${one}`)]),
  );
  const ripe: AgreementRow[] = [];
  for (const agreement of await lockAgreements(tx, numbers)) {
    const unripe = refuseUnripe(agreement, month, now);
    if (unripe === null) ripe.push(agreement);
    else closed.set(agreement.number, unripe);
  }
  const standing = await store.readLatest(
    tx,
    ripe.map((agreement) => agreement.number),
    month,
  );
  const made: Statement[] = [];
  for await (const [agreement, gathered] of gatherCases(tx, ripe, month, null)) {
    const { number } = agreement;
    const told = isRefusal(gathered) ? gathered : wordOf(gathered, standing.get(number) ?? null, by);
    if (told === null || isRefusal(told)) {
      closed.set(number, told);
      continue;
    }
    const statement = { agreement: number, month, ...told, actor: by.actor, madeAt: now, postedAt: null };
    const refused = await postStatement(tx, now, agreement.customer, statement);
    made.push({ ...statement, postedAt: refused === null ? now : null });
    closed.set(number, refused ?? made.at(-1)!);
  }
  await file(tx, now, made);
  await advance(tx, ripe);
  return closed;
}

function refuseUnripe({ zone }: AgreementRow, month: string, now: number): Refusal | null {
  const span = monthSpan(zone, month);
  if (span === null) return noMonth;
  if (now >= span[1] + latenessMs) return null;
  return refuse('month-open', 'month', `${month} still waits for late data`);
}

/** What a statement says of a gathered month; null: what already stands. */
function wordOf(gathered: Gathering, standing: Statement | null, by: By) {
  const found = finding(gathered);
  const revision = revise(standing, found, by);
  return revision === null || isRefusal(revision) ? revision : { ...found, ...revision };
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
  customer: string,
  made: Statement,
): Promise<Refusal | null> {
  const { month, revision, difference, currency } = made;
  if (difference === 0) return null;
  return post(tx, {
    key: `statement:${made.agreement}/${month}/${revision}`,
    kind: 'compensation',
    at: now,
    detail: { agreement: made.agreement, month, revision },
    postings: [
      { account: accounts.compensationCost, amount: difference, currency },
      { account: accounts.compensationOwed(customer), amount: -difference, currency },
    ],
  });
}

async function file(tx: Tx, now: number, made: readonly Statement[]): Promise<void> {
  if (made.length === 0) return;
  await store.insertStatements(tx, made);
  const leaves = made.map(({ agreement, month, revision, caseDigest }) => {
    return { kind: 'statement', id: `${agreement}/${month}/${revision}`, digest: caseDigest, at: now };
  });
  await leafAll(tx, leaves);
}

/** Notes of each agreement which month comes next: the first that has no statement. */
async function advance(tx: Tx, agreements: readonly AgreementRow[]): Promise<void> {
  const judged = await judgedMonths(tx, agreements);
  const dues = agreements.map((agreement) => {
    let month = monthOf(agreement.zone, agreement.offeredAt);
    while (judged.get(agreement.number)?.has(month) === true) month = nextMonth(month);
    return { agreement: agreement.number, month, due: monthSpan(agreement.zone, month)![1] + latenessMs };
  });
  await store.saveDues(tx, dues);
}

async function judgedMonths(tx: Tx, agreements: readonly AgreementRow[]) {
  const numbers = agreements.map((agreement) => agreement.number);
  const rows = Map.groupBy(await store.readMonths(tx, numbers), (row) => row.agreement);
  return new Map([...rows].map(([number, list]) => [number, new Set(list.map(({ month }) => month))]));
}

export interface Due {
  readonly agreement: string;
  readonly month: string;
}

/** Months that wait to be judged: ended, late data in, and no statement yet. At most `limit`, agreement by agreement. */
export async function dueMonths(tx: Tx, now: number, limit: number): Promise<readonly Due[]> {
  await noteNew(tx);
  const waiting = await store.readDues(tx, now, limit);
  const agreements = await readAgreements(
    tx,
    waiting.map((due) => due.agreement),
  );
  const judged = await judgedMonths(tx, agreements);
  const due = agreements.flatMap((agreement) => dueOf(now, agreement, judged.get(agreement.number)));
  return due.slice(0, limit);
}

function dueOf(now: number, agreement: AgreementRow, judged: ReadonlySet<string> | undefined): Due[] {
  const due: Due[] = [];
  for (let month = monthOf(agreement.zone, agreement.offeredAt); ; month = nextMonth(month)) {
    if (refuseUnripe(agreement, month, now) !== null) return due;
    if (judged?.has(month) !== true) due.push({ agreement: agreement.number, month });
  }
}

/** Agreements that were offered since the last look have no due yet. */
async function noteNew(tx: Tx): Promise<void> {
  if ((await countAgreements(tx)) === (await store.countDues(tx))) return;
  for (let after = ''; ; ) {
    const page = await listAgreements(tx, after, 500);
    const numbers = page.map((agreement) => agreement.number);
    const known = await store.readNoted(tx, numbers);
    await advance(
      tx,
      page.filter(({ number }) => !known.has(number)),
    );
    if (page.length < 500) return;
    after = page.at(-1)!.number;
  }
}
