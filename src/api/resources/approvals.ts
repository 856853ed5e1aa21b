import { z } from 'zod';
import { type AgreementRow, pageAgreements, readAgreements } from '../../agreement/store.ts';
import type { Tx } from '../../db/connection.ts';
import { placesOf } from '../../db/evidence.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { draftOf, limitsShape, type StepKind, standingOf, stepKinds } from '../../settlement/approval.ts';
import { closeMonth, stepsOf, takeStep } from '../../settlement/flow.ts';
import { type Filed, nameOf } from '../../settlement/statement.ts';
import { insertLimits, pageDrafts, readDrafts, readFiled, readLimits } from '../../settlement/store.ts';
import { type Context, type Route, route } from '../route.ts';
import {
  afterOf,
  instantShape,
  iso,
  moneyShape,
  monthShape,
  page,
  pageShape,
  pagingShape,
} from '../shape.ts';
import { ownAgreement } from './agreements.ts';
import { refuseUnproven } from './documents.ts';

/** The review between judging a month and posting it (docs/decisions/0010): who held, released, agreed to what. */

export const approvalShape = z.strictObject({
  state: z
    .enum(['draft', 'held', 'ready', 'posted'])
    .describe('ready: nothing is missing, the next minute posts it'),
  dueAt: instantShape.describe('it is not posted before'),
  approvers: z.int().describe('how many people must agree: 0 or 2'),
  missing: z
    .array(z.enum(['release', 'review-time', 'first-approval', 'second-approval', 'earlier-revision']))
    .describe('what it waits for'),
  steps: z
    .array(
      z.strictObject({
        step: z.int(),
        kind: z.enum(stepKinds),
        by: z.string(),
        reason: z.string(),
        at: instantShape,
        leaf: z.int().describe('its place in the evidence chain'),
        digest: z.string().describe('SHA-256 of the step and of the case that it was taken on, hexadecimal'),
      }),
    )
    .describe('what people did about it; the number of them is `seen` of the next'),
});
export type Approval = z.input<typeof approvalShape>;

/** How statements of some agreements stand, each with what was done about it. */
export async function approvalsOf(
  tx: Tx,
  now: number,
  rows: readonly Filed[],
): Promise<ReadonlyMap<string, Approval>> {
  const numbers = [...new Set(rows.map((row) => row.agreement))];
  const steps = await stepsOf(tx, numbers);
  const ids = rows.flatMap((row) => steps(row).map(({ step }) => `${nameOf(row)}/${step}`));
  const places = await placesOf(tx, 'approval', ids);
  const drafts = Map.groupBy(await readDrafts(tx, numbers), (one) => `${one.agreement}/${one.month}`);
  return new Map(
    rows.map((row) => {
      const done = steps(row);
      const standing = standingOf(draftOf(row, drafts.get(`${row.agreement}/${row.month}`) ?? []), done, now);
      const told = done.map(({ step, kind, name, reason, at }) => {
        const { seq, digest } = places.get(`${nameOf(row)}/${step}`)!;
        return { step, kind, by: name, reason, at: iso(at), leaf: seq, digest: digest.toString('hex') };
      });
      const { state, dueAt, missing } = standing;
      const approval: Approval = {
        state,
        dueAt: iso(dueAt),
        approvers: row.approvers,
        missing: [...missing],
        steps: told,
      };
      return [nameOf(row), approval] as const;
    }),
  );
}

const draftReply = z.strictObject({
  agreement: z.string(),
  customer: z.string(),
  month: z.string(),
  revision: z.int(),
  amount: moneyShape,
  difference: moneyShape.describe('what is posted'),
  reason: z.string().nullable(),
  actor: z.string(),
  madeAt: instantShape,
  approval: approvalShape,
});

function shownOf(row: Filed, customer: string, approval: Approval): z.input<typeof draftReply> {
  const { agreement, month, revision, amount, difference, currency, reason, actor, madeAt } = row;
  return {
    ...{ agreement, customer, month, revision, reason, actor },
    amount: { minor: amount, currency },
    difference: { minor: difference, currency },
    madeAt: iso(madeAt),
    approval,
  };
}

type OfStatement = Context<{ number: string; month: string }, unknown, unknown>;

async function shown(
  { tx, now }: OfStatement,
  agreement: AgreementRow,
  month: string,
  revision: number | null,
) {
  const rows = await readFiled(tx, agreement.number, month, 1000);
  const row = revision === null ? rows[0] : rows.find((one) => one.revision === revision);
  if (row === undefined) return refuse('statement-unknown', 'month', `${month} has no such statement`);
  const approval = (await approvalsOf(tx, now, [row])).get(nameOf(row))!;
  return shownOf(row, agreement.customer, approval);
}

const ofRevision = z.strictObject({
  number: z.string().max(60),
  month: monthShape,
  revision: z.coerce.number().int().min(1).max(100_000),
});
const seen = z.int().min(0).describe('how many steps it had when it was read: of two at once one is refused');
const why = z.string().trim().min(1).max(500).describe('the customer reads it');

