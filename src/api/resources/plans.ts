import { z } from 'zod';
import { draftPlan, moveStage, publishPlan } from '../../hosting/flow.ts';
import { functionsShape, planShape, stageOrder } from '../../hosting/plan.ts';
import { type PlanVersion, readPlans } from '../../hosting/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { bilingualShape, instantShape, iso, isoOrNull, moneyShape } from '../shape.ts';

const planReply = z.strictObject({
  plan: z.string(),
  version: z.int(),
  name: bilingualShape,
  functions: functionsShape,
  price: moneyShape,
  termMonths: z.int(),
  createdAt: instantShape,
  publishedAt: instantShape.nullable().describe('null: a draft'),
  stages: z.array(
    z.strictObject({
      from: instantShape,
      stage: z.enum(stageOrder),
      problems: z.array(bilingualShape),
    }),
  ),
});

function planOf(row: PlanVersion): z.input<typeof planReply> {
  const { plan, version, name, functions, termMonths } = row;
  return {
    plan,
    version,
    name,
    functions,
    termMonths,
    price: { minor: row.price, currency: row.currency },
    createdAt: iso(row.createdAt),
    publishedAt: isoOrNull(row.publishedAt),
    stages: row.stages.map(({ from, stage, problems }) => ({
      from: iso(from),
      stage,
      problems: [...problems],
    })),
  };
}

const one = z.strictObject({
  plan: z.string().max(32),
  version: z.coerce.number().int().min(1).max(100_000),
});

/** Drafts are the provider's own until they are published. */
async function readOne(
  context: Context<z.output<typeof one>, unknown, unknown>,
): Promise<PlanVersion | Refusal> {
  const { plan, version } = context.params;
  const row = (await readPlans(context.tx, plan)).find((p) => p.version === version);
  if (row === undefined || (context.scope !== null && row.publishedAt === null)) {
    return refuse('plan-unknown', 'plan', `there is no version ${version} of ${plan}`);
  }
  return row;
}

export const planRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/plans',
    id: 'plans.list',
    summary: 'Every version of every plan, with its functions and stages',
    gate: 'plans:read',
    reply: z.strictObject({ items: z.array(planReply), next: z.null() }),
    handle: async ({ tx, scope }) => {
      const rows = await readPlans(tx, null);
      return {
        items: rows.filter((row) => scope === null || row.publishedAt !== null).map(planOf),
        next: null,
      };
    },
  }),
  route({
    method: 'GET',
    url: '/plans/:plan/:version',
    id: 'plans.read',
    summary: 'One version of a plan',
    gate: 'plans:read',
    params: one,
    reply: planReply,
    handle: async (context) => {
      const row = await readOne(context);
      return isRefusal(row) ? row : planOf(row);
    },
  }),
  route({
    method: 'POST',
    url: '/plans',
    id: 'plans.draft',
    summary: 'Drafts the next version of a plan',
    gate: 'plans:edit',
    body: planShape,
    reply: planReply,
    status: 201,
    handle: async ({ tx, now, body, note }) => {
      const made = await draftPlan(tx, now, body);
      if (isRefusal(made)) return made;
      note(`${made.plan} ${made.version}`, null, null, planOf(made));
      return planOf(made);
    },
  }),
  route({
    method: 'POST',
    url: '/plans/:plan/:version/publish',
    id: 'plans.publish',
    summary: 'Publishes a draft: from now on shown, sold and unchangeable (clause 2-1.1)',
    gate: 'plans:edit',
    params: one,
    reply: planReply,
    handle: async (context) => {
      const before = await readOne(context);
      if (isRefusal(before)) return before;
      const { tx, now, params, note } = context;
      const refused = await publishPlan(tx, now, params.plan, params.version);
      if (refused !== null) return refused;
      const after = await readOne(context);
      if (isRefusal(after)) return after;
      note(`${after.plan} ${after.version}`, null, planOf(before), planOf(after));
      return planOf(after);
    },
  }),
  route({
    method: 'POST',
    url: '/plans/:plan/:version/stages',
    id: 'plans.move',
    summary: 'Moves a published version on towards release (clause 2.2)',
    gate: 'plans:edit',
    params: one,
    body: planShape.pick({ stage: true, problems: true }),
    reply: planReply,
    handle: async (context) => {
      const before = await readOne(context);
      if (isRefusal(before)) return before;
      const { tx, now, params, body, note } = context;
      const refused = await moveStage(tx, params.plan, params.version, { from: now, ...body });
      if (refused !== null) return refused;
      const after = await readOne(context);
      if (isRefusal(after)) return after;
      note(`${after.plan} ${after.version}`, null, planOf(before).stages, planOf(after).stages);
      return planOf(after);
    },
  }),
];
