import { z } from 'zod';
import { force } from '../../agreement/force.ts';
import { type AgreementRow, pageAgreements } from '../../agreement/store.ts';
import { monthSpan } from '../../calendar/zone.ts';
import { readOutages } from '../../measure/store.ts';
import { readCustomer, readProvider } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { draftOf, standingOf } from '../../settlement/approval.ts';
import { type Names, statementPdf } from '../../settlement/document/statement.ts';
import { judge } from '../../settlement/evaluate.ts';
import { exportCase, gatherCase, stepsOf } from '../../settlement/flow.ts';
import { guaranteeView, statementView } from '../../settlement/judged.ts';
import { type Filed, nameOf } from '../../settlement/statement.ts';
import { pageLatest, readFiled, readRevisions } from '../../settlement/store.ts';
import type { GuaranteeView } from '../../settlement/view.ts';
import { intersect, lengthOf, span } from '../../timeline/timeline.ts';
import { type Context, type Route, route } from '../route.ts';
import {
  afterOf,
  bilingualShape,
  fileReply,
  instantShape,
  iso,
  isoOrNull,
  langShape,
  moneyShape,
  monthShape,
  page,
  pageShape,
  pagingShape,
  pdfOf,
} from '../shape.ts';
import { ownAgreement } from './agreements.ts';
import { type Approval, approvalShape, approvalsOf } from './approvals.ts';

const statusShape = z.enum(['kept', 'breached', 'nothing-measured']);

const guaranteeShape = z.strictObject({
  id: z.string(),
  clause: z.string(),
  name: bilingualShape,
  promise: bilingualShape,
  status: statusShape,
  attained: z.string().nullable().describe('percent, floored; null when nothing was measured'),
  badMs: z.int(),
  allowanceMs: z.int().nullable().describe('how much bad time the month allows'),
  headroomMs: z.int().nullable().describe('what is left of it; negative when it is overdrawn'),
  classes: z.strictObject({
    outside: z.int(),
    bad: z.int(),
    unobserved: z.int(),
    good: z.int(),
    excluded: z.array(
      z.strictObject({ cause: z.string(), name: bilingualShape, clause: z.string(), ms: z.int() }),
    ),
  }),
  stretches: z
    .array(
      z.strictObject({
        from: instantShape,
        to: instantShape,
        kind: z.enum(['outside', 'excluded', 'bad', 'unobserved']),
        cause: bilingualShape.nullable(),
        clause: z.string().nullable(),
        evidence: z.array(z.string()),
        firstFail: instantShape.nullable(),
        lastFail: instantShape.nullable(),
        code: z.string().nullable(),
      }),
    )
    .describe('what is not good, in order; good time is what no stretch covers'),
});

const monthReply = z.strictObject({
  agreement: z.string(),
  host: z.string(),
  month: z.string(),
  zone: z.string(),
  from: instantShape,
  to: instantShape,
  until: instantShape.describe('how far it was judged'),
  owed: moneyShape,
  guarantees: z.array(guaranteeShape),
});

const named = z.strictObject({ number: z.string().max(60), month: monthShape });
type OneMonth = Context<z.output<typeof named>, unknown, unknown>;

function guaranteeOf(view: GuaranteeView): z.input<typeof guaranteeShape> {
  return {
    ...view,
    classes: { ...view.classes, excluded: [...view.classes.excluded] },
    stretches: view.stretches.map((stretch) => ({
      ...stretch,
      from: iso(stretch.from),
      to: iso(stretch.to),
      evidence: [...stretch.evidence],
      firstFail: isoOrNull(stretch.firstFail),
      lastFail: isoOrNull(stretch.lastFail),
    })),
  };
}

