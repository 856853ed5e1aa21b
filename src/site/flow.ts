import { force } from '../agreement/force.ts';
import { type AgreementRow, hostAgreement } from '../agreement/store.ts';
import { monthOf, monthSpan, nextMonth } from '../calendar/zone.ts';
import type { Clock } from '../clock.ts';
import type { Database, Tx } from '../db/connection.ts';
import { healthShape } from '../hosting/health.ts';
import { stageAt } from '../hosting/plan.ts';
import { type HostRow, listHosts, readDomains, readPlanes, readPlans } from '../hosting/store.ts';
import { functionRows, workingWords } from '../hosting/words.ts';
import { readSeries } from '../measure/flow.ts';
import { type OutageRow, standingOf } from '../measure/outage.ts';
import { ruleOf } from '../measure/rule.ts';
import { readOutages, readTurns } from '../measure/store.ts';
import { readProvider } from '../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { isHeld } from '../settlement/approval.ts';
import { judge } from '../settlement/evaluate.ts';
import { gatherCase, stepsOf } from '../settlement/flow.ts';
import { type GuaranteeContext, guaranteeView, statementView } from '../settlement/judged.ts';
import { readFiled } from '../settlement/store.ts';
import { guaranteeWords } from '../terms/editions/words.ts';
import type { Lang } from '../terms/words.ts';
import { intersect, lengthOf, span } from '../timeline/timeline.ts';
import type { CheckView, HostView, MonthView, PlanView, PublicView } from './view.ts';

export interface Query {
  readonly lang: Lang;
  readonly month: string | null;
  readonly guarantee: string | null;
  readonly host: string | null;
}

export interface SiteSource {
  view(query: Query): Promise<PublicView | Refusal>;
}

/** Gathers the public page from the stores, in one transaction, so that its figures belong together. */
export function siteSource(database: Database, clock: Clock): SiteSource {
  const fresh = new Map<string, { readonly at: number; readonly view: Promise<PublicView | Refusal> }>();
  return {
    view: (query) => {
      const key = JSON.stringify(query);
      const now = clock.now();
      for (const [known, { at }] of fresh) if (now - at >= freshMs || now < at) fresh.delete(known);
      const standing = fresh.get(key)?.view;
      if (standing !== undefined) return standing;
      const view = database.transaction((tx) => publicView(tx, clock.now(), query));
      fresh.set(key, { at: now, view });
      view.catch(() => fresh.delete(key));
      return view;
    },
  };
}

/** A page that many look at is gathered once in this time. */
const freshMs = 1500;

async function publicView(tx: Tx, now: number, query: Query): Promise<PublicView | Refusal> {
  const provider = await readProvider(tx);
  if (provider === null) return refuse('provider-missing', '', 'the provider has not set up this site yet');
  const { profile, sampledUntil } = provider;
  const month = query.month ?? monthOf(profile.zone, now);
  const bounds = monthSpan(profile.zone, month);
  if (bounds === null) return refuse('month-invalid', 'month', 'a month such as 2026-10');
  if (now < bounds[0]) return refuse('month-unknown', 'month', 'a month up to this one');
  const shown = (await listHosts(tx)).filter((host) => host.shown);
  if (query.host !== null && !shown.some((host) => host.id === query.host)) {
    return refuse('host-unknown', 'host', `${query.host} is not shown here`);
  }
  const order = [...shown].sort((a, b) => Number(b.id === query.host) - Number(a.id === query.host));
  const hosts: HostView[] = [];
  for (const host of order) {
    const view = await hostView(tx, now, host, month);
    if (view !== null) hosts.push(view);
  }
  const offered = hosts[0]?.month.guarantees.map((g) => g.id) ?? [];
  if (query.guarantee !== null && offered.length > 0 && !offered.includes(query.guarantee)) {
    return refuse('guarantee-unknown', 'g', `one of ${offered.join(', ')}`);
  }
  return {
    lang: query.lang,
    provider: {
      name: profile.name,
      salesPhone: profile.salesPhone,
      servicePhone: profile.servicePhone,
      email: profile.particulars.email,
      address: profile.particulars.address,
      working: workingWords(profile.working.periods),
    },
    sampledUntil,
    now,
    zone: profile.zone,
    plans: await planViews(tx, now),
    hosts,
    query: { month, guarantee: query.guarantee ?? offered[0] ?? 'web' },
  };
}

