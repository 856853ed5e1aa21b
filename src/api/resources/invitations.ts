import { z } from 'zod';
import {
  acceptInvitation,
  invitationShape,
  invite,
  openInvitation,
  resendInvitation,
  withdrawInvitation,
} from '../../entrance/flow.ts';
import { roles } from '../../entrance/role.ts';
import { type Invitation, listInvitations, lockInvitation } from '../../entrance/store.ts';
import { readProvider } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { bilingualShape, instantShape, iso, langShape } from '../shape.ts';
import { overStaff } from './users.ts';

const invitationReply = z.strictObject({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  customer: z.string().nullable(),
  lang: langShape,
  at: instantShape,
  expiresAt: instantShape.describe('seven days; sending it again gives seven more'),
});

function invitationOf(row: Invitation): z.input<typeof invitationReply> {
  const { id, email, name, role, customer, lang, at, expiresAt } = row;
  return { id, email, name, role, customer, lang, at: iso(at), expiresAt: iso(expiresAt) };
}

const named = z.strictObject({ id: z.string().max(40) });
const secretShape = z.string().min(20).max(100).describe('what stands after the # of the mailed link');

/** An invitation that the caller may send again or withdraw; another customer's do not exist for them. */
async function own(
  context: Context<z.output<typeof named>, unknown, unknown>,
): Promise<Invitation | Refusal> {
  const { tx, scope, params } = context;
  const row = await lockInvitation(tx, params.id);
  if (row === null || (scope !== null && row.customer !== scope)) {
    return refuse('invitation-unknown', 'id', `there is no open invitation ${params.id}`);
  }
  return overStaff(context, row.role) ?? row;
}

const openRoutes: readonly Route[] = [
  route({
    method: 'POST',
    url: '/invitations/open',
    id: 'invitations.open',
    summary: 'What an invitation’s link is for: whom it invites, and by whom; it stays open',
    gate: 'open',
    body: z.strictObject({ secret: secretShape }),
    reply: z.strictObject({
      email: z.string(),
      name: z.string(),
      role: z.enum(roles),
      lang: langShape,
      expiresAt: instantShape,
      provider: bilingualShape.nullable(),
    }),
    handle: async ({ tx, now, body, note }) => {
      const invitation = await openInvitation(tx, now, body.secret);
      if (isRefusal(invitation)) return invitation;
      const { email, name, role, lang, expiresAt } = invitation;
      note(invitation.id, invitation.customer, null, null);
      const provider = (await readProvider(tx))?.profile.name ?? null;
      return { email, name, role, lang, expiresAt: iso(expiresAt), provider };
    },
  }),
  route({
    method: 'POST',
    url: '/invitations/accept',
    id: 'invitations.accept',
    summary:
      'Makes the user whom an invitation names, once; then sign in with the password (staff: a second factor next)',
    gate: 'open',
    body: z.strictObject({
      secret: secretShape,
      name: z.string().trim().min(1).max(100),
      password: z.string().max(256).describe('at least 12 characters'),
    }),
    reply: z.strictObject({ email: z.string() }),
    status: 201,
    handle: async ({ tx, now, body, note }) => {
      const user = await acceptInvitation(tx, now, body);
      if (isRefusal(user)) return user;
      note(user.id, user.customer, null, { email: user.email, role: user.role, name: user.name });
      return { email: user.email };
    },
  }),
];

export const invitationRoutes: readonly Route[] = [
  ...openRoutes,
  route({
    method: 'GET',
    url: '/invitations',
    id: 'invitations.list',
    summary: 'Invitations that were neither accepted nor withdrawn, newest first',
    gate: 'users:read',
    reply: z.strictObject({ items: z.array(invitationReply), next: z.null() }),
    handle: async ({ tx, scope }) => {
      const rows = await listInvitations(tx, scope);
      return { items: rows.map(invitationOf), next: null };
    },
  }),
  route({
    method: 'POST',
    url: '/invitations',
    id: 'invitations.send',
    summary:
      'Invites somebody by mail: staff by an owner, a customer’s users by sales or that customer’s users',
    gate: 'users:edit',
    body: invitationShape,
    reply: invitationReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, who, scope, body, note, house } = context;
      if (scope !== null && body.customer !== scope) {
        return refuse('right-missing', 'customer', 'a user of your own company');
      }
      const refused = overStaff(context, body.role);
      if (refused !== null) return refused;
      const made = await invite(tx, now, who!.id, body, house.vault);
      if (isRefusal(made)) return made;
      note(made.invitation.id, body.customer, null, invitationOf(made.invitation));
      return invitationOf(made.invitation);
    },
  }),
  route({
    method: 'POST',
    url: '/invitations/:id/resend',
    id: 'invitations.resend',
    summary: 'Mails another link for seven more days; the one before is dead',
    gate: 'users:edit',
    params: named,
    reply: invitationReply,
    handle: async (context) => {
      const before = await own(context);
      if (isRefusal(before)) return before;
      const made = await resendInvitation(context.tx, context.now, before.id, context.house.vault);
      if (isRefusal(made)) return made;
      context.note(before.id, before.customer, invitationOf(before), invitationOf(made.invitation));
      return invitationOf(made.invitation);
    },
  }),
  route({
    method: 'DELETE',
    url: '/invitations/:id',
    id: 'invitations.withdraw',
    summary: 'Withdraws an invitation: its link opens nothing any more',
    gate: 'users:edit',
    params: named,
    reply: z.strictObject({ id: z.string(), withdrawn: z.literal(true) }),
    handle: async (context) => {
      const before = await own(context);
      if (isRefusal(before)) return before;
      const gone = await withdrawInvitation(context.tx, context.now, before.id);
      if (isRefusal(gone)) return gone;
      context.note(before.id, before.customer, invitationOf(before), null);
      return { id: before.id, withdrawn: true as const };
    },
  }),
];