/** A month judged with what is known now; a running one up to this instant. */
async function judgedMonth(
  { tx, now }: OneMonth,
  agreement: AgreementRow,
  month: string,
): Promise<z.input<typeof monthReply> | Refusal> {
  const bounds = monthSpan(agreement.zone, month);
  if (bounds === null) return refuse('month-invalid', 'month', 'a month of the calendar (2026-10)');
  const [from, to] = bounds;
  if (now < from) return refuse('month-unknown', 'month', 'a month up to this one');
  const gathered = await gatherCase(tx, agreement, month, now < to ? now : null);
  if (isRefusal(gathered)) return gathered;
  const judgement = judge(gathered.case);
  const outages = await readOutages(tx, agreement.host, from, to);
  const whole = intersect(force(gathered.case.agreement, agreement.zone, null), span(from, to));
  const context = { input: gathered.case, inForceMs: lengthOf(whole), outages };
  return {
    agreement: agreement.number,
    host: agreement.host,
    month,
    zone: agreement.zone,
    from: iso(from),
    to: iso(to),
    until: iso(Math.max(from, Math.min(to, now))),
    owed: { minor: Number(judgement.amount), currency: judgement.currency },
    guarantees: judgement.guarantees.map((one) => guaranteeOf(guaranteeView(one, context, agreement.terms))),
  };
}

const statementReply = z.strictObject({
  agreement: z.string(),
  month: z.string(),
  revision: z.int(),
  amount: moneyShape,
  difference: moneyShape.describe('against the revision before'),
  reason: z.string().nullable(),
  actor: z.string(),
  madeAt: instantShape,
  postedAt: instantShape.nullable().describe('null: a draft'),
  approval: approvalShape,
  digest: z.string().describe('SHA-256 of the case file, hexadecimal'),
  factor: z.string(),
  lines: z.array(
    z.strictObject({ sales: z.string(), deficientMs: z.int(), termMs: z.int(), paidMinor: z.int() }),
  ),
  guarantees: z.array(
    z.strictObject({
      id: z.string(),
      name: bilingualShape,
      clause: z.string(),
      status: statusShape,
      attained: z.string().nullable(),
    }),
  ),
  deficient: z.array(z.tuple([instantShape, instantShape])),
});

function statementOf(
  row: Filed,
  agreement: AgreementRow,
  approval: Approval,
): z.input<typeof statementReply> {
  const view = statementView(row, agreement.terms);
  const { currency, reason, actor } = row;
  return {
    agreement: row.agreement,
    month: row.month,
    revision: row.revision,
    amount: { minor: row.amount, currency },
    difference: { minor: row.difference, currency },
    reason,
    actor,
    madeAt: iso(row.madeAt),
    postedAt: isoOrNull(row.postedAt),
    approval,
    digest: view.digest,
    factor: view.factor,
    lines: [...view.lines],
    guarantees: [...view.guarantees],
    deficient: view.deficient.map(([from, to]) => [iso(from), iso(to)]),
  };
}

async function namesOf(tx: OneMonth['tx'], { customer }: AgreementRow, lang: 'zh' | 'en'): Promise<Names> {
  const provider = (await readProvider(tx))?.profile;
  const party = await readCustomer(tx, customer);
  return {
    provider: provider?.particulars.name || provider?.name[lang] || '',
    customer: party?.particulars.name ?? customer,
    sample: party?.sample ?? false,
  };
}

const briefReply = z.strictObject({
  agreement: z.string(),
  month: z.string(),
  revision: z.int(),
  amount: moneyShape,
  madeAt: instantShape,
  postedAt: instantShape.nullable(),
  dueAt: instantShape.describe('a draft is not posted before'),
});