/** A person in a session with a second factor takes a step: it is signed with who they are. */
async function step(
  context: Context<z.output<typeof ofRevision>, unknown, { readonly seen: number; readonly reason: string }>,
  kind: StepKind,
): Promise<z.input<typeof draftReply> | Refusal> {
  const { tx, now, who, params, body, note } = context;
  const unproven = refuseUnproven(context);
  if (unproven !== null) return unproven;
  const { number, month, revision } = params;
  const agreement = await ownAgreement(context, number);
  if (isRefusal(agreement)) return agreement;
  const before = await shown(context, agreement, month, revision);
  if (isRefusal(before)) return before;
  const taken = { kind, by: who!.id, name: who!.name, reason: body.reason, at: now };
  const refused = await takeStep(tx, { agreement: number, month, revision }, taken, body.seen);
  if (refused !== null) return refused;
  const after = await shown(context, agreement, month, revision);
  if (isRefusal(after)) return after;
  note(`${number}/${month}/${revision}`, agreement.customer, before.approval, after.approval);
  return after;
}

const stepRoutes: readonly Route[] = [
  route({
    method: 'POST',
    url: '/agreements/:number/statements/:month/:revision/hold',
    id: 'statements.hold',
    summary: 'Holds a draft, with a reason that the customer reads: it is not posted until it is released',
    gate: 'statements:edit',
    params: ofRevision,
    body: z.strictObject({ seen, reason: why }),
    reply: draftReply,
    status: 201,
    handle: (context) => step(context, 'held'),
  }),
  route({
    method: 'POST',
    url: '/agreements/:number/statements/:month/:revision/release',
    id: 'statements.release',
    summary: 'Releases a draft that is held, with a reason; posts it when nothing else is missing',
    gate: 'statements:edit',
    params: ofRevision,
    body: z.strictObject({ seen, reason: why }),
    reply: draftReply,
    status: 201,
    handle: (context) => step(context, 'released'),
  }),
  route({
    method: 'POST',
    url: '/agreements/:number/statements/:month/:revision/approve',
    id: 'statements.approve',
    summary: 'Agrees to a draft above the limit; two different people must',
    gate: 'statements:edit',
    params: ofRevision,
    body: z.strictObject({ seen, reason: z.string().trim().max(500).default('') }),
    reply: draftReply,
    status: 201,
    handle: (context) => step(context, 'approved'),
  }),
];

const judgeRoute = route({
  method: 'POST',
  url: '/agreements/:number/statements',
  id: 'statements.judge',
  summary: 'Judges a month again with what is known now: a revision with the difference, as a draft',
  gate: 'statements:edit',
  params: z.strictObject({ number: z.string().max(60) }),
  body: z.strictObject({ month: monthShape, reason: why }),
  reply: draftReply,
  status: 201,
  handle: async (context) => {
    const { tx, now, who, params, body, note } = context;
    const agreement = await ownAgreement(context, params.number);
    if (isRefusal(agreement)) return agreement;
    const { month, reason } = body;
    const made = await closeMonth(tx, now, agreement.number, month, { actor: who!.name, reason });
    if (isRefusal(made)) return made;
    if (made === null)
      return refuse('statement-unchanged', 'month', `what is known of ${month} says what already stands`);
    const { revision, amount, difference } = made;
    note(`${agreement.number}/${month}/${revision}`, agreement.customer, null, {
      amount,
      difference,
      reason,
    });
    return shown({ ...context, params: { number: agreement.number, month } }, agreement, month, revision);
  },
});

const listRoute = route({
  method: 'GET',
  url: '/approvals',
  id: 'statements.drafts',
  summary: 'Statements that are not posted yet, with what each waits for',
  gate: 'statements:read',
  query: z.strictObject(pagingShape),
  reply: pageShape(draftReply),
  handle: async ({ tx, now, scope, query }) => {
    const after = afterOf(query.cursor);
    if (isRefusal(after)) return after;
    const place = /^([\w-]{1,60}):(\d{4}-\d\d):(\d{1,6})$/.exec(after);
    if (after !== '' && place === null)
      return refuse('cursor-invalid', 'cursor', 'the `next` of the page before');
    const from = place && { agreement: place[1]!, month: place[2]!, revision: Number(place[3]) };
    const own = scope === null ? null : await pageAgreements(tx, { customer: scope, host: null }, '', 10_000);
    const mine = own?.map((one) => one.number) ?? null;
    const rows = await pageDrafts(tx, mine, from, query.limit + 1);
    const approvals = await approvalsOf(tx, now, rows);
    const numbers = [...new Set(rows.map((row) => row.agreement))];
    const customers = new Map((await readAgreements(tx, numbers)).map((one) => [one.number, one.customer]));
    return page(
      rows,
      query.limit,
      (row) => nameOf(row).replaceAll('/', ':'),
      (row) => shownOf(row, customers.get(row.agreement)!, approvals.get(nameOf(row))!),
    );
  },
});

const limitRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/limits',
    id: 'limits.read',
    summary: 'How long a statement is reviewed, which are posted at once, which need two people',
    gate: 'limits:read',
    reply: limitsShape,
    handle: ({ tx }) => readLimits(tx),
  }),
  route({
    method: 'PUT',
    url: '/limits',
    id: 'limits.change',
    summary: 'Sets them for what is judged from now on; drafts that stand keep theirs',
    gate: 'limits:edit',
    body: limitsShape,
    reply: limitsShape,
    current: ({ tx }) => readLimits(tx),
    handle: async ({ tx, now, who, body, note }) => {
      const before = await readLimits(tx);
      await insertLimits(tx, body, who!.name, now);
      note('limits', null, before, body);
      return body;
    },
  }),
];

export const approvalRoutes: readonly Route[] = [listRoute, judgeRoute, ...stepRoutes, ...limitRoutes];
