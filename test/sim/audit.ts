import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { listAgreements } from '../../src/agreement/store.ts';
import { query, type Tx } from '../../src/db/connection.ts';
import { unpackDay } from '../../src/measure/pack.ts';
import { readDays, readOutages } from '../../src/measure/store.ts';
import { isRefusal } from '../../src/refusal.ts';
import { readCaseText } from '../../src/settlement/case.ts';
import { exportCase } from '../../src/settlement/flow.ts';
import {
  evaluate,
  type SettledGuarantee,
  type Settlement,
  settlementText,
} from '../../src/settlement/settlement.ts';
import type { Statement } from '../../src/settlement/statement.ts';
import { readRevisions } from '../../src/settlement/store.ts';
import { type Expected, type ExpectedGuarantee, expected } from './expect.ts';
import { customerOf } from './house.ts';
import { readMinutes, waits } from './line.ts';
import { bridgeMs, holdMs, type Knowledge, put, saying } from './seen.ts';
import { inside, joined, lengthOf, type Stretch } from './stretch.ts';
import { closeTick, type HostTruth, isFollowed, lastTick, type Truth, through, tickOf } from './truth.ts';

/** What is wrong with a store, in words; empty when every statement says what the truth says. */
export interface Finding {
  readonly host: string;
  readonly what: string;
  /** Around when, for the story; null: not at an instant. */
  readonly around: Stretch | null;
}

export interface Audit {
  readonly findings: readonly Finding[];
  readonly statements: number;
  readonly breached: number;
  readonly exact: number;
  /** Judged within a bound: two lives of a prober told different things of one time. */
  readonly bounded: number;
  readonly paidMinor: number;
  /** SHA-256 over all settlements and cases in the order of agreements. */
  readonly digest: string;
}

/** `until` is the last tick whose deliveries the statements know; `now` the centre's clock. */
export async function audit(db: Tx, truth: Truth, until: number, now: number): Promise<Audit> {
  const agreements = new Map((await listAgreements(db, '', 100_000)).map((row) => [row.host, row.number]));
  const findings: Finding[] = [];
  const hash = createHash('sha256');
  const sums = { statements: 0, breached: 0, exact: 0, bounded: 0, paidMinor: 0 };
  const owed = new Map<string, number>();
  for (const host of truth.hosts) {
    const complain = (what: string, around: Stretch | null = null): void => {
      findings.push({ host: host.id, what, around });
    };
    const number = agreements.get(host.id);
    const revisions = number === undefined ? [] : await readRevisions(db, number, truth.month.name, 1_000);
    const standing = revisions[0];
    if (number === undefined || standing === undefined) {
      complain('has no statement');
      continue;
    }
    const want = expected(truth, host, until);
    const settlement = JSON.parse(standing.settlement) as Settlement;
    const loose = compare(settlement, want, complain);
    checkRevisions(revisions, complain);
    // What came later and changed nothing made no revision: the case is still that of the close.
    if (standing.revision > 1 || until <= closeTick(truth))
      compareSeries(standing.caseText, truth, want, complain);
    if (isFollowed(host.id)) await compareOutages(db, host, truth, want, complain);
    const text = await exportCase(db, now, number, truth.month.name, null);
    checkCase(isRefusal(text) ? '' : text, standing, complain);
    // Facts are numbered as they are told; a transaction that was lost takes its number with it.
    hash.update(standing.settlement).update(standing.caseText.replaceAll(/"fact:\d+"/g, '"fact"'));
    sums.statements += 1;
    sums[loose ? 'bounded' : 'exact'] += 1;
    if (settlement.guarantees.some(({ status }) => status === 'breached')) sums.breached += 1;
    sums.paidMinor += standing.amount;
    const customer = customerOf(host);
    owed.set(customer, (owed.get(customer) ?? 0) + standing.amount);
  }
  if (until > lastTick(truth))
    await compareCounts(db, truth, (what) => void findings.push({ host: 'log', what, around: null }));
  findings.push(...(await ledgerFindings(db, owed)), ...(await storeFindings(db, truth, until)));
  return { findings, ...sums, digest: hash.digest('hex') };
}

type Complain = (what: string, around?: Stretch | null) => void;

/** Whether the host could only be compared within a bound. */
export function compare(settlement: Settlement, want: Expected, complain: Complain): boolean {
  let loose = false;
  for (const [i, one] of want.guarantees.entries()) {
    const told = settlement.guarantees[i];
    if (told?.id !== one.id) complain(`guarantee ${i} is ${told?.id}, not ${one.id}`);
    else if (one.looseMs > 0) {
      loose = true;
      const off = Math.abs(told.ms.bad - one.bad);
      if (off > one.looseMs)
        complain(`${one.id}: bad ${told.ms.bad} ms, ${one.bad} ± ${one.looseMs} expected`);
    } else compareOne(told, one, complain);
  }
  if (loose) return true;
  const amount = BigInt(settlement.compensation.amount.replace('.', ''));
  if (amount !== want.amount) complain(`owes ${amount} minor units, ${want.amount} expected`);
  same('deficient time', settlement.deficient, want.deficient, complain);
  return false;
}

