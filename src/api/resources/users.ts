import { z } from 'zod';
import { changeUser } from '../../entrance/flow.ts';
import { isStaff, type Role, roles } from '../../entrance/role.ts';
import { endSessions, listUsers, readUser, type User } from '../../entrance/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, isoOrNull, langShape, page, pageShape, pagingShape } from '../shape.ts';

const userReply = z.strictObject({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  customer: z.string().nullable().describe('whose user; null for staff'),
  lang: langShape,
  factorSet: z.boolean().describe('whether one-time codes are set up; staff see nothing before'),
  sample: z.boolean().describe('comes with the samples'),
  createdAt: instantShape,
  disabledAt: instantShape.nullable().describe('since when they may not sign in; null: they may'),
});

function userOf(user: User): z.input<typeof userReply> {
  const { id, email, name, role, customer, lang, sample, createdAt, disabledAt } = user;
  const factorSet = user.twoFactorEnabled === true;
  const times = { createdAt: createdAt.toISOString(), disabledAt: isoOrNull(disabledAt) };
  return { id, email, name, role, customer, lang, factorSet, sample, ...times };
}

const named = z.strictObject({ id: z.string().max(40) });
type Named = Context<z.output<typeof named>, unknown, unknown>;

/** One of those whom the caller may see; another customer's users do not exist for them. */
async function own({ tx, scope, params }: Named): Promise<User | Refusal> {
  const user = await readUser(tx, params.id);
  if (user !== null && (scope === null || user.customer === scope)) return user;
  return refuse('user-unknown', 'id', `there is no user ${params.id}`);
}

async function shown(context: Named) {
  const user = await own(context);
  return isRefusal(user) ? user : userOf(user);
}

/** Staff are an owner's to let in and to change; sales and a customer's own users see to that customer's users. */
export function overStaff({ who }: { readonly who: Context<never, never, never>['who'] }, role: Role) {
  if (!isStaff(role) || who?.role === 'owner') return null;
  return refuse('right-missing', 'role', 'an owner: staff are an owner’s to let in and to change');
}

/** A user whom the caller may change. */
async function changeable(context: Named): Promise<User | Refusal> {
  const user = await own(context);
  return isRefusal(user) ? user : (overStaff(context, user.role) ?? user);
}

const changeBody = z
  .strictObject({
    role: z.enum(roles).optional().describe('another role of staff'),
    disabled: z
      .boolean()
      .optional()
      .describe('true: may not sign in any more; keys and sessions end at once'),
  })
  .refine((body) => Object.keys(body).length > 0, { error: 'a change' });

async function change(context: Context<z.output<typeof named>, unknown, z.output<typeof changeBody>>) {
  const { tx, now, who, body, note } = context;
  const before = await changeable(context);
  if (isRefusal(before)) return before;
  if (before.id === who!.id && body.disabled === true) {
    return refuse('user-self', 'disabled', 'somebody else: nobody shuts themselves out');
  }
  if (body.role !== undefined && body.role !== before.role && who!.role !== 'owner') {
    return refuse('right-missing', 'role', 'an owner: roles are given by owners');
  }
  const after = await changeUser(tx, now, before.id, body);
  if (isRefusal(after)) return after;
  note(before.id, before.customer, userOf(before), userOf(after));
  return userOf(after);
}

export const userRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/users',
    id: 'users.list',
    summary: 'Who may sign in: staff and customers’ users; a customer sees their own',
    gate: 'users:read',
    query: z.strictObject({
      ...pagingShape,
      customer: z.string().max(20).optional().describe('the users of this customer'),
      role: z.enum(roles).optional(),
      disabled: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
      text: z.string().max(100).optional().describe('part of the name or of the address'),
    }),
    reply: pageShape(userReply),
    handle: async ({ tx, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const { role = null, disabled = null, text = null } = query;
      // A customer who asks for another's users gets none of them, not their own.
      if (scope !== null && (query.customer ?? scope) !== scope) return { items: [], next: null };
      const customer = scope ?? query.customer ?? null;
      const rows = await listUsers(tx, { customer, role, disabled, text }, after, query.limit + 1);
      return page(rows, query.limit, (row) => row.id, userOf);
    },
  }),
  route({
    method: 'GET',
    url: '/users/:id',
    id: 'users.read',
    summary: 'One user',
    gate: 'users:read',
    params: named,
    reply: userReply,
    handle: shown,
  }),
  route({
    method: 'PATCH',
    url: '/users/:id',
    id: 'users.change',
    summary: 'Changes a role, or whether somebody may sign in; the last owner stays one',
    gate: 'users:edit',
    params: named,
    body: changeBody,
    reply: userReply,
    current: shown,
    handle: change,
  }),
  route({
    method: 'DELETE',
    url: '/users/:id/sessions',
    id: 'users.signout',
    summary: 'Ends every session of a user, at once',
    gate: 'users:edit',
    params: named,
    reply: z.strictObject({ id: z.string(), ended: z.int() }),
    handle: async (context) => {
      const user = await changeable(context);
      if (isRefusal(user)) return user;
      const ended = await endSessions(context.tx, user.id);
      context.note(user.id, user.customer, { sessions: ended }, { sessions: 0 });
      return { id: user.id, ended };
    },
  }),
];
