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
import { leaf, leafAll } from '../db/evidence.ts';
import { postAll } from '../db/outbox.ts';
import { post } from '../ledger/flow.ts';
import { readSeriesOf, readWindowsOf } from '../measure/flow.ts';
import { readProvider } from '../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { knownTerms, type Terms, termsShape } from '../terms/terms.ts';
import { workingShape } from '../terms/value.ts';
import type { Interval } from '../timeline/interval.ts';
import { admitStep, draftOf, type Review, reviewOf, type Step, standingOf, stepDigest } from './approval.ts';
import { canonical } from './canonical.ts';
import { type Case, readCase } from './case.ts';
import { caseFile, type Gathered } from './gather.ts';
import { entryOf, type Filed, findingOf, latenessMs, nameOf, revise, type Statement } from './statement.ts';
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
 * Judges a month once its late data had time to come and files the statement as a draft; what needs no review is
 * posted at once. Run again, it changes nothing; after a later finding it files a revision with the difference.
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
  const review = await reviewer(tx, now);
  for await (const [agreement, gathered] of gatherCases(tx, ripe, month, null)) {
    const { number } = agreement;
    const told = isRefusal(gathered) ? gathered : wordOf(gathered, standing.get(number) ?? null, by);
    if (told === null || isRefusal(told)) {
      closed.set(number, told);
      continue;
    }
    const about = { agreement: number, month, actor: by.actor, madeAt: now, postedAt: null };
    const draft = { ...about, ...told, ...review(told.difference, told.currency) };
    const isBlocked = standing.get(number)?.postedAt === null;
    const { state } = standingOf({ ...draft, isBlocked }, [], now);
    const refused = state === 'ready' ? await postOne(tx, now, agreement.customer, draft) : null;
    made.push({ ...draft, postedAt: state === 'ready' && refused === null ? now : null });
    closed.set(number, refused ?? made.at(-1)!);
  }
  await file(tx, now, made);
  await advance(tx, ripe);
  await announce(tx, now, ripe, made);
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
  const found = findingOf(gathered.text, gathered.case);
  const revision = revise(standing, found, by);
  return revision === null || isRefusal(revision) ? revision : { ...found, ...revision };
}

/** The limits and the calendar by which a draft made now is reviewed. */
async function reviewer(tx: Tx, now: number): Promise<(difference: number, currency: string) => Review> {
  const provider = await readProvider(tx);
  if (provider === null) throw new Error('agreements have a provider');
  const working = workingShape.parse(provider.profile.working);
  const limits = await store.readLimits(tx);
  return (difference, currency) => reviewOf(limits, difference, currency, working, now);
}

/** Posts a draft's difference, once: the ledger knows its key. */
async function postOne(tx: Tx, now: number, customer: string, made: Filed): Promise<Refusal | null> {
  const entry = entryOf(made, customer, now);
  return entry === null ? null : post(tx, entry);
}

async function file(tx: Tx, now: number, made: readonly Statement[]): Promise<void> {
  if (made.length === 0) return;
  await store.insertStatements(tx, made);
  const leaves = made.map((one) => {
    return { kind: 'statement', id: nameOf(one), digest: one.caseDigest, at: now };
  });
  await leafAll(tx, leaves);
}

/** A month that was judged the first time is told to its customer once, with all their agreements (letter/flow.ts). */
async function announce(
  tx: Tx,
  now: number,
  agreements: readonly AgreementRow[],
  made: readonly Statement[],
): Promise<void> {
  const customers = new Map(agreements.map(({ number, customer }) => [number, customer]));
  const bodies = made
    .filter(({ revision }) => revision === 1)
    .map(({ agreement, month }) => ({ customer: customers.get(agreement)!, month }));
  const once = new Map(bodies.map((body) => [`${body.customer} ${body.month}`, body]));
  const letters = [...once].map(([key, body]) => ({ key, body }));
  await postAll(tx, 'month', letters, now);
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

export interface Posted {
  /** How many were posted. */
  readonly posted: number;
  /** What the ledger would not take, by name. */
  readonly refused: ReadonlyMap<string, Refusal>;
}

/**
 * Posts the drafts of some agreements that nothing is missing of, each once and a month's revisions in their order.
 * Run again, or by two at the same time, it changes nothing: the agreements stay locked until the transaction ends.
 */
export async function postReady(tx: Tx, now: number, numbers: readonly string[]): Promise<Posted> {
  const agreements = await lockAgreements(tx, numbers);
  const customers = new Map(agreements.map(({ number, customer }) => [number, customer]));
  const steps = await stepsOf(tx, numbers);
  const waiting = new Set<string>();
  const refused = new Map<string, Refusal>();
  let posted = 0;
  for (const draft of await store.readDrafts(tx, numbers)) {
    const chain = `${draft.agreement}/${draft.month}`;
    const told = { ...draft, isBlocked: waiting.has(chain) };
    const isReady = standingOf(told, steps(draft), now).state === 'ready';
    const customer = customers.get(draft.agreement);
    if (customer === undefined) throw new Error(`${nameOf(draft)} is of an agreement that is not there`);
    const unfit = isReady ? await postOne(tx, now, customer, draft) : null;
    if (unfit !== null) refused.set(nameOf(draft), unfit);
    if (isReady && unfit === null && (await store.markPosted(tx, draft, now))) posted += 1;
    else waiting.add(chain);
  }
  return { posted, refused };
}

/** One statement: a revision of an agreement's month. */
export type Named = Pick<Statement, 'agreement' | 'month' | 'revision'>;

/** What was done about each statement of some agreements. */
export async function stepsOf(
  tx: Tx,
  numbers: readonly string[],
): Promise<(of: Named) => readonly store.StepRow[]> {
  const rows = Map.groupBy(await store.readSteps(tx, numbers), nameOf);
  return (of) => rows.get(nameOf(of)) ?? [];
}

/** Holds a draft, releases it or agrees to it, signed as a leaf of the evidence chain; then posts what is ready. */
export async function takeStep(tx: Tx, of: Named, step: Step, seen: number): Promise<Refusal | null> {
  const [agreement] = await lockAgreements(tx, [of.agreement]);
  const rows = await store.readFiled(tx, of.agreement, of.month, 10_000);
  const row = rows.find(({ revision }) => revision === of.revision);
  if (agreement === undefined || row === undefined)
    return refuse('statement-unknown', 'revision', `there is no ${nameOf(of)}`);
  const steps = (await stepsOf(tx, [of.agreement]))(of);
  const unfit = admitStep(draftOf(row, rows), steps, step, seen);
  if (unfit !== null) return unfit;
  const { agreement: number, month, revision } = of;
  const made = { agreement: number, month, revision, step: steps.length + 1, ...step };
  await store.insertStep(tx, made);
  await leaf(tx, 'approval', `${nameOf(of)}/${made.step}`, stepDigest(made, row.caseDigest), step.at);
  const { refused } = await postReady(tx, step.at, [of.agreement]);
  return refused.get(nameOf(of)) ?? null;
}