function compareOne(told: SettledGuarantee, want: ExpectedGuarantee, complain: Complain): void {
  const { id } = want;
  const around = want.badLine[0] ?? null;
  if (told.status !== want.status) complain(`${id}: ${told.status}, ${want.status} expected`, around);
  for (const kind of ['outside', 'bad', 'unobserved', 'good'] as const)
    if (told.ms[kind] !== want[kind])
      complain(`${id}: ${kind} ${told.ms[kind]} ms, ${want[kind]} expected`, around);
  const [a, b] = [told.ms.excluded, want.excluded].map((one) => JSON.stringify(Object.entries(one).sort()));
  if (a !== b) complain(`${id}: excluded ${a}, ${b} expected`, around);
  same(`${id}: deficient time`, told.deficient, want.deficient, complain);
}

function same(
  what: string,
  told: readonly (readonly [string, string])[],
  want: readonly Stretch[],
  complain: Complain,
): void {
  const stretches = told.map(([from, to]) => ({ from: Date.parse(from), to: Date.parse(to) }));
  const at = want.findIndex(({ from, to }, i) => stretches[i]?.from !== from || stretches[i]?.to !== to);
  if (at < 0 && stretches.length === want.length) return;
  const first = want[at] ?? stretches.at(-1) ?? null;
  complain(
    `${what}: ${stretches.length} stretches of ${lengthOf(stretches)} ms, ${want.length} of ${lengthOf(want)} expected`,
    first,
  );
}

interface TextSeries {
  readonly check: string;
  readonly vantage: string;
  readonly runs: readonly { first: string; last: string; result: string; count: number }[];
}

/** Each vantage point's own line, and that every observation is in it once. */
function compareSeries(caseText: string, truth: Truth, want: Expected, complain: Complain): void {
  const { series } = JSON.parse(caseText) as { series: readonly TextSeries[] };
  const near = [{ from: truth.month.from - bridgeMs, to: truth.month.to + bridgeMs }];
  for (const [check, vantages] of want.seen)
    for (const { vantage, known, count, looseMs } of vantages) {
      if (looseMs > 0) continue;
      const runs = series.find((one) => one.check === check && one.vantage === vantage)?.runs ?? [];
      const told = knownOf(runs);
      for (const word of [0, 1]) {
        const [a, b] = [told, known].map((one) => inside(joined(saying(one, word)), near));
        const odd = a!.findIndex(({ from, to }, i) => b![i]?.from !== from || b![i]?.to !== to);
        if (odd >= 0 || a!.length !== b!.length)
          complain(
            `${check} from ${vantage}: other ${word === 1 ? 'failures' : 'passes'} ${printed(a![odd])}, ${printed(b![odd])} expected`,
            a![odd] ?? b!.at(-1),
          );
      }
      const counted = runs.reduce((sum, run) => sum + run.count, 0);
      if (count >= 0 && counted !== count)
        complain(`${check} from ${vantage}: ${counted} observations, ${count} were made`);
    }
}

function printed(stretch: Stretch | undefined): string {
  const iso = (at: number): string => new Date(at).toISOString();
  return stretch === undefined ? 'none' : `${iso(stretch.from)} … ${iso(stretch.to)}`;
}

function knownOf(runs: TextSeries['runs']): Knowledge {
  const known: Knowledge = { at: [], word: [] };
  for (const [i, run] of runs.entries()) {
    put(known, Date.parse(run.first), run.result === 'fail' ? 1 : 0);
    const end = Date.parse(run.last) + holdMs;
    const next = runs[i + 1];
    if (next === undefined || Date.parse(next.first) > end) put(known, end, -1);
  }
  return known;
}

/** What people were shown as outages is what the statement judges. */
async function compareOutages(
  db: Tx,
  host: HostTruth,
  { month }: Truth,
  want: Expected,
  complain: Complain,
): Promise<void> {
  for (const { id, badLine, looseMs } of want.guarantees) {
    if (id === 'response' || looseMs > 0) continue;
    const rows = await readOutages(db, host.id, month.from, month.to, id);
    const shown = inside(joined(rows.map(({ from, to }) => ({ from, to: to ?? month.to }))), [month]);
    const bad = inside(badLine, [month]);
    const odd = shown.findIndex(({ from, to }, i) => bad[i]?.from !== from || bad[i]?.to !== to);
    if (odd >= 0 || shown.length !== bad.length)
      complain(
        `${id}: ${shown.length} outages shown, ${printed(shown[odd])}; ${bad.length} expected, ${printed(bad[odd < 0 ? shown.length : odd])}`,
        shown[odd] ?? bad.at(-1),
      );
  }
}