/** The newest published version of each plan that anybody may see: invited tests are not listed (clause 2.2.2). */
async function planViews(tx: Tx, now: number): Promise<readonly PlanView[]> {
  const newest = new Map(
    (await readPlans(tx, null)).filter((p) => p.publishedAt !== null).map((p) => [p.plan, p]),
  );
  return [...newest.values()]
    .sort((a, b) => a.price - b.price)
    .flatMap((plan) => {
      const entry = stageAt(plan.stages, now);
      if (entry === null || entry.stage === 'invited-test') return [];
      const { name, version, currency, termMonths } = plan;
      const view = { plan: plan.plan, version, name, currency, termMonths, priceMinor: plan.price };
      const { stage, problems } = entry;
      return [{ ...view, stage, problems, functions: functionRows(plan.functions) }];
    });
}

/** A host that has an agreement; what was never promised cannot be shown as kept or broken. */
async function hostView(tx: Tx, now: number, host: HostRow, month: string): Promise<HostView | null> {
  const agreement = await hostAgreement(tx, host.id);
  if (agreement === null) return null;
  const [from, to] = monthSpan(agreement.zone, month)!;
  const gathered = await gatherCase(tx, agreement, month, now < to ? now : null);
  if (isRefusal(gathered))
    throw new Error(`the case of ${agreement.number} ${month}: ${gathered.path} ${gathered.rule}`);
  const judgement = judge(gathered.case);
  const outages = await readOutages(tx, host.id, from, to);
  const whole = intersect(force(gathered.case.agreement, agreement.zone, null), span(from, to));
  const monthView: MonthView = {
    month,
    from,
    to,
    until: Math.max(from, Math.min(to, now)),
    guarantees: judgement.guarantees.map((judged) => {
      const context: GuaranteeContext = { input: gathered.case, inForceMs: lengthOf(whole), outages };
      return guaranteeView(judged, context, agreement.terms);
    }),
  };
  const statement = (await readFiled(tx, agreement.number, null, 1))[0] ?? null;
  const held = statement !== null && isHeld((await stepsOf(tx, [agreement.number]))(statement));
  const plane = (await readPlanes(tx)).find((one) => one.id === host.plane);
  const doors = healthShape.safeParse(plane?.health).data ?? null;
  const domain = (await readDomains(tx, [host.id])).get(host.id)?.[0] ?? host.id;
  return {
    id: host.id,
    domain,
    url: `http://${domain}${doors === null || doors.httpPort === 80 ? '' : `:${doors.httpPort}`}/`,
    ftp: doors === null ? '' : `${doors.address}:${doors.ftpPort}`,
    checks: await checkViews(tx, now, host, await readOutages(tx, host.id, now - 1, now)),
    month: monthView,
    months: monthsOf(agreement, now),
    owed: { minor: Number(judgement.amount), currency: judgement.currency },
    statement: statement === null ? null : statementView(statement, agreement.terms, held),
  };
}

function monthsOf(agreement: AgreementRow, now: number): readonly string[] {
  const last = monthOf(agreement.zone, now);
  const months: string[] = [];
  for (let month = monthOf(agreement.zone, agreement.offeredAt); month <= last; month = nextMonth(month)) {
    months.push(month);
  }
  return months;
}

const checkIds = ['web', 'ftp'] as const;
/** Longer than any check holds: what was before says nothing of now. */
const recentMs = 6 * 3_600_000;

async function checkViews(
  tx: Tx,
  now: number,
  host: HostRow,
  open: readonly OutageRow[],
): Promise<readonly CheckView[]> {
  const series = await readSeries(tx, host, (check) => ruleOf(check)?.holdMs ?? 0, now - recentMs, now);
  const views: CheckView[] = [];
  for (const check of checkIds) {
    const own = series.filter((one) => one.check === check);
    const rule = ruleOf(check);
    if (rule === null || own.length === 0) continue;
    const { verdict, since } = standingOf(own, rule, now);
    const lastAt = Math.max(...own.flatMap((one) => one.runs.map((run) => run.last)));
    const [turn] = (await readTurns(tx, [`${check}:${host.id}`], now, now)).toReversed();
    const code =
      verdict === 'bad'
        ? (open.find((one) => one.check === check)?.code ?? turn?.reading.code ?? null)
        : null;
    views.push({ check, name: guaranteeWords[check].name, verdict, since, lastAt, code });
  }
  return views;
}