export const monthRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/agreements/:number/months/:month',
    id: 'months.read',
    summary: 'A month as it is judged with what is known now: each promise, its stretches, what is owed',
    gate: 'measures:read',
    params: named,
    reply: monthReply,
    handle: async (context) => {
      const agreement = await ownAgreement(context, context.params.number);
      return isRefusal(agreement) ? agreement : judgedMonth(context, agreement, context.params.month);
    },
  }),
  route({
    method: 'GET',
    url: '/agreements/:number/statements',
    id: 'statements.list',
    summary: 'Statements of an agreement, newest month and revision first',
    gate: 'statements:read',
    params: z.strictObject({ number: z.string().max(60) }),
    query: z.strictObject({ month: monthShape.optional() }),
    reply: z.strictObject({ items: z.array(statementReply), next: z.null() }),
    handle: async (context) => {
      const agreement = await ownAgreement(context, context.params.number);
      if (isRefusal(agreement)) return agreement;
      const rows = await readFiled(context.tx, agreement.number, context.query.month ?? null, 60);
      const approvals = await approvalsOf(context.tx, context.now, rows);
      return {
        items: rows.map((row) => statementOf(row, agreement, approvals.get(nameOf(row))!)),
        next: null,
      };
    },
  }),
  route({
    method: 'GET',
    url: '/agreements/:number/statements/:month/paper',
    id: 'statements.paper',
    summary: 'A statement as a PDF: every interval, cause, clause, the arithmetic; the case file is attached',
    gate: 'statements:read',
    params: named,
    query: z.strictObject({
      lang: langShape.default('zh'),
      revision: z.coerce.number().int().min(1).optional(),
    }),
    reply: fileReply,
    handle: async (context) => {
      const { tx, params, query } = context;
      const agreement = await ownAgreement(context, params.number);
      if (isRefusal(agreement)) return agreement;
      const rows = await readRevisions(tx, agreement.number, params.month, 60);
      const row = rows.find((one) => one.revision === (query.revision ?? rows[0]?.revision));
      if (row === undefined) return refuse('statement-unknown', 'month', `${params.month} is not judged yet`);
      const names = await namesOf(tx, agreement, query.lang);
      const steps = (await stepsOf(tx, [agreement.number]))(row);
      const standing = standingOf(draftOf(row, rows), steps, context.now);
      const file = statementPdf(row, agreement, names, query.lang, { standing, steps });
      const name = `${row.agreement}-${row.month}-${row.revision}.pdf`;
      return isRefusal(file) ? file : pdfOf(name, file);
    },
  }),
  route({
    method: 'GET',
    url: '/statements',
    id: 'statements.month',
    summary: 'The latest statement of each agreement in a month',
    gate: 'statements:read',
    query: z.strictObject({ ...pagingShape, month: monthShape }),
    reply: pageShape(briefReply),
    handle: async ({ tx, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const own =
        scope === null ? null : await pageAgreements(tx, { customer: scope, host: null }, '', 10_000);
      const numbers = own?.map((agreement) => agreement.number) ?? null;
      const rows = await pageLatest(tx, query.month, numbers, after, query.limit + 1);
      return page(
        rows,
        query.limit,
        (row) => row.agreement,
        (row) => ({
          agreement: row.agreement,
          month: row.month,
          revision: row.revision,
          amount: { minor: row.amount, currency: row.currency },
          madeAt: iso(row.madeAt),
          postedAt: isoOrNull(row.postedAt),
          dueAt: iso(row.dueAt),
        }),
      );
    },
  }),
  route({
    method: 'GET',
    url: '/agreements/:number/cases/:month',
    id: 'cases.read',
    summary: 'The case file: `hostpledge evaluate` gives the statement’s bytes from its text',
    gate: 'cases:read',
    params: named,
    reply: z.strictObject({ text: z.string() }),
    handle: async (context) => {
      const agreement = await ownAgreement(context, context.params.number);
      if (isRefusal(agreement)) return agreement;
      const { tx, now, params } = context;
      const bounds = monthSpan(agreement.zone, params.month);
      const asOf = bounds !== null && now < bounds[1] ? now : null;
      const text = await exportCase(tx, now, agreement.number, params.month, asOf);
      return isRefusal(text) ? text : { text };
    },
  }),
];