/** Every request is counted once. */
async function compareCounts(db: Tx, truth: Truth, complain: Complain): Promise<void> {
  for (const host of truth.hosts) {
    const plane = truth.planes.find(({ id }) => id === host.plane)!;
    const read = readMinutes(truth, plane);
    const asked = waits(truth, host).filter((ms, i) => ms >= 0 && read[i] === 1).length + host.late.length;
    const days = await readDays(db, [host.id], truth.from - 86_400_000, truth.to + 86_400_000);
    const counted = days.reduce((sum, { packed }) => sum + unpackDay(packed).sums.measured, 0);
    if (counted !== asked) complain(`${host.id}: ${counted} requests counted, ${asked} were made`);
  }
}

/** Revisions count up, each posts its difference, and together they are the last amount. */
function checkRevisions(newestFirst: readonly Statement[], complain: Complain): void {
  let before = 0;
  for (const [i, one] of [...newestFirst].reverse().entries()) {
    if (one.revision !== i + 1) complain(`revision ${one.revision} stands where ${i + 1} should`);
    if (one.difference !== one.amount - before)
      complain(`revision ${one.revision} posts ${one.difference}, not ${one.amount - before}`);
    before = one.amount;
  }
}

/** The exported case judges to the statement's own bytes. */
function checkCase(text: string, standing: Statement, complain: Complain): void {
  if (text !== standing.caseText) complain('the exported case is not the filed one');
  const digest = createHash('sha256').update(text).digest();
  if (!digest.equals(standing.caseDigest)) complain('the case has another digest');
  const read = readCaseText(text);
  if (isRefusal(read)) complain(`its case is refused: ${read.path} ${read.rule}`);
  else if (settlementText(evaluate(read)) !== standing.settlement) complain('its case judges to other bytes');
}

/** Every entry sums to zero, every statement is posted once, and customers are owed what statements say. */
async function ledgerFindings(db: Tx, owed: ReadonlyMap<string, number>): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const complain = (what: string): void => void found.push({ host: 'ledger', what, around: null });
  const rows = await query<{ account: string; amount: string; key: string }>(
    db,
    sql`select account, amount, key from postings join entries on entries.id = postings.entry`,
  );
  const entries = Map.groupBy(rows, ({ key }) => key);
  for (const [key, some] of entries) {
    const sum = some.reduce((all, { amount }) => all + Number(amount), 0);
    if (sum !== 0 || some.length !== 2) complain(`${key} has ${some.length} postings that sum to ${sum}`);
  }
  for (const [customer, amount] of owed) {
    const mine = rows.filter(({ account }) => account === `customer:${customer}:compensation`);
    const balance = mine.reduce((sum, row) => sum - Number(row.amount), 0);
    if (balance !== amount) complain(`${customer} is owed ${balance}, statements say ${amount}`);
  }
  const posted = await query<{ wrong: string }>(
    db,
    sql`select count(*) as wrong from statements s left join entries e
      on e.key = 'statement:' || s.agreement || '/' || s.month || '/' || s.revision
      where (s.difference <> 0) <> (e.id is not null) or s.posted_at is null`,
  );
  if (Number(posted[0]!.wrong) > 0) complain(`${posted[0]!.wrong} statements are not posted exactly once`);
  const early = await query<{ early: string }>(
    db,
    sql`select count(*) as early from statements where posted_at < due_at or (difference <> 0 and due_at <= made_at)`,
  );
  if (Number(early[0]!.early) > 0) complain(`${early[0]!.early} statements were posted without their review`);
  return found;
}

/** Nothing is stored twice over: rounds in two receipts, minutes that stand beside their folded day. */
async function storeFindings(db: Tx, truth: Truth, until: number): Promise<readonly Finding[]> {
  const twice = await query<{ prober: string; count: string }>(
    db,
    sql`select a.prober, count(*) as count from receipts a join receipts b on a.prober = b.prober
      and a.first_round < b.first_round and b.first_round <= a.last_round group by a.prober`,
  );
  const found = twice.map(({ prober, count }): Finding => {
    return { host: prober, what: `${count} pairs of receipts tell the same rounds`, around: null };
  });
  const deaths = await query<{ plane: string; from: string; to: string }>(
    db,
    sql`select plane, "from", "to" from deaths`,
  );
  for (const plane of truth.planes) {
    const mine = deaths.filter((row) => row.plane === plane.id);
    const told = plane.deaths.filter(({ to }) => through(plane.cuts, tickOf(truth, to)) <= until);
    if (mine.length !== told.length)
      found.push({ host: plane.id, what: `${mine.length} deaths, not ${told.length}`, around: null });
  }
  return found;
}

/** The host of the auditor's words, for the story. */
export function hostOf(truth: Truth, id: string): HostTruth | null {
  return truth.hosts.find((host) => host.id === id) ?? null;
}
